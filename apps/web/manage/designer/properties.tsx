import {
  addCategory,
  addCorner,
  assignCategory,
  categoryOfObjects,
  categoryOfSeat,
  contentOf,
  isEmpty,
  KIND_LABELS,
  moveCorner,
  moveToSection,
  outlined,
  removeCorner,
  refsOf,
  relayRows,
  rotate,
  seatsOf,
  selectedRows,
  setCouples,
  setEntrance,
  setKind,
  setNote,
  setView,
  shapeOfRow,
  VIEW_LABELS,
  type Editor,
  type ObjectRef,
} from "@parterre/planeditor";
import { docOf, SEAT_KINDS, VIEWS, type Plan, type Seat, type SeatKind, type View } from "@parterre/planmodel";
import { format } from "@parterre/ui";
import type { ReactNode } from "react";
import { useEditor, useWords } from "./context.tsx";
import { Choice, NumberField, TextField } from "./fields.tsx";
import { ActionButton } from "./toolbar.tsx";

/** What can be set of the selection; of the plan where nothing is selected. */
export function Properties(): ReactNode {
  const editor = useEditor("document", "selection"),
    say = useWords();
  if (isEmpty(editor.selection)) return <PlanProperties editor={editor} />;
  const seats = seatsOf(editor),
    objects = refsOf(editor.selection),
    one = objects.length === 1 ? objects[0]! : null;
  return (
    <section className="d-panel" aria-label={say("属性", "Properties")}>
      <h2>
        {[
          seats.length > 0 ? say(`${format.count(seats.length)} 个座位`, `${format.count(seats.length)} seats`) : null,
          objects.length > 0 ? say(`${objects.length} 个对象`, `${objects.length} things`) : null,
        ]
          .filter((x) => x !== null)
          .join(" · ")}
      </h2>
      {one !== null && <ObjectProperties editor={editor} what={one} />}
      {one !== null && <Corners editor={editor} />}
      {seats.length > 0 && <SeatProperties editor={editor} seats={seats} />}
      <Arrange editor={editor} />
    </section>
  );
}

