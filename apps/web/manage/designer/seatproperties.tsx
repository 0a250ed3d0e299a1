/** What can be set of the selected seats and of the shape of their rows. */
import {
  assignCategory,
  categoryOfSeat,
  entranceNames,
  KIND_LABELS,
  moveToSection,
  relayRows,
  selectedRows,
  setCouples,
  setEntrance,
  setKind,
  setNote,
  setView,
  shapeOfRow,
  VIEW_LABELS,
  type Editor,
} from "@parterre/planeditor";
import { SEAT_KINDS, VIEWS, type Seat, type SeatKind, type View } from "@parterre/planmodel";
import type { ReactNode } from "react";
import { useWords } from "./context.tsx";
import { Choice, NumberField, TextField } from "./fields.tsx";
import { ActionButton } from "./toolbar.tsx";

/** The value that all share, or "". */
const shared = <T, V extends string | number>(list: readonly T[], of: (t: T) => V): V | "" => {
  const first = list[0] === undefined ? "" : of(list[0]);
  for (const t of list) if (of(t) !== first) return "";
  return first;
};

export function SeatProperties({ editor, seats }: { editor: Editor; seats: readonly Seat[] }): ReactNode {
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
          suggest={entranceNames(editor.plan)}
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
