import {
  formatPlan,
  PlanError,
  sameRecord,
  sentence,
  type AnyRecord,
  type Change,
  type Plan,
  type Seat,
  type TableName,
} from "@parterre/planmodel";
import { format, useLanguage } from "@parterre/ui";
import { useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { useDesigner, useWords } from "./context.tsx";

/** Offers the document on the screen as a file. */
export function keepCopy(text: string, name: string): void {
  const a = document.createElement("a"),
    url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Two designers at once: who and when, what of mine fits theirs, each clash side by side, and the three ways on. Nothing is written before one is taken. */
export function ConflictBar(): ReactNode {
  const { autosave, editor, info } = useDesigner(),
    say = useWords(),
    lang = useLanguage(),
    [busy, setBusy] = useState(false),
    [mine, setMine] = useState<ReadonlySet<number>>(new Set()),
    [fault, setFault] = useState<string | null>(null),
    [shown, setShown] = useState(false);
  const conflict = useSyncExternalStore(
    (l) => autosave.listen(l),
    () => autosave.conflict,
  );
  useEffect(() => {
    setMine(new Set());
    setFault(null);
    setShown(false);
  }, [conflict]);
  if (conflict === null) return null;
  const { theirs, merge } = conflict,
    who = theirs.changedBy ?? say("另一位设计者", "Another designer"),
    when = format.dateTime(theirs.changedAt, lang, { now: new Date() });
  const copy = (): void => keepCopy(formatPlan(editor.plan), `plan-${info.number}-${say("我的副本", "my-copy")}.json`);
  const take = async (how: "merge" | "theirs"): Promise<void> => {
    setBusy(true);
    setFault(null);
    try {
      if (how === "theirs" || merge.conflicts.length > mine.size) copy();
      await autosave.resolve(how, mine);
    } catch (e) {
      if (!(e instanceof PlanError)) throw e;
      setFault(
        say("这样选择合不成一份完整的座位图：", "That choice leaves a plan that does not hold together: ") + sentence(e.problems[0]!, lang),
      );
    } finally {
      setBusy(false);
    }
  };
  const pick = (i: number, keep: boolean): void => {
    const next = new Set(mine);
    if (keep) next.add(i);
    else next.delete(i);
    setMine(next);
  };
  return (
    <div className="d-conflict" role="alert" data-testid="conflict">
      <div className="d-grow">
        <p>
          <strong>
            {say(`${who}在 ${when} 保存了第 ${theirs.version} 次修改。`, `${who} saved revision ${theirs.version} at ${when}.`)}
          </strong>{" "}
          {say(
            `您的改动还在这里，没有覆盖对方：${merge.fits.length} 处可以合并，${merge.conflicts.length} 处与对方改了同一对象。`,
            `Your changes are still here and have overwritten nothing: ${merge.fits.length} can be merged, ${merge.conflicts.length} touch what they changed too.`,
          )}
        </p>
        {merge.conflicts.length > 0 && (
          <button type="button" className="d-chip" aria-expanded={shown} onClick={() => setShown((v) => !v)}>
            {say("逐处比较", "Compare them")}
          </button>
        )}
        {shown && (
          <>
            <p className="d-row">
              <button type="button" className="d-chip" onClick={() => setMine(new Set())}>
                {say("全部用对方的", "All theirs")}
              </button>
              <button type="button" className="d-chip" onClick={() => setMine(new Set(merge.conflicts.map((_, i) => i)))}>
                {say("全部用我的", "All mine")}
              </button>
            </p>
            <ul className="d-merge" data-testid="merge-list">
              {merge.conflicts.slice(0, MOST).map((c, i) => (
                <li key={`${c.table}/${c.id}`}>
                  <span>
                    <strong>{nameOf(conflict.plan, editor.plan, c, say)}</strong>{" "}
                    {differences(conflict.plan[c.table].get(c.id) ?? null, c.after, say)}
                  </span>
                  <label className="d-check">
                    <input type="radio" name={`merge${i}`} checked={!mine.has(i)} onChange={() => pick(i, false)} />
                    {say("对方的", "Theirs")}
                  </label>
                  <label className="d-check">
                    <input type="radio" name={`merge${i}`} checked={mine.has(i)} onChange={() => pick(i, true)} />
                    {say("我的", "Mine")}
                  </label>
                </li>
              ))}
            </ul>
            {merge.conflicts.length > MOST && (
              <p className="quiet">
                {say(`只列出前 ${MOST} 处，其余随“全部”选择。`, `The first ${MOST} are listed; the rest follow “all”.`)}
              </p>
            )}
          </>
        )}
        {fault !== null && (
          <p className="d-fault" role="alert">
            {fault}
          </p>
        )}
      </div>
      <div className="d-row">
        <button
          type="button"
          className="button main"
          disabled={busy}
          onClick={() => {
            void take("merge");
          }}
        >
          {merge.conflicts.length > mine.size
            ? say("合并，并把我的全部内容另存", "Merge, and keep all of mine as a file")
            : say("合并", "Merge")}
        </button>
        <button type="button" className="button" disabled={busy} onClick={copy}>
          {say("把我的另存为文件", "Keep mine as a file")}
        </button>
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() => {
            void take("theirs");
          }}
        >
          {say("用对方的，我的另存", "Take theirs, keep mine as a file")}
        </button>
      </div>
    </div>
  );
}

/** Clashes listed one by one at most. */
const MOST = 200;
type Say = (zh: string, en: string) => string;
const TABLES: Readonly<Record<TableName, readonly [string, string]>> = {
  doc: ["座位图", "Plan"],
  levels: ["楼层", "Level"],
  categories: ["票档", "Zone"],
  sections: ["分区", "Section"],
  rows: ["排", "Row"],
  seats: ["座位", "Seat"],
  areas: ["站席区", "Standing area"],
  tables: ["桌", "Table"],
  boxes: ["包厢", "Box"],
  shapes: ["图形", "Shape"],
};
const FIELDS: Readonly<Record<string, readonly [string, string]>> = {
  x: ["横坐标", "x"],
  y: ["纵坐标", "y"],
  number: ["座号", "number"],
  label: ["名称", "label"],
  name: ["名称", "name"],
  kind: ["类型", "kind"],
  view: ["视线", "view"],
  outline: ["轮廓", "outline"],
  seats: ["座位", "seats"],
  row: ["所属排", "row"],
  section: ["分区", "section"],
  note: ["说明", "note"],
  entrance: ["入口", "entrance"],
  capacity: ["容量", "capacity"],
  color: ["颜色", "colour"],
  radius: ["半径", "radius"],
  bounds: ["范围", "bounds"],
};

function nameOf(theirs: Plan, mine: Plan, c: Change, say: Say): string {
  const r = (mine[c.table].get(c.id) ?? theirs[c.table].get(c.id) ?? c.after ?? c.before) as unknown as Record<string, unknown>;
  if (c.table !== "seats") return `${say(...TABLES[c.table])} ${String(r["label"] ?? r["name"] ?? r["text"] ?? c.id)}`;
  const s = r as unknown as Seat,
    row = s.row === null ? undefined : (mine.rows.get(s.row) ?? theirs.rows.get(s.row)),
    section = row === undefined ? undefined : (mine.sections.get(row.section) ?? theirs.sections.get(row.section));
  return [section?.label, row?.label, say(`${s.number}座`, `seat ${s.number}`)].filter((x) => x !== undefined).join(" ");
}

/** Which fields stand otherwise, theirs before mine. */
function differences(theirs: AnyRecord | null, mine: AnyRecord | null, say: Say): string {
  if (theirs === null) return say("对方删除了，我改了", "they took it away, I changed it");
  if (mine === null) return say("我删除了，对方改了", "I took it away, they changed it");
  const a = theirs as unknown as Record<string, unknown>,
    b = mine as unknown as Record<string, unknown>,
    show = (v: unknown): string => (v === undefined || v === null ? "—" : typeof v === "object" ? "…" : String(v));
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((k) => !sameRecord(a[k], b[k]))
    .map((k) => `${say(...(FIELDS[k] ?? [k, k]))} ${show(a[k])} / ${show(b[k])}`)
    .join(say("，", ", "));
}
