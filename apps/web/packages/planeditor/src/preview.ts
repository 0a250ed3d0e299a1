import type { Point } from "@parterre/geometry";
import type { SeatId, SeatKind, View } from "@parterre/planmodel";

/** What a gesture would do, drawn over the plan while it is under way; millimetres. Nothing of it is in the document. */
export interface Preview {
  readonly dots?: readonly Point[];
  readonly ring?: readonly Point[];
  readonly line?: readonly Point[];
  readonly circles?: readonly { readonly at: Point; readonly radius: number }[];
  /** The selection is drawn moved by this. */
  readonly moved?: Point;
  /** The selection is drawn sent through this: a turn, a scaling. */
  readonly through?: (p: Point) => Point;
  /** Seats that the gesture has taken so far. */
  readonly seats?: ReadonlySet<SeatId>;
  /** Where the keyboard's seat is, and what is said of it aloud. */
  readonly focus?: Point;
  readonly said?: {
    readonly seat: SeatId;
    readonly level: string;
    readonly section: string;
    readonly row: string;
    readonly number: string;
    readonly kind: SeatKind;
    readonly view: View;
    readonly selected: boolean;
    readonly count: number;
  };
  /** Lines that the pointer snapped to: "x" of a vertical, "y" of a horizontal line. */
  readonly guides?: readonly { readonly axis: "x" | "y"; readonly at: number }[];
  /** Beside the pointer: count, length, angle. */
  readonly note?: string;
  readonly select?: boolean;
}
