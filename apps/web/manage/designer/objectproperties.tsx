/** What can be set of one section, area, table, shape or box, and the corners of its outline. */
import {
  addCorner,
  assignCategory,
  categoryOfObjects,
  entranceNames,
  moveCorner,
  outlined,
  removeCorner,
  setEntrance,
  type Editor,
  type ObjectRef,
} from "@parterre/planeditor";
import type { ReactNode } from "react";
import { useWords } from "./context.tsx";
import { Choice, NumberField, TextField } from "./fields.tsx";
import { ActionButton } from "./toolbar.tsx";

/** What can be set of one object, by its kind. */
export function ObjectProperties({ editor, what }: { editor: Editor; what: ObjectRef }): ReactNode {
  switch (what.table) {
    case "sections":
      return <SectionFields editor={editor} id={what.id} />;
    case "areas":
      return <AreaFields editor={editor} id={what.id} />;
    case "tables":
      return <TableFields editor={editor} id={what.id} />;
    case "shapes":
      return <ShapeFields editor={editor} id={what.id} />;
    default:
      return <BoxFields editor={editor} id={what.id} />;
  }
}

interface Of {
  readonly editor: Editor;
  readonly id: string;
}

/** A section: its names, level, entrance, gate and zone. */
function SectionFields({ editor, id }: Of): ReactNode {
  const say = useWords();
  const s = editor.plan.sections.get(id)!;
  return (
    <>
      <TextField
        label={say("票面区名", "Label on tickets")}
        value={s.label}
        max={32}
        onChange={(label) =>
          editor.change("rename", (st) => st.update("sections", id, { label, ...(s.name === s.label ? { name: label } : {}) }))
        }
      />
      <TextField
        label={say("名称", "Name")}
        value={s.name}
        max={100}
        onChange={(name) => editor.change("rename", (st) => st.update("sections", id, { name }))}
      />
      <Choice
        label={say("楼层", "Level")}
        value={s.level as string}
        options={[...editor.plan.levels.values()].map((l) => [l.id as string, l.name] as const)}
        onChange={(level) => editor.change("rename", (st) => st.update("sections", id, { level }))}
      />
      <TextField
        label={say("入口", "Entrance")}
        value={s.entrance ?? ""}
        max={32}
        empty
        suggest={entranceNames(editor.plan)}
        onChange={(e) => setEntrance(editor, e)}
      />
      <ActionButton id="entrance.nearest" className="button" label={say("用最近的入口标记", "Nearest marked entrance")} />
      <TextField
        label={say("检票门", "Gate")}
        value={s.gate ?? ""}
        max={32}
        empty
        suggest={[...new Set([...editor.plan.sections.values()].flatMap((x) => x.gate ?? []))]}
        onChange={(gate) =>
          editor.change("entrance", (st) => {
            const { gate: _, ...rest } = st.get("sections", id)!;
            st.put("sections", gate === "" ? rest : { ...rest, gate });
          })
        }
      />
      <Choice
        label={say("整区票档", "Zone of the section")}
        value=""
        mixed={say("选择…", "Choose…")}
        options={[["-", say("无", "None")], ...[...editor.plan.categories.values()].map((c) => [c.id as string, c.name] as const)]}
        onChange={(c) => assignCategory(editor, c === "-" ? null : c)}
      />
    </>
  );
}

/** A standing area: its name, capacity and zone. */
function AreaFields({ editor, id }: Of): ReactNode {
  const say = useWords();
  const a = editor.plan.areas.get(id)!;
  return (
    <>
      <TextField
        label={say("票面名称", "Label on tickets")}
        value={a.label}
        max={32}
        onChange={(label) => editor.change("rename", (st) => st.update("areas", id, { label, name: label }))}
      />
      <NumberField
        label={say("容量", "Capacity")}
        value={a.capacity}
        min={1}
        max={1_000_000}
        onChange={(capacity) => editor.change("capacity", (st) => st.update("areas", id, { capacity }))}
      />
      <Choice
        label={say("票档", "Zone")}
        value={categoryOfObjects(editor).get(id) ?? "-"}
        options={[["-", say("无", "None")], ...[...editor.plan.categories.values()].map((c) => [c.id as string, c.name] as const)]}
        onChange={(c) => assignCategory(editor, c === "-" ? null : c)}
      />
    </>
  );
}

