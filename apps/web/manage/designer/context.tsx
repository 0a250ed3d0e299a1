import type { Action, Autosave, Editor, Topic } from "@parterre/planeditor";
import { useLanguage } from "@parterre/ui";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { HttpPlanServer, PlanInfo } from "./server.ts";
import type { Twin } from "./twin.ts";

/** Panels that open beside the canvas; none of them stops the drawing. */
export type Panel = "properties" | "number" | "generate" | "trace" | "sight" | "history";

export interface Designer {
  readonly editor: Editor;
  readonly autosave: Autosave;
  readonly twin: Twin;
  readonly server: HttpPlanServer;
  readonly info: PlanInfo;
  readonly actions: readonly Action[];
  readonly panel: Panel;
  readonly open: (panel: Panel) => void;
}
export const DesignerContext = createContext<Designer | null>(null);
export function useDesigner(): Designer {
  const d = useContext(DesignerContext);
  if (d === null) throw new Error("useDesigner outside of the designer");
  return d;
}

/** Draws the component again when one of the topics changes. */
export function useEditor(...topics: readonly Topic[]): Editor {
  const { editor } = useDesigner();
  useSyncExternalStore(
    (l) =>
      editor.listen((t) => {
        if (topics.includes(t)) l();
      }),
    () => topics.reduce((n, t) => n + editor.version(t), 0),
  );
  return editor;
}

/** The Chinese or the English of a pair. */
export function useWords(): (zh: string, en: string) => string {
  const lang = useLanguage();
  return (zh, en) => (lang === "zh" ? zh : en);
}
