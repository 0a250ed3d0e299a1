import "@parterre/ui/styles.css";
import { startPage } from "@parterre/ui";
import { App } from "./app.tsx";

// The gate has ways in of its own: a paired device needs no account.
startPage({ page: "gate", theme: "dark", needsSignIn: false, draw: () => <App /> });
