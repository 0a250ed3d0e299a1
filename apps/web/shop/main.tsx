import "@parterre/ui/styles.css";
import { startPage } from "@parterre/ui";
import { App } from "./app.tsx";

startPage({ page: "shop", theme: "light", needsSignIn: false, draw: () => <App /> });
