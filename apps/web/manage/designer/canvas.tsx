import type { Point } from "@parterre/geometry";
import { colouredSeats, KIND_LABELS, VIEW_LABELS, type Editor } from "@parterre/planeditor";
import { SeatMap } from "@parterre/planrender";
import { keyName, shortcuts, useT, useTheme } from "@parterre/ui";
import { useEffect, useRef, type ReactNode } from "react";
import { useDesigner, useEditor, useWords } from "./context.tsx";
import { paintEditor } from "./painter.ts";
import { paintTraces, type Traces } from "./trace.tsx";

/** Colours the seats by what the options say: their zone, view, kind or entrance. */
function dress(map: SeatMap, editor: Editor): void {
  const { groups, numbers } = colouredSeats(editor);
  map.setZones(
    groups.map((g) => ({ name: g.zh, colour: g.colour })),
    numbers,
  );
}

function showSelection(map: SeatMap, editor: Editor): void {
  const ranks = new Set<number>();
  for (const id of editor.selection.seats) {
    const rank = map.model.rankOf.get(id);
    if (rank !== undefined) ranks.add(rank);
  }
  map.setSelected(ranks);
}

/**
 * The canvas: the map's renderer below, a layer for input above. All events go to the editor; the map only draws what
 * the editor says.
 */
export function Canvas(props: { traces: Traces; onPointer: (p: Point | null) => void }): ReactNode {
  const { editor } = useDesigner(),
    text = useT(),
    theme = useTheme(),
    host = useRef<HTMLDivElement>(null),
    layer = useRef<HTMLDivElement>(null),
    map = useRef<SeatMap | null>(null),
    pointer = useRef<Point | null>(null);
  const traces = useRef(props.traces),
    report = useRef(props.onPointer);
  traces.current = props.traces;
  report.current = props.onPointer;

  useEffect(() => {
    const box = host.current!,
      made = new SeatMap(box, editor.model, { interaction: "none", theme, label: text("d.canvas") });
    map.current = made;
    for (const canvas of box.querySelectorAll("canvas")) {
      canvas.tabIndex = -1;
      canvas.setAttribute("aria-hidden", "true");
      canvas.removeAttribute("role");
    }
    const stop = made.addPainter((ctx) => {
      paintTraces(ctx, editor, traces.current);
      paintEditor(ctx, made, editor, pointer.current);
    });
    const look = (): void => {
      made.camera = editor.camera;
      made.invalidate();
    };
    const size = new ResizeObserver(() => {
      const first = made.view.width === 0;
      editor.setView({ width: box.clientWidth, height: box.clientHeight });
      if (first) editor.fit();
      made.setCamera(editor.camera);
      made.draw(); // in the same frame as the map's own resize: nothing may be drawn for two sizes at once
    });
    size.observe(host.current!);
    editor.setView({ width: box.clientWidth, height: box.clientHeight });
    editor.fit();
    made.setCamera(editor.camera);
    dress(made, editor);
    let shown = editor.modelSince(-1).version,
      categories = [...editor.plan.categories.values()],
      shownLook = editor.options.look;
    /** Brings the map up to the document: the seats that changed, and all of it when seats came or went. */
    const follow = (): void => {
      const now = editor.modelSince(shown),
        list = [...editor.plan.categories.values()],
        dressed = list.length === categories.length && list.every((c, i) => c === categories[i]);
      const same = made.patch(now.model, now.ranks);
      shown = now.version;
      categories = list;
      if (!same || !dressed || shownLook !== "zone") dress(made, editor);
      if (!same) {
        showSelection(made, editor);
        look();
      }
    };
    const unlisten = editor.listen((topic) => {
      if (topic === "camera") look();
      else if (topic === "document") follow();
      else if (topic === "selection") showSelection(made, editor);
      else if (topic === "options") {
        made.setLevel(editor.level);
        if (editor.options.look !== shownLook) {
          shownLook = editor.options.look;
          dress(made, editor);
        }
        made.invalidate();
      } else made.invalidate();
      layer.current?.style.setProperty("cursor", editor.isPanning ? "grabbing" : editor.currentTool.cursor);
    });
    return () => {
      stop();
      unlisten();
      size.disconnect();
      made.destroy();
    };
  }, [editor]);
  useEffect(() => {
    map.current?.setTheme(theme);
  }, [theme]);
  useEffect(() => {
    map.current?.invalidate();
  }, [props.traces]);
  useEffect(
    () =>
      listen(editor, layer.current!, (p) => {
        pointer.current = p;
        report.current(p === null ? null : editor.toPlan(p));
        map.current?.invalidate();
      }),
    [editor],
  );

  return (
    <div className="d-canvas" ref={host}>
      <Spoken />
      <div
        ref={layer}
        className="d-layer"
        data-testid="canvas"
        tabIndex={0}
        role="application"
        aria-label={text("d.canvas")}
        aria-describedby="d-status"
      />
    </div>
  );
}

