import type { SeatKind, View } from "@parterre/planmodel";
import { TABLE_NAMES } from "@parterre/planmodel";
import type { Editor } from "../editor.ts";
import { isEmpty, NOTHING, type Selection } from "../selection.ts";
import { align, distribute, duplicate, mirror, rotate, unitCount, type Edge } from "./arrange.ts";
import { assignNearestEntrance, doorsOf } from "./entrances.ts";
import { numberSeats } from "./number.ts";
import { removeSelection } from "./remove.ts";
import { addBuffer, fitOutlines, joinRows, pairCompanions, seatsOf, setCouples, setKind, setView, splitRow } from "./seats.ts";

export type Group = "file" | "edit" | "tool" | "view" | "arrange" | "seat" | "number";
/** Something a person can do. Menu, keys and the command palette read the one list. */
export interface Action {
  readonly id: string;
  readonly group: Group;
  readonly zh: string;
  readonly en: string;
  /** As keyName() of the pages writes it: "ctrl+z", "shift+H", "r". */
  readonly keys?: string;
  readonly enabled: () => boolean;
  /** Pressed in, for what is on or off. */
  readonly active?: () => boolean;
  readonly run: () => void;
}

const TOOLS: readonly (readonly [id: string, zh: string, en: string, key: string])[] = [
  ["select", "选择", "Select", "v"],
  ["lasso", "套索", "Lasso", "l"],
  ["cursor", "键盘光标", "Keyboard cursor", "c"],
  ["row", "画一排座位", "Row of seats", "r"],
  ["block", "画座位块", "Block of rows", "b"],
  ["seat", "单个座位", "Single seat", "s"],
  ["table", "圆桌", "Table", "t"],
  ["section", "分区", "Section", "g"],
  ["area", "站席区", "Standing area", "a"],
  ["box", "包厢", "Box", "o"],
  ["shape", "舞台与图形", "Stage and shapes", "d"],
  ["paint", "刷", "Brush", "p"],
  ["measure", "测量", "Measure", "m"],
  ["pan", "平移画面", "Pan", "h"],
];
const EDGES: readonly (readonly [Edge, string, string, string])[] = [
  ["left", "左对齐", "Align left", "alt+a"],
  ["centre", "水平居中", "Align centres", "alt+h"],
  ["right", "右对齐", "Align right", "alt+d"],
  ["top", "顶对齐", "Align top", "alt+w"],
  ["middle", "垂直居中", "Align middles", "alt+v"],
  ["bottom", "底对齐", "Align bottom", "alt+s"],
];
export const KIND_LABELS: Readonly<Record<SeatKind, readonly [zh: string, en: string]>> = {
  normal: ["普通座", "Normal seat"],
  accessible: ["无障碍席位", "Wheelchair place"],
  companion: ["陪同席", "Companion seat"],
  "couple-left": ["情侣座左", "Couple seat, left"],
  "couple-right": ["情侣座右", "Couple seat, right"],
  sofa: ["沙发座", "Sofa"],
};
export const VIEW_LABELS: Readonly<Record<View, readonly [zh: string, en: string]>> = {
  clear: ["视线良好", "Clear view"],
  partial: ["部分遮挡", "Partly blocked view"],
  blocked: ["严重遮挡", "Blocked view"],
};

/** Everything that selects: all seats and things but sections, on the level shown. */
export function everything(editor: Editor): Selection {
  const { model, level } = editor,
    at = level === null ? -1 : model.levels.findIndex((l) => l.id === level),
    objects = new Set<string>(),
    seats = new Set<number>();
  for (let i = 0; i < model.seats.count; i++) if (at < 0 || model.level[i] === at) seats.add(model.seats.ids[i]!);
  for (const t of ["tables", "areas", "boxes", "shapes"] as const) for (const r of editor.plan[t].values()) objects.add(`${t}/${r.id}`);
  return { seats, objects };
}

function invertSelection(editor: Editor): Selection {
  const all = everything(editor),
    { selection } = editor;
  return { seats: new Set([...all.seats].filter((s) => !selection.seats.has(s))), objects: new Set() };
}

