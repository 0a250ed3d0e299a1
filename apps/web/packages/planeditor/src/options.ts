/** The options of the drawing tools and what they are at first. */
import type { ShapeKind } from "@parterre/planmodel";
import type { SeatLook } from "./looks.ts";
import { ROW_PITCH, SEAT_PITCH } from "./layout.ts";

/** What the tools draw with; kept while one works, not part of the document. */
export interface Options {
  readonly pick: "seat" | "row" | "section";
  readonly snap: boolean;
  /** Snap grid, mm. */
  readonly grid: number;
  readonly seatPitch: number;
  readonly rowPitch: number;
  /** Seats of a drawn row; 0: as many as fit. */
  readonly seatCount: number;
  /** How far the middle of a drawn row stands off, mm. */
  readonly sagitta: number;
  readonly tableSeats: number;
  readonly tableRadius: number;
  readonly tableWhole: boolean;
  readonly areaCapacity: number;
  readonly shapeKind: ShapeKind;
  readonly shapeText: string;
  /** Seats that a box drawn round nothing gets. */
  readonly boxSeats: number;
  /** What the brush paints: "zone:<category id>", "zone:-", "view:<view>" or "kind:<kind>"; and its radius, mm. */
  readonly paint: string;
  readonly brush: number;
  /** What the brush writes with a view that is not clear; "" leaves the seats' notes as they are. */
  readonly paintNote: string;
  /** What the seats are coloured by. */
  readonly look: SeatLook;
}
export const DEFAULTS: Options = {
  pick: "seat",
  snap: true,
  grid: 50,
  seatPitch: SEAT_PITCH,
  rowPitch: ROW_PITCH,
  seatCount: 0,
  sagitta: 0,
  tableSeats: 8,
  tableRadius: 900,
  tableWhole: false,
  areaCapacity: 200,
  shapeKind: "stage",
  shapeText: "",
  boxSeats: 4,
  paint: "zone:-",
  brush: 600,
  paintNote: "",
  look: "zone",
};