/** Says aloud where the keyboard's seat is. */
function Spoken(): ReactNode {
  const editor = useEditor("preview"),
    say = useWords(),
    said = editor.preview?.said;
  let words = "";
  if (said !== undefined) {
    const extra = [
      said.kind === "normal" ? "" : say(...KIND_LABELS[said.kind]),
      said.view === "clear" ? "" : say(...VIEW_LABELS[said.view]),
      said.selected ? say("已选", "selected") : "",
    ].filter((x) => x !== "");
    words = [
      said.level,
      said.section,
      said.row,
      say(`${said.number}座`, `seat ${said.number}`),
      ...extra,
      ...(said.count > 0 ? [say(`共选 ${said.count} 座`, `${said.count} seats selected`)] : []),
    ]
      .filter((x) => x !== "")
      .join(say("，", ", "));
  } else if (editor.keyPoint !== null) words = `${editor.keyPoint[0]}, ${editor.keyPoint[1]} mm`;
  return (
    <p className="visually-hidden" role="status" aria-live="polite" data-testid="spoken">
      {words}
    </p>
  );
}

/** Mouse, pen, fingers and keys into the editor. Two fingers move and zoom. Returns the way to stop. */
function listen(editor: Editor, target: HTMLElement, moved: (screen: Point | null) => void): () => void {
  const stop = new AbortController(),
    on = { signal: stop.signal },
    fingers = new Map<number, Point>();
  const here = (e: { clientX: number; clientY: number }): Point => {
    const b = target.getBoundingClientRect();
    return [e.clientX - b.left, e.clientY - b.top];
  };
  const mods = (e: PointerEvent | MouseEvent | WheelEvent) => ({ shift: e.shiftKey, alt: e.altKey, ctrl: e.ctrlKey || e.metaKey });
  target.addEventListener(
    "pointerdown",
    (e) => {
      target.focus({ preventScroll: true });
      target.setPointerCapture(e.pointerId);
      fingers.set(e.pointerId, here(e));
      if (fingers.size === 1) editor.pointerDown(here(e), mods(e), e.button);
      else editor.cancelPointer();
      e.preventDefault();
    },
    on,
  );
  target.addEventListener(
    "pointermove",
    (e) => {
      const now = here(e),
        before = fingers.get(e.pointerId);
      moved(now);
      if (before !== undefined && fingers.size === 2) {
        const other = [...fingers].find(([id]) => id !== e.pointerId)![1],
          span = (p: Point): number => Math.max(1, Math.hypot(p[0] - other[0], p[1] - other[1]));
        editor.panBy((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
        editor.zoomBy(span(now) / span(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
      } else if (fingers.size < 2) editor.pointerMove(now, mods(e));
      if (before !== undefined) fingers.set(e.pointerId, now);
    },
    on,
  );
  target.addEventListener(
    "pointerup",
    (e) => {
      const one = fingers.size === 1;
      fingers.delete(e.pointerId);
      if (one) editor.pointerUp(here(e), mods(e));
    },
    on,
  );
  target.addEventListener(
    "pointercancel",
    (e) => {
      fingers.delete(e.pointerId);
      editor.cancelPointer();
    },
    on,
  );
  target.addEventListener("pointerleave", () => moved(null), on);
  target.addEventListener("dblclick", (e) => editor.doubleClick(here(e), mods(e)), on);
  target.addEventListener("contextmenu", (e) => e.preventDefault(), on);
  target.addEventListener(
    "wheel",
    (e) => {
      e.preventDefault();
      const k = e.deltaMode === 1 ? 16 : 1;
      editor.wheel(here(e), e.deltaX * k, e.deltaY * k, mods(e));
    },
    { passive: false, signal: stop.signal },
  );
  target.addEventListener(
    "keydown",
    (e) => {
      if (e.isComposing) return;
      const used = editor.keyDown({ key: e.key, ...{ shift: e.shiftKey, alt: e.altKey, ctrl: e.ctrlKey || e.metaKey } });
      if (used) {
        e.preventDefault();
        e.stopPropagation();
      } else if (shortcuts.list().some((s) => s.keys === keyName(e))) e.preventDefault(); // the browser's own meaning of ctrl+d
    },
    on,
  );
  target.addEventListener("keyup", (e) => editor.keyUp(e.key), on);
  window.addEventListener("blur", () => editor.keyUp(" "), on);
  return () => stop.abort();
}
