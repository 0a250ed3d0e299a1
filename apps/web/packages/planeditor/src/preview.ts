import type { Point } from "@parterre/geometry";

/** What a gesture would do, drawn over the plan while it is under way; millimetres. Nothing of it is in the document. */
export interface Preview {
  readonly dots?: readonly Point[];
  readonly ring?: readonly Point[];
  readonly line?: readonly Point[];
  readonly circles?: readonly { readonly at: Point; readonly radius: number }[];
  /** The selection is drawn moved by this. */
  readonly moved?: Point;
  /** Lines that the pointer snapped to: "x" of a vertical, "y" of a horizontal line. */
  readonly guides?: readonly { readonly axis: "x" | "y"; readonly at: number }[];
  /** Beside the pointer: count, length, angle. */
  readonly note?: string;
  readonly select?: boolean;
}
