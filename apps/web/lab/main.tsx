import "@parterre/ui/styles.css";
import { startPage } from "@parterre/ui";
import { App } from "./app.tsx";

startPage({ page: "lab", theme: "auto", needsSignIn: true, draw: () => <App /> });
