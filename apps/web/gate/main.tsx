import "@parterre/ui/styles.css";
import { startPage } from "@parterre/ui";
import { App } from "./app.tsx";

startPage({ page: "gate", theme: "dark", needsSignIn: true, draw: () => <App /> });
