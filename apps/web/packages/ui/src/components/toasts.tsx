import { useSyncExternalStore, type ReactNode } from "react";
import { useT } from "../i18n.ts";
import { Cross } from "./icons.tsx";

export interface Toast {
  readonly id: number;
  readonly tone: "info" | "success" | "warning" | "danger";
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}
let list: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();
const change = (to: readonly Toast[]): void => {
  list = to;
  for (const l of listeners) l();
};

/**
 * Shows a short notice and answers with the way to take it off. Good news goes by itself after 6 s; warnings, failures and
 * notices with an action (undo) stay until they are closed or 12 s for an action.
 */
export function toast(tone: Toast["tone"], text: string, action?: Toast["action"]): () => void {
  const id = next++;
  change([...list.slice(-3), { id, tone, text, ...(action === undefined ? {} : { action }) }]);
  const close = (): void => {
    if (list.some((one) => one.id === id)) change(list.filter((one) => one.id !== id));
  };
  const stay = action !== undefined ? 12_000 : tone === "info" || tone === "success" ? 6000 : null;
  if (stay !== null) setTimeout(close, stay);
  return close;
}

/** Put once into the page. */
export function Toasts(): ReactNode {
  const text = useT();
  const shown = useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => list,
    () => list,
  );
  return (
    <section className="toasts" aria-label={text("notices")} aria-live="polite">
      {shown.map((one) => (
        <div key={one.id} className={`toast ${one.tone}`} role={one.tone === "danger" ? "alert" : "status"}>
          <div className="body">{one.text}</div>
          {one.action !== undefined && (
            <button
              type="button"
              className="button"
              onClick={() => {
                one.action!.run();
                change(list.filter((o) => o.id !== one.id));
              }}
            >
              {one.action.label}
            </button>
          )}
          <button
            type="button"
            className="button plain"
            aria-label={text("notice.close")}
            onClick={() => change(list.filter((o) => o.id !== one.id))}
          >
            <span style={{ width: 16, display: "flex" }}>
              <Cross />
            </span>
          </button>
        </div>
      ))}
    </section>
  );
}
