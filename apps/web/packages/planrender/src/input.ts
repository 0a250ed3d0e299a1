import type { Point } from "@parterre/geometry";
import { pinch } from "./camera.ts";
import type { SeatMap } from "./seatmap.ts";

/** A press that moves less than this many pixels is a tap. */
const TAP = 6;

/** Mouse, touch, pen and keyboard on the map. Returns the way to stop listening. */
export function listenToInput(map: SeatMap, target: HTMLElement): () => void {
  const stop = new AbortController(),
    on = { signal: stop.signal };
  const fingers = new Map<number, Point>();
  let start: Point = [0, 0],
    moved = false;
  const here = (e: { clientX: number; clientY: number }): Point => {
    const box = target.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  };
  target.addEventListener(
    "pointerdown",
    (e) => {
      if (e.button > 1 || (map.options.interaction === "none" && e.button === 0 && e.pointerType === "mouse" && !e.altKey)) return;
      target.setPointerCapture(e.pointerId);
      fingers.set(e.pointerId, here(e));
      if (fingers.size === 1) {
        start = here(e);
        moved = false;
      } else moved = true;
    },
    on,
  );
  target.addEventListener(
    "pointermove",
    (e) => {
      const before = fingers.get(e.pointerId),
        now = here(e);
      if (before === undefined) {
        if (e.pointerType === "mouse") {
          const rank = map.seatAt(e.clientX, e.clientY);
          map.hover(rank, rank < 0 && map.objectAt(e.clientX, e.clientY) !== null);
        }
        return;
      }
      if (fingers.size === 2) {
        const other = [...fingers].find(([id]) => id !== e.pointerId)![1];
        map.setCamera(pinch(map.camera, map.view, [before, other], [now, other], map.limits));
      } else {
        if (!moved && Math.hypot(now[0] - start[0], now[1] - start[1]) > TAP) moved = true;
        if (moved) map.panBy(now[0] - before[0], now[1] - before[1]);
      }
      if (moved || fingers.size === 2) fingers.set(e.pointerId, now);
    },
    on,
  );
  const lift = (e: PointerEvent, cancelled: boolean): void => {
    if (!fingers.delete(e.pointerId) || cancelled || moved || fingers.size > 0) return;
    const rank = map.seatAt(e.clientX, e.clientY);
    if (rank < 0) {
      const object = map.options.interaction === "none" ? null : map.objectAt(e.clientX, e.clientY);
      if (object !== null) map.options.onPickObject?.(object);
      return;
    }
    // From far away a tap goes nearer first: nobody can aim at a seat of three pixels.
    if (map.model.seatSize * map.camera.scale < 9) map.showSeat(rank);
    else if (map.options.interaction !== "none") map.options.onPick?.(rank);
  };
  target.addEventListener("pointerup", (e) => lift(e, false), on);
  target.addEventListener("pointercancel", (e) => lift(e, true), on);
  target.addEventListener("pointerleave", () => map.hover(-1), on);
  target.addEventListener(
    "wheel",
    (e) => {
      e.preventDefault();
      const pixels = e.deltaMode === 1 ? e.deltaY * 16 : e.deltaY;
      map.zoomBy(Math.exp(-pixels * (e.ctrlKey ? 0.01 : 0.0016)), here(e));
    },
    { passive: false, signal: stop.signal },
  );
  target.addEventListener(
    "keydown",
    (e) => {
      const act = KEYS[e.key];
      if (act === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      act(map, e.shiftKey);
    },
    on,
  );
  target.addEventListener("blur", () => map.hover(-1), on);
  return () => stop.abort();
}

const arrow =
  (dx: number, dy: number) =>
  (map: SeatMap, shift: boolean): void =>
    shift ? map.panBy(-dx * 80, -dy * 80) : map.moveFocus(dx, dy);

/** Arrows walk from seat to seat, with shift they move the picture. */
const KEYS: Record<string, (map: SeatMap, shift: boolean) => void> = {
  ArrowLeft: arrow(-1, 0),
  ArrowRight: arrow(1, 0),
  ArrowUp: arrow(0, -1),
  ArrowDown: arrow(0, 1),
  "+": (map) => map.zoomBy(1.5),
  "=": (map) => map.zoomBy(1.5),
  "-": (map) => map.zoomBy(1 / 1.5),
  "0": (map) => map.fit(),
  Enter: (map) => {
    if (map.focusedSeat >= 0) map.options.onPick?.(map.focusedSeat);
  },
  " ": (map) => {
    if (map.focusedSeat >= 0) map.options.onPick?.(map.focusedSeat);
  },
  Escape: (map) => map.focusSeat(-1),
};