/** A table: its name, radius and whether it is sold whole. */
function TableFields({ editor, id }: Of): ReactNode {
  const say = useWords();
  const t = editor.plan.tables.get(id)!;
  return (
    <>
      <TextField
        label={say("桌名", "Table")}
        value={t.label}
        max={32}
        onChange={(label) => editor.change("rename", (st) => st.update("tables", id, { label }))}
      />
      <NumberField
        label={say("半径", "Radius")}
        unit="mm"
        value={t.radius}
        min={200}
        max={10_000}
        onChange={(radius) => editor.change("capacity", (st) => st.update("tables", id, { radius }))}
      />
      <label className="d-check">
        <input
          type="checkbox"
          checked={t.whole}
          onChange={(e) => {
            const whole = e.currentTarget.checked;
            editor.change("capacity", (st) => st.update("tables", id, { whole }));
          }}
        />
        {say("整桌出售", "Sold whole")}
      </label>
    </>
  );
}

/** A shape: the text in it. */
function ShapeFields({ editor, id }: Of): ReactNode {
  const say = useWords();
  const s = editor.plan.shapes.get(id)!;
  return (
    <TextField
      label={say("文字", "Text")}
      value={s.text ?? ""}
      max={60}
      empty
      onChange={(text) =>
        editor.change("rename", (st) => {
          const { text: _, ...rest } = st.get("shapes", id)!;
          st.put("shapes", text === "" ? rest : { ...rest, text });
        })
      }
    />
  );
}

/** A box: its name. */
function BoxFields({ editor, id }: Of): ReactNode {
  const say = useWords();
  const b = editor.plan.boxes.get(id)!;
  return (
    <>
      <TextField
        label={say("包厢名", "Box")}
        value={b.name}
        max={100}
        onChange={(name) => editor.change("rename", (st) => st.update("boxes", id, { name }))}
      />
      <Choice
        label={say("楼层", "Level")}
        value={b.level as string}
        options={[...editor.plan.levels.values()].map((l) => [l.id as string, l.name] as const)}
        onChange={(level) => editor.change("rename", (st) => st.update("boxes", id, { level }))}
      />
      <p className="quiet">{say(`${b.seats.length} 个座位`, `${b.seats.length} seats`)}</p>
      <button
        type="button"
        className="button"
        disabled={b.seats.length === 0}
        onClick={() => editor.select({ seats: new Set(b.seats), objects: new Set() })}
      >
        {say("选中这些座位", "Select these seats")}
      </button>
    </>
  );
}

/** The corners of the outline as numbers: what the handles do, without a mouse and to the millimetre. */
export function Corners({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    one = outlined(editor);
  if (one === null) return null;
  const { of, outline } = one,
    put = (i: number, axis: 0 | 1, value: number): void => {
      moveCorner(editor, of, i, axis === 0 ? [value, outline[i]![1]] : [outline[i]![0], value]);
    };
  return (
    <details className="d-set">
      <summary>{say(`轮廓 ${outline.length} 个角`, `Outline, ${outline.length} corners`)}</summary>
      <p className="quiet">
        {say(
          "在图上拖动圆点移动角，拖动边的中点加角，按住 Alt 点圆点去角。",
          "Drag the dots to move corners, the middle of an edge to add one; Alt and click takes one away.",
        )}
      </p>
      <ol className="d-corners">
        {outline.map((p, i) => (
          <li key={i}>
            <NumberField label="x" value={p[0]} min={-5_000_000} max={5_000_000} onChange={(v) => put(i, 0, v)} />
            <NumberField label="y" value={p[1]} min={-5_000_000} max={5_000_000} onChange={(v) => put(i, 1, v)} />
            <button
              type="button"
              className="d-chip"
              aria-label={say(`在角 ${i + 1} 后加角`, `Add a corner after ${i + 1}`)}
              onClick={() => {
                const q = outline[(i + 1) % outline.length]!;
                addCorner(editor, of, i, [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2]);
              }}
            >
              ＋
            </button>
            <button
              type="button"
              className="d-chip"
              aria-label={say(`去掉角 ${i + 1}`, `Take corner ${i + 1} away`)}
              disabled={outline.length <= 3}
              onClick={() => removeCorner(editor, of, i)}
            >
              －
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}