/** The actions of an editor that need no page; a page adds its own (save, publish, print). */
export function editorActions(editor: Editor): Action[] {
  const some = (): boolean => !isEmpty(editor.selection),
    edit = (): boolean => some() && !editor.readOnly;
  const seats = (): boolean => edit() && seatsOf(editor).length > 0;
  const act = (
    id: string,
    group: Group,
    zh: string,
    en: string,
    keys: string | undefined,
    enabled: () => boolean,
    run: () => void,
    active?: () => boolean,
  ): Action => ({ id, group, zh, en, ...(keys === undefined ? {} : { keys }), enabled, run, ...(active === undefined ? {} : { active }) });
  const several = (n: number) => (): boolean =>
    edit() &&
    editor.selection.seats.size + editor.selection.objects.size >= n &&
    editor.derived("units", () => unitCount(editor), true, true) >= n;
  const drawing = new Set(["row", "block", "seat", "table", "section", "area", "box", "shape", "paint"]);
  return [
    ...TOOLS.map(([id, zh, en, key]) =>
      act(
        `tool.${id}`,
        "tool",
        zh,
        en,
        key,
        () => !editor.readOnly || !drawing.has(id),
        () => editor.setTool(id),
        () => editor.currentTool.id === id,
      ),
    ),
    act(
      "undo",
      "edit",
      "撤销",
      "Undo",
      "ctrl+z",
      () => !editor.readOnly && editor.history.canUndo,
      () => {
        editor.undo();
      },
    ),
    act(
      "redo",
      "edit",
      "重做",
      "Redo",
      "ctrl+shift+z",
      () => !editor.readOnly && editor.history.canRedo,
      () => {
        editor.redo();
      },
    ),
    act("delete", "edit", "删除", "Delete", "Delete", edit, () => removeSelection(editor)),
    act("duplicate", "edit", "复制一份", "Duplicate", "ctrl+d", edit, () => duplicate(editor, 0, editor.options.rowPitch)),
    act(
      "select-all",
      "edit",
      "全选",
      "Select all",
      "ctrl+a",
      () => true,
      () => editor.select(everything(editor)),
    ),
    act("select-none", "edit", "取消选择", "Select nothing", "ctrl+shift+a", some, () => editor.select(NOTHING)),
    act(
      "select-inverse",
      "edit",
      "反选座位",
      "Invert selection of seats",
      "ctrl+i",
      () => editor.plan.seats.size > 0,
      () => editor.select(invertSelection(editor)),
    ),
    act(
      "pick.seat",
      "edit",
      "点选单个座位",
      "Pick single seats",
      "1",
      () => true,
      () => editor.setOptions({ pick: "seat" }),
      () => editor.options.pick === "seat",
    ),
    act(
      "pick.row",
      "edit",
      "点选整排",
      "Pick whole rows",
      "2",
      () => true,
      () => editor.setOptions({ pick: "row" }),
      () => editor.options.pick === "row",
    ),
    act(
      "pick.section",
      "edit",
      "点选整区",
      "Pick whole sections",
      "3",
      () => true,
      () => editor.setOptions({ pick: "section" }),
      () => editor.options.pick === "section",
    ),
    act(
      "snap",
      "view",
      "吸附",
      "Snap",
      "n",
      () => true,
      () => editor.setOptions({ snap: !editor.options.snap }),
      () => editor.options.snap,
    ),
    act(
      "fit",
      "view",
      "显示全部",
      "Show all",
      "0",
      () => true,
      () => editor.fit(),
    ),
    act(
      "zoom-in",
      "view",
      "放大",
      "Zoom in",
      "+",
      () => true,
      () => editor.zoomBy(1.5),
    ),
    act(
      "zoom-out",
      "view",
      "缩小",
      "Zoom out",
      "-",
      () => true,
      () => editor.zoomBy(1 / 1.5),
    ),
    ...EDGES.map(([edge, zh, en, key]) => act(`align.${edge}`, "arrange", zh, en, key, several(2), () => align(editor, edge))),
    act("distribute.x", "arrange", "横向等距", "Distribute across", "alt+shift+h", several(3), () => distribute(editor, "x")),
    act("distribute.y", "arrange", "纵向等距", "Distribute down", "alt+shift+v", several(3), () => distribute(editor, "y")),
    act("mirror.x", "arrange", "左右镜像", "Mirror left and right", "shift+h", edit, () => mirror(editor, "x")),
    act("mirror.y", "arrange", "前后镜像", "Mirror front and back", "shift+v", edit, () => mirror(editor, "y")),
    act("rotate.right", "arrange", "顺时针转 15°", "Turn 15° clockwise", "]", edit, () => rotate(editor, 15)),
    act("rotate.left", "arrange", "逆时针转 15°", "Turn 15° anticlockwise", "[", edit, () => rotate(editor, -15)),
    act(
      "join",
      "arrange",
      "并成一排",
      "Join into one row",
      "ctrl+j",
      () => edit() && editor.selection.seats.size > 1,
      () => joinRows(editor),
    ),
    act(
      "split",
      "arrange",
      "拆成新排",
      "Split into a new row",
      "ctrl+shift+j",
      () => edit() && editor.selection.seats.size > 0,
      () => splitRow(editor),
    ),
    act(
      "fit-outline",
      "arrange",
      "分区轮廓贴合座位",
      "Fit section outlines to seats",
      "shift+o",
      () => !editor.readOnly && editor.plan.sections.size > 0,
      () => fitOutlines(editor),
    ),
    act(
      "number.left",
      "number",
      "从左编号 1 2 3",
      "Number from the left 1 2 3",
      "q",
      () => !editor.readOnly && editor.plan.rows.size > 0,
      () => {
        numberSeats(editor, { scheme: { kind: "left-to-right" } });
      },
    ),
    act(
      "number.right",
      "number",
      "从右编号 3 2 1",
      "Number from the right 3 2 1",
      "w",
      () => !editor.readOnly && editor.plan.rows.size > 0,
      () => {
        numberSeats(editor, { scheme: { kind: "right-to-left" } });
      },
    ),
    act(
      "number.odd-even",
      "number",
      "单双号（单左双右）",
      "Odd left, even right of the aisle",
      "e",
      () => !editor.readOnly && editor.plan.rows.size > 0,
      () => {
        numberSeats(editor, { scheme: { kind: "odd-even" } });
      },
    ),
    ...(["normal", "accessible", "companion", "sofa"] as const).map((k) =>
      act(
        `kind.${k}`,
        "seat",
        `设为${KIND_LABELS[k][0]}`,
        `Make it: ${KIND_LABELS[k][1].toLowerCase()}`,
        { normal: "alt+0", accessible: "alt+1", companion: "alt+2", sofa: "alt+4" }[k],
        seats,
        () => setKind(editor, k),
      ),
    ),
    act("kind.couple", "seat", "设为情侣座（成对）", "Make couple seats (in pairs)", "alt+3", seats, () => setCouples(editor)),
    act("companion", "seat", "为无障碍席位配陪同席", "Pair wheelchair places with companions", "alt+p", seats, () => {
      pairCompanions(editor);
    }),
    ...(["clear", "partial", "blocked"] as const).map((v, i) =>
      act(`view.${v}`, "seat", `视线：${VIEW_LABELS[v][0]}`, VIEW_LABELS[v][1], `alt+${7 + i}`, seats, () => setView(editor, v)),
    ),
    act(
      "entrance.nearest",
      "seat",
      "按最近的入口标记分配入口",
      "Give each the nearest marked entrance",
      "alt+e",
      () => !editor.readOnly && editor.derived("doors", () => doorsOf(editor.plan).length) > 0,
      () => {
        assignNearestEntrance(editor);
      },
    ),
    act("buffer", "seat", "在所选座位上划缓冲区", "Buffer zone over the seats", "alt+b", seats, () => addBuffer(editor)),
  ];
}

/** Keys that two actions want; a test and the page's start look at it. */
export function keyClashes(actions: readonly Action[]): string[] {
  const seen = new Map<string, string>(),
    out: string[] = [];
  for (const a of actions) {
    if (a.keys === undefined) continue;
    const other = seen.get(a.keys);
    if (other !== undefined) out.push(`${a.keys}: ${other}, ${a.id}`);
    seen.set(a.keys, a.id);
  }
  return out;
}

export const recordCount = (editor: Editor): number => TABLE_NAMES.reduce((n, t) => n + editor.plan[t].size, 0);
