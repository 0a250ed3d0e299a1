import "@parterre/ui/styles.css";
import "./manage.css";
import { startPage } from "@parterre/ui";
import { App } from "./app.tsx";

startPage({ page: "manage", theme: "auto", needsSignIn: true, draw: () => <App /> });