function PlanProperties({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    doc = docOf(editor.plan),
    count = (t: keyof Plan): string => format.count((editor.plan[t] as ReadonlyMap<unknown, unknown>).size);
  return (
    <section className="d-panel" aria-label={say("座位图", "Plan")}>
      <h2>{say("座位图", "Plan")}</h2>
      <TextField
        label={say("名称", "Name")}
        value={doc.name}
        max={100}
        onChange={(name) => editor.change("rename", (s) => s.update("doc", "doc", { name }))}
      />
      <dl className="d-facts">
        <div>
          <dt>{say("座位", "Seats")}</dt>
          <dd>{count("seats")}</dd>
        </div>
        <div>
          <dt>{say("排", "Rows")}</dt>
          <dd>{count("rows")}</dd>
        </div>
        <div>
          <dt>{say("分区", "Sections")}</dt>
          <dd>{count("sections")}</dd>
        </div>
        <div>
          <dt>{say("站席区", "Standing areas")}</dt>
          <dd>{count("areas")}</dd>
        </div>
        <div>
          <dt>{say("桌", "Tables")}</dt>
          <dd>{count("tables")}</dd>
        </div>
        <div>
          <dt>{say("包厢", "Boxes")}</dt>
          <dd>{count("boxes")}</dd>
        </div>
      </dl>
      {editor.plan.seats.size === 0 && (
        <p className="quiet">
          {say("从“生成”选一种厅堂开始，或直接按 R 画一排座位。", "Begin with a hall from “Generate”, or press R and draw a row.")}
        </p>
      )}
      <Categories editor={editor} />
    </section>
  );
}

export function Categories({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    list = [...editor.plan.categories.values()];
  return (
    <>
      <h3>{say("建议票档", "Suggested zones")}</h3>
      {list.map((c) => (
        <div className="d-row" key={c.id}>
          <input
            type="color"
            aria-label={say("颜色", "Colour")}
            value={c.color}
            disabled={editor.readOnly}
            onChange={(e) => {
              const color = e.currentTarget.value;
              editor.change("category", (s) => s.update("categories", c.id, { color }));
            }}
          />
          <TextField
            label={say("名称", "Name")}
            value={c.name}
            max={100}
            onChange={(name) => editor.change("rename", (s) => s.update("categories", c.id, { name }))}
          />
        </div>
      ))}
      <button type="button" className="button" disabled={editor.readOnly || list.length >= 31} onClick={() => addCategory(editor)}>
        {say("新建票档", "New zone")}
      </button>
    </>
  );
}

/** The value that all share, or "". */
const shared = <T, V extends string | number>(list: readonly T[], of: (t: T) => V): V | "" => {
  const first = list[0] === undefined ? "" : of(list[0]);
  for (const t of list) if (of(t) !== first) return "";
  return first;
};

function SeatProperties({ editor, seats }: { editor: Editor; seats: readonly Seat[] }): ReactNode {
  const say = useWords(),
    rows = selectedRows(editor),
    one = seats.length === 1 ? seats[0]! : null,
    several = say("多个值", "several");
  const categories = categoryOfSeat(editor),
    section = shared(rows, (r) => editor.plan.rows.get(r.row)!.section as string);
  return (
    <>
      {one !== null && (
        <TextField
          label={say("座号", "Number")}
          value={one.number}
          max={32}
          onChange={(number) => editor.change("number", (s) => s.update("seats", one.id, { number }))}
        />
      )}
      {rows.length === 1 && (
        <TextField
          label={say("排名", "Row label")}
          value={editor.plan.rows.get(rows[0]!.row)!.label}
          max={32}
          onChange={(label) => editor.change("label-rows", (s) => s.update("rows", rows[0]!.row, { label }))}
        />
      )}
      {rows.length > 0 && (
        <Choice
          label={say("分区", "Section")}
          value={section}
          mixed={several}
          options={[...editor.plan.sections.values()].map((s) => [s.id as string, s.label] as const)}
          onChange={(id) => moveToSection(editor, id)}
        />
      )}
      <Choice
        label={say("票档", "Zone")}
        value={shared(seats, (s) => categories(s.id) ?? "-")}
        mixed={several}
        options={[["-", say("无", "None")], ...[...editor.plan.categories.values()].map((c) => [c.id as string, c.name] as const)]}
        onChange={(id) => assignCategory(editor, id === "-" ? null : id)}
      />
      <Choice<SeatKind | "couple">
        label={say("类型", "Kind")}
        value={shared(seats, (s) => s.kind)}
        mixed={several}
        options={[
          ...SEAT_KINDS.map((k) => [k, say(...KIND_LABELS[k])] as const),
          ["couple", say("情侣座（成对）", "Couple seats (in pairs)")] as const,
        ]}
        onChange={(k) => (k === "couple" ? setCouples(editor) : setKind(editor, k))}
      />
      {seats.some((s) => s.kind === "accessible") && (
        <ActionButton id="companion" className="button" label={say("配陪同席", "Pair with companions")} />
      )}
      <Choice<View>
        label={say("视线", "View")}
        value={shared(seats, (s) => s.view)}
        mixed={several}
        options={VIEWS.map((v) => [v, say(...VIEW_LABELS[v])] as const)}
        onChange={(v) => setView(editor, v)}
      />
      {seats.some((s) => s.view !== "clear") && (
        <TextField
          label={say("视线说明（付款前给观众看）", "View note (shown before payment)")}
          value={shared(seats, (s) => s.note ?? "")}
          max={200}
          empty
          placeholder={say("例：栏杆遮挡舞台近侧", "e.g. railing hides the front of the stage")}
          onChange={(n) => setNote(editor, n)}
        />
      )}
      {editor.selection.seats.size > 0 && (
        <TextField
          label={say("入口", "Entrance")}
          value={shared(seats, (s) => s.entrance ?? "")}
          max={32}
          empty
          onChange={(e) => setEntrance(editor, e)}
        />
      )}
      {rows.length > 0 && rows.length <= 200 && <RowShapeFields editor={editor} />}
    </>
  );
}

function RowShapeFields({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    shapes = selectedRows(editor).map((r) => shapeOfRow(r.seats.map((s) => [s.x, s.y] as const)));
  const field = (of: (s: (typeof shapes)[number]) => number): { value: number; mixed: boolean } => {
    const v = shared(shapes, of);
    return { value: v === "" ? 0 : v, mixed: v === "" };
  };
  return (
    <fieldset className="d-set">
      <legend>{say("整排形状", "Shape of the rows")}</legend>
      <NumberField
        label={say("座位数", "Seats")}
        min={1}
        max={500}
        {...field((s) => s.count)}
        onChange={(count) => relayRows(editor, { count })}
      />
      <NumberField
        label={say("座距", "Pitch")}
        unit="mm"
        min={300}
        max={5000}
        {...field((s) => Math.round(s.pitch))}
        onChange={(pitch) => relayRows(editor, { pitch })}
      />
      <NumberField
        label={say("弧高", "Curve")}
        unit="mm"
        min={-50_000}
        max={50_000}
        {...field((s) => s.sagitta)}
        onChange={(sagitta) => relayRows(editor, { sagitta })}
      />
    </fieldset>
  );
}

function ObjectProperties({ editor, what }: { editor: Editor; what: ObjectRef }): ReactNode {
  const say = useWords(),
    { plan } = editor,
    { id } = what;
  const put = (name: string, work: Parameters<Editor["change"]>[1]): void => {
    editor.change(name, work);
  };
  if (what.table === "sections") {
    const s = plan.sections.get(id)!;
    return (
      <>
        <TextField
          label={say("票面区名", "Label on tickets")}
          value={s.label}
          max={32}
          onChange={(label) => put("rename", (st) => st.update("sections", id, { label, ...(s.name === s.label ? { name: label } : {}) }))}
        />
        <TextField
          label={say("名称", "Name")}
          value={s.name}
          max={100}
          onChange={(name) => put("rename", (st) => st.update("sections", id, { name }))}
        />
        <Choice
          label={say("楼层", "Level")}
          value={s.level as string}
          options={[...plan.levels.values()].map((l) => [l.id as string, l.name] as const)}
          onChange={(level) => put("rename", (st) => st.update("sections", id, { level }))}
        />
        <TextField label={say("入口", "Entrance")} value={s.entrance ?? ""} max={32} empty onChange={(e) => setEntrance(editor, e)} />
        <TextField
          label={say("检票门", "Gate")}
          value={s.gate ?? ""}
          max={32}
          empty
          onChange={(gate) =>
            put("entrance", (st) => {
              const { gate: _, ...rest } = st.get("sections", id)!;
              st.put("sections", gate === "" ? rest : { ...rest, gate });
            })
          }
        />
        <Choice
          label={say("整区票档", "Zone of the section")}
          value=""
          mixed={say("选择…", "Choose…")}
          options={[["-", say("无", "None")], ...[...plan.categories.values()].map((c) => [c.id as string, c.name] as const)]}
          onChange={(c) => assignCategory(editor, c === "-" ? null : c)}
        />
      </>
    );
  }
  if (what.table === "areas") {
    const a = plan.areas.get(id)!;
    return (
      <>
        <TextField
          label={say("票面名称", "Label on tickets")}
          value={a.label}
          max={32}
          onChange={(label) => put("rename", (st) => st.update("areas", id, { label, name: label }))}
        />
        <NumberField
          label={say("容量", "Capacity")}
          value={a.capacity}
          min={1}
          max={1_000_000}
          onChange={(capacity) => put("capacity", (st) => st.update("areas", id, { capacity }))}
        />
        <Choice
          label={say("票档", "Zone")}
          value={categoryOfObjects(editor).get(id) ?? "-"}
          options={[["-", say("无", "None")], ...[...plan.categories.values()].map((c) => [c.id as string, c.name] as const)]}
          onChange={(c) => assignCategory(editor, c === "-" ? null : c)}
        />
      </>
    );
  }
  if (what.table === "tables") {
    const t = plan.tables.get(id)!;
    return (
      <>
        <TextField
          label={say("桌名", "Table")}
          value={t.label}
          max={32}
          onChange={(label) => put("rename", (st) => st.update("tables", id, { label }))}
        />
        <NumberField
          label={say("半径", "Radius")}
          unit="mm"
          value={t.radius}
          min={200}
          max={10_000}
          onChange={(radius) => put("capacity", (st) => st.update("tables", id, { radius }))}
        />
        <label className="d-check">
          <input
            type="checkbox"
            checked={t.whole}
            onChange={(e) => {
              const whole = e.currentTarget.checked;
              put("capacity", (st) => st.update("tables", id, { whole }));
            }}
          />
          {say("整桌出售", "Sold whole")}
        </label>
      </>
    );
  }
  if (what.table === "shapes") {
    const s = plan.shapes.get(id)!;
    return (
      <TextField
        label={say("文字", "Text")}
        value={s.text ?? ""}
        max={60}
        empty
        onChange={(text) =>
          put("rename", (st) => {
            const { text: _, ...rest } = st.get("shapes", id)!;
            st.put("shapes", text === "" ? rest : { ...rest, text });
          })
        }
      />
    );
  }
  const b = plan.boxes.get(id)!;
  return (
    <TextField
      label={say("包厢名", "Box")}
      value={b.name}
      max={100}
      onChange={(name) => put("rename", (st) => st.update("boxes", id, { name }))}
    />
  );
}

/** The corners of the outline as numbers: what the handles do, without a mouse and to the millimetre. */
function Corners({ editor }: { editor: Editor }): ReactNode {
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

function Arrange({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    many = contentOf(editor).seats.size + editor.selection.objects.size > 1;
  return (
    <fieldset className="d-set">
      <legend>{say("排列", "Arrange")}</legend>
      {many && (
        <div className="d-grid">
          {(["left", "centre", "right", "top", "middle", "bottom"] as const).map((e) => (
            <ActionButton
              key={e}
              id={`align.${e}`}
              className="d-chip"
              label={
                {
                  left: say("左", "L"),
                  centre: say("中", "C"),
                  right: say("右", "R"),
                  top: say("顶", "T"),
                  middle: say("腰", "M"),
                  bottom: say("底", "B"),
                }[e]
              }
            />
          ))}
        </div>
      )}
      <div className="d-wrap">
        <ActionButton id="distribute.x" className="d-chip" label={say("横向等距", "Distribute ↔")} />
        <ActionButton id="distribute.y" className="d-chip" label={say("纵向等距", "Distribute ↕")} />
        <ActionButton id="mirror.x" className="d-chip" label={say("左右镜像", "Mirror ↔")} />
        <ActionButton id="mirror.y" className="d-chip" label={say("前后镜像", "Mirror ↕")} />
        <ActionButton id="duplicate" className="d-chip" label={say("复制", "Duplicate")} />
        <ActionButton id="delete" className="d-chip" label={say("删除", "Delete")} />
        <ActionButton id="join" className="d-chip" label={say("并排", "Join rows")} />
        <ActionButton id="split" className="d-chip" label={say("拆排", "Split row")} />
      </div>
      <NumberField label={say("旋转", "Turn")} unit="°" value={0} min={-359} max={359} onChange={(deg) => rotate(editor, deg)} />
    </fieldset>
  );
}
