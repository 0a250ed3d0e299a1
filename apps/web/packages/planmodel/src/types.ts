import type { Box, Mm, Point, Polygon } from "@parterre/geometry";

/** Permanent id of a seat (座位) inside its hall; never reused, apart from what is printed. */
export type SeatId = number & { readonly seat?: true };
/** Id of every other record: 1 to 40 characters of A-Z a-z 0-9 . _ : -, unique over the document. */
export type RecordId = string;

/** Codes as in the file: the index is the code. */
export const SEAT_KINDS = ["normal", "accessible", "companion", "couple-left", "couple-right", "sofa"] as const;
export type SeatKind = (typeof SEAT_KINDS)[number];
export const VIEWS = ["clear", "partial", "blocked"] as const;
export type View = (typeof VIEWS)[number];
export const ROW_KINDS = ["straight", "curved", "free"] as const;
export type RowKind = (typeof ROW_KINDS)[number];
export const SHAPE_KINDS = ["stage", "screen", "aisle", "entrance", "label", "buffer", "wall", "image"] as const;
export type ShapeKind = (typeof SHAPE_KINDS)[number];

/** The edge before the first row, such as a balcony's rail (栏板): over the first row's floor, and how far before that row; mm. */
export interface Parapet {
  readonly height: number;
  readonly before: number;
}
/**
 * How the floor rises under rows of seats (起坡); heights in mm over the floor before the first row of the lowest level.
 * Either steps, the rise from each row to the next (the last goes on), or a slope of mm a metre with a curve of mm a
 * metre squared on top.
 */
export interface Rake {
  /** floor of the first row */ readonly base: number;
  readonly slope?: number;
  readonly curve?: number;
  readonly steps?: readonly number[];
  readonly parapet?: Parapet;
}
export interface Level {
  readonly id: RecordId;
  readonly name: string;
  readonly order: number;
  /** absent: not known */ readonly rake?: Rake;
}
/** Seat ids first..last, both included. */
export type Run = readonly [first: SeatId, last: SeatId];
/** A suggested zone; the zones on sale belong to a ticket map. Runs ascend and stay apart; a seat has one category at most. */
export interface Category {
  readonly id: RecordId;
  readonly name: string;
  /** "#rrggbb", lower case */ readonly color: string;
  readonly seats?: readonly Run[];
  /** ids of areas and tables */ readonly objects?: readonly RecordId[];
}
export interface Section {
  readonly id: RecordId;
  readonly level: RecordId;
  readonly name: string;
  readonly label: string;
  readonly outline: Polygon;
  readonly focal?: Point;
  readonly entrance?: string;
  readonly gate?: string;
  /** absent: as its level */ readonly rake?: Rake;
}
export interface Row {
  readonly id: RecordId;
  readonly section: RecordId;
  readonly label: string;
  readonly kind: RowKind;
}
export interface Seat {
  readonly id: SeatId;
  /** null only for a seat that a table or a box lists. A box may also list seats of rows. */
  readonly row: RecordId | null;
  /** As printed: "12", "A3". Changing it never changes the identity. */
  readonly number: string;
  readonly x: Mm;
  readonly y: Mm;
  readonly kind: SeatKind;
  readonly view: View;
  readonly companionOf: SeatId | null;
  readonly entrance: string | null;
  readonly note: string | null;
}
/** Standing area (站席), sold by count. */
export interface Area {
  readonly id: RecordId;
  readonly section: RecordId;
  readonly name: string;
  readonly label: string;
  readonly capacity: number;
  readonly outline: Polygon;
}
export interface Table {
  readonly id: RecordId;
  readonly section: RecordId;
  readonly label: string;
  readonly x: Mm;
  readonly y: Mm;
  readonly radius: number;
  /** sold as one piece */ readonly whole: boolean;
  readonly seats: readonly SeatId[];
}
/** Box (包厢). */
export interface BoxRecord {
  readonly id: RecordId;
  readonly level: RecordId;
  readonly name: string;
  readonly outline: Polygon;
  readonly seats: readonly SeatId[];
}
export interface Shape {
  readonly id: RecordId;
  readonly kind: ShapeKind;
  /** absent: on all levels */ readonly level?: RecordId;
  /** Either outline or at. */ readonly outline?: Polygon;
  readonly at?: Point;
  readonly text?: string;
  /** whole degrees, clockwise, -359..359 */ readonly rotation?: number;
  /** Stage: its floor; screen: its lower edge; wall: its top. mm as a rake's base; absent: not known. */ readonly height?: number;
}
/** What the document says once. */
export interface DocRecord {
  readonly id: "doc";
  readonly name: string;
  /** Holds everything drawn; the encoder widens it where it does not. */ readonly bounds: Box;
}

/** The records by table. A seat's key is its number; all other keys are short strings. */
export interface Tables {
  doc: DocRecord;
  levels: Level;
  categories: Category;
  sections: Section;
  rows: Row;
  seats: Seat;
  areas: Area;
  tables: Table;
  boxes: BoxRecord;
  shapes: Shape;
}
export type TableName = keyof Tables;
export const TABLE_NAMES = [
  "doc",
  "levels",
  "categories",
  "sections",
  "rows",
  "seats",
  "areas",
  "tables",
  "boxes",
  "shapes",
] as const satisfies readonly TableName[];
export type AnyRecord = Tables[TableName];
export type Key = SeatId | RecordId;

/** A whole plan, read only. PlanStore makes and changes them. */
export type Plan = { readonly [T in TableName]: ReadonlyMap<Key, Tables[T]> } & {
  /** The smallest seat id never used so far. It only grows, also through undo. */
  readonly nextSeatId: number;
};

/** The rake of a section: its own, else its level's. */
export const rakeOf = (plan: Plan, section: RecordId): Rake | undefined => {
  const s = plan.sections.get(section);
  return s?.rake ?? plan.levels.get(s?.level ?? "")?.rake;
};

/** The floor under a seat: row counts from 0 at the front, behind is how far it stands behind the first row, mm. */
export function rakeAt(r: Rake, row: number, behind: number): number {
  const { steps } = r;
  if (steps !== undefined && steps.length > 0) {
    let h = r.base;
    for (let i = 0; i < row; i++) h += steps[Math.min(i, steps.length - 1)]!;
    return h;
  }
  const d = Math.max(0, behind);
  return r.base + Math.floor((d * (r.slope ?? 0) + 500) / 1000) + Math.floor((d * d * (r.curve ?? 0) + 500_000) / 1_000_000);
}

export const docOf = (plan: Plan): DocRecord => plan.doc.get("doc")!;

export const FORMAT = "parterre.plan";
export const VERSION = 2;
export const SEAT_COLUMNS = ["id", "row", "number", "x", "y", "kind", "view", "companionOf", "entrance", "note"] as const;
/** The largest seat id: 2^31 - 2, so that nextSeatId still fits an int32. */
export const MAX_SEAT_ID = 2_147_483_646;
