import { formatPlan } from "@parterre/planmodel";
import { format, useLanguage } from "@parterre/ui";
import { useState, useSyncExternalStore, type ReactNode } from "react";
import { useDesigner, useWords } from "./context.tsx";

/** Offers the document on the screen as a file. */
export function keepCopy(text: string, name: string): void {
  const a = document.createElement("a"), url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Two designers at once: who and when, what of mine fits theirs, and the three ways on. Nothing is written before one is taken. */
export function ConflictBar(): ReactNode {
  const { autosave, editor, info } = useDesigner(), say = useWords(), lang = useLanguage(), [busy, setBusy] = useState(false);
  const conflict = useSyncExternalStore((l) => autosave.listen(l), () => autosave.conflict);
  if (conflict === null) return null;
  const { theirs, merge } = conflict, who = theirs.changedBy ?? say("另一位设计者", "Another designer"), when = format.dateTime(theirs.changedAt, lang, { now: new Date() });
  const copy = (): void => keepCopy(formatPlan(editor.plan), `plan-${info.number}-${say("我的副本", "my-copy")}.json`);
  const take = async (how: "merge" | "theirs"): Promise<void> => { setBusy(true); try { if (how === "theirs" || merge.conflicts.length > 0) copy(); await autosave.resolve(how); } finally { setBusy(false); } };
  return (
    <div className="d-conflict" role="alert" data-testid="conflict">
      <p><strong>{say(`${who}在 ${when} 保存了第 ${theirs.version} 次修改。`, `${who} saved revision ${theirs.version} at ${when}.`)}</strong> {say(`您的改动还在这里，没有覆盖对方：${merge.fits.length} 处可以合并，${merge.conflicts.length} 处与对方改了同一对象。`, `Your changes are still here and have overwritten nothing: ${merge.fits.length} can be merged, ${merge.conflicts.length} touch what they changed too.`)}</p>
      <div className="d-row">
        <button type="button" className="button main" disabled={busy} onClick={() => { void take("merge"); }}>{merge.conflicts.length > 0 ? say("合并，并把我的全部内容另存", "Merge, and keep all of mine as a file") : say("合并", "Merge")}</button>
        <button type="button" className="button" disabled={busy} onClick={copy}>{say("把我的另存为文件", "Keep mine as a file")}</button>
        <button type="button" className="button" disabled={busy} onClick={() => { void take("theirs"); }}>{say("用对方的，我的另存", "Take theirs, keep mine as a file")}</button>
      </div>
    </div>
  );
}
