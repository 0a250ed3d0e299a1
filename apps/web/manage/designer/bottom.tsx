import { ofObjects, ofSeats, type Editor } from "@parterre/planeditor";
import { format } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { Checks, useFindings } from "./checks.tsx";
import { useEditor, useWords } from "./context.tsx";
import { TextField } from "./fields.tsx";

type Tab = "layers" | "checks" | "history";

/** Layers, checks and history below the canvas. */
export function Bottom(): ReactNode {
  const say = useWords(),
    [tab, setTab] = useState<Tab | null>(null),
    found = useFindings();
  const names: readonly (readonly [Tab, string])[] = [
    ["layers", say("图层", "Layers")],
    ["checks", say("检查", "Checks")],
    ["history", say("历史", "History")],
  ];
  return (
    <div className="d-bottom">
      <div className="d-tabs" role="tablist">
        {names.map(([id, name]) => (
          <button type="button" key={id} role="tab" aria-selected={tab === id} onClick={() => setTab(tab === id ? null : id)}>
            {name}
            {id === "checks" && found !== null && found.length > 0 && (
              <b className={found.some((f) => f.severity === "error") ? "error" : ""}>{found.length}</b>
            )}
          </button>
        ))}
      </div>
      {tab !== null && (
        <div className="d-tray" role="tabpanel">
          {tab === "layers" ? <Layers /> : tab === "checks" ? <Checks found={found} /> : <Steps />}
        </div>
      )}
    </div>
  );
}

function Layers(): ReactNode {
  const editor = useEditor("document", "selection", "options"),
    say = useWords(),
    { plan } = editor,
    levels = [...plan.levels.values()].sort((a, b) => a.order - b.order);
  const counts = new Map<string, number>();
  for (const s of plan.seats.values()) {
    const section = s.row === null ? undefined : plan.rows.get(s.row)?.section;
    if (section !== undefined) counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  return (
    <div className="d-layers">
      {levels.map((l) => (
        <section key={l.id} aria-label={l.name}>
          <div className="d-row">
            <TextField
              label={say("楼层", "Level")}
              value={l.name}
              max={100}
              onChange={(name) => editor.change("rename", (s) => s.update("levels", l.id, { name }))}
            />
            <button
              type="button"
              className="d-chip"
              aria-pressed={editor.level === l.id}
              onClick={() => editor.setLevel(editor.level === l.id ? null : l.id)}
            >
              {say("只看此层", "Show alone")}
            </button>
          </div>
          <ul>
            {[...plan.sections.values()]
              .filter((s) => s.level === l.id)
              .slice(0, 400)
              .map((s) => (
                <li key={s.id}>
                  <button
                    type="button"
                    aria-pressed={editor.selection.objects.has(`sections/${s.id}`)}
                    onClick={() => {
                      editor.select(ofObjects({ table: "sections", id: s.id }));
                      show(editor, s.outline);
                    }}
                  >
                    {s.label} <em>{format.count(counts.get(s.id) ?? 0)}</em>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
      <section aria-label={say("图形", "Shapes")}>
        <h3>{say("图形", "Shapes")}</h3>
        <ul>
          {[...plan.shapes.values()].slice(0, 400).map((s) => (
            <li key={s.id}>
              <button
                type="button"
                aria-pressed={editor.selection.objects.has(`shapes/${s.id}`)}
                onClick={() => editor.select(ofObjects({ table: "shapes", id: s.id }))}
              >
                {s.text ?? s.kind}
              </button>
            </li>
          ))}
        </ul>
        <button
          type="button"
          className="button"
          disabled={editor.readOnly}
          onClick={() => {
            const id = editor.change("add-level", (st) => {
              const made = editor.ids.next("L");
              st.put("levels", {
                id: made,
                name: say(`${levels.length + 1}层`, `Level ${levels.length + 1}`),
                order: Math.max(-1, ...levels.map((l) => l.order)) + 1,
              });
              return made;
            });
            editor.setLevel(id);
          }}
        >
          {say("新建楼层", "New level")}
        </button>
      </section>
    </div>
  );
}

/** Goes to a part of the plan. */
export function show(editor: Editor, points: readonly (readonly [number, number])[]): void {
  const xs = points.map((p) => p[0]),
    ys = points.map((p) => p[1]);
  if (points.length > 0) editor.fit([Math.min(...xs) - 1500, Math.min(...ys) - 1500, Math.max(...xs) + 1500, Math.max(...ys) + 1500]);
}
export function showSeats(editor: Editor, ids: readonly number[]): void {
  const seats = ids.map((id) => editor.plan.seats.get(id)).filter((s) => s !== undefined);
  editor.select(ofSeats(seats.map((s) => s.id)));
  show(
    editor,
    seats.map((s) => [s.x, s.y] as const),
  );
}

const STEPS: Readonly<Record<string, readonly [string, string]>> = {
  "add-row": ["画一排", "Row"],
  "add-block": ["画座位块", "Block"],
  "add-seat": ["加座位", "Seat"],
  "add-table": ["加桌", "Table"],
  "add-section": ["分区", "Section"],
  "add-area": ["站席区", "Standing area"],
  "add-box": ["包厢", "Box"],
  outline: ["改轮廓", "Outline"],
  "corner-add": ["加角", "Corner added"],
  "corner-remove": ["去角", "Corner taken"],
  scale: ["缩放", "Scale"],
  rake: ["起坡", "Rake"],
  underlay: ["描图底图", "Picture"],
  "add-shape": ["图形", "Shape"],
  "add-level": ["楼层", "Level"],
  "add-category": ["新票档", "New zone"],
  move: ["移动", "Move"],
  nudge: ["微移", "Nudge"],
  align: ["对齐", "Align"],
  distribute: ["等距", "Distribute"],
  mirror: ["镜像", "Mirror"],
  rotate: ["旋转", "Turn"],
  duplicate: ["复制", "Duplicate"],
  delete: ["删除", "Delete"],
  relay: ["改排形", "Row shape"],
  join: ["并排", "Join"],
  split: ["拆排", "Split"],
  "fit-outline": ["贴合轮廓", "Fit outline"],
  number: ["编座号", "Number seats"],
  "label-rows": ["编排号", "Name rows"],
  kind: ["座位类型", "Seat kind"],
  view: ["视线", "View"],
  note: ["说明", "Note"],
  entrance: ["入口", "Entrance"],
  companion: ["配陪同席", "Companions"],
  buffer: ["缓冲区", "Buffer"],
  category: ["票档", "Zone"],
  rename: ["改名", "Rename"],
  capacity: ["数量", "Size"],
  "to-section": ["换区", "Section"],
  generate: ["生成", "Generate"],
  recover: ["找回未保存", "Recovered"],
  "take-theirs": ["载入对方版本", "Their version"],
  merge: ["合并", "Merge"],
  "view-proposal": ["视线建议", "View proposal"],
};
function Steps(): ReactNode {
  const editor = useEditor("document"),
    say = useWords(),
    marks = editor.history.marks;
  return (
    <ol className="d-steps" reversed>
      {[...marks]
        .reverse()
        .slice(0, 200)
        .map((m, i) => {
          const name = m.split("#")[0]!,
            words = STEPS[name];
          return (
            <li key={m}>
              <button
                type="button"
                disabled={editor.readOnly}
                onClick={() => {
                  for (let n = 0; n < i; n++) editor.undo();
                }}
              >
                {words === undefined ? name : say(...words)}
              </button>
            </li>
          );
        })}
    </ol>
  );
}
