import type { Finding } from "@parterre/planeditor";
import { ofObjects } from "@parterre/planeditor";
import { sentence } from "@parterre/planmodel";
import { useLanguage } from "@parterre/ui";
import { useSyncExternalStore, type ReactNode } from "react";
import { show, showSeats } from "./bottom.tsx";
import { useDesigner, useWords } from "./context.tsx";

/** What the worker finds; null until its first answer. */
export function useFindings(): readonly Finding[] | null {
  const { twin } = useDesigner();
  return useSyncExternalStore(
    (l) => twin.listen(l),
    () => twin.findings,
  );
}

/** What should be looked at; a click goes there and selects it. */
export function Checks(props: { found: readonly Finding[] | null }): ReactNode {
  const { editor } = useDesigner(),
    say = useWords(),
    lang = useLanguage();
  const go = (f: Finding): void => {
    if (f.seats.length > 0) {
      showSeats(editor, f.seats);
      return;
    }
    const [table, id] = (f.objects[0] ?? "").split("/");
    if ((table === "sections" || table === "areas" || table === "tables") && id !== undefined) {
      editor.select(ofObjects({ table, id }));
      const r = editor.plan[table].get(id);
      if (r !== undefined) show(editor, "outline" in r ? r.outline : [[r.x, r.y]]);
    }
  };
  if (props.found === null) return <p className="quiet">{say("正在检查…", "Checking…")}</p>;
  if (props.found.length === 0) return <p>{say("没有发现问题。", "Nothing to complain of.")}</p>;
  return (
    <ul className="d-checks">
      {props.found.map((f, i) => (
        <li key={`${f.code}${i}`} className={f.severity}>
          <button type="button" onClick={() => go(f)}>
            {sentence(f, lang)}
          </button>
        </li>
      ))}
    </ul>
  );
}
