import type { Box, Point } from "@parterre/geometry";
import { History, PlanStore, type Change, type Plan, type PlanDiff, type SeatId } from "@parterre/planmodel";
import { fit, panBy, toPlan, toScreen, zoomAt, type Camera, type MapModel, type View, type ZoomLimits } from "@parterre/planrender";
import { Ids } from "./ids.ts";
import { DerivedValues, LiveModel, type ModelSince } from "./livemodel.ts";
import { DEFAULTS, type Options } from "./options.ts";
import type { Preview } from "./preview.ts";
import { combine, isEmpty, keyRef, NOTHING, sameSelection, type Selection } from "./selection.ts";
import type { KeyInfo, Modifiers, PointerInfo, Tool } from "./state.ts";
import { makeTools } from "./tools/index.ts";

export interface Ghost {
  readonly dots: readonly Point[];
  readonly rings: readonly (readonly Point[])[];
}

export type Topic = "document" | "selection" | "camera" | "tool" | "preview" | "options";
/** Pixels that a press may move and still be a click. */
const CLICK = 4;

/**
 * The designer without a screen: document, history, selection, camera and tools. A page feeds it events and draws what
 * it says; a test does the same without a browser.
 */
export class Editor {
  readonly store: PlanStore;
  readonly history: History;
  readonly ids: Ids;
  readonly tools: ReadonlyMap<string, Tool>;
  /** A published plan is looked at, not changed. */
  readOnly = false;
  /** Level drawn on and shown alone; null: all. */
  level: string | null = null;
  /** Sections made on the fly for drawn rows: their outline follows the rows. */
  readonly autoSections = new Set<string>();
  private tool: Tool;
  private chosen: Selection = NOTHING;
  private cameraNow: Camera = { cx: 0, cy: 0, scale: 0.02 };
  private viewNow: View = { width: 1000, height: 700 };
  private previewNow: Preview | null = null;
  private optionsNow: Options = DEFAULTS;
  private readonly counts: Record<Topic, number> = { document: 0, selection: 0, camera: 0, tool: 0, preview: 0, options: 0 };
  private readonly listeners = new Set<(topic: Topic) => void>();
  private readonly diffListeners = new Set<(diff: PlanDiff) => void>();
  private pending: Change[] = [];
  private steps = 0;
  private readonly live: LiveModel;
  private readonly derivedValues = new DerivedValues();
  private press: { readonly screen: Point; readonly point: Point } | null = null;
  private dragging = false;
  private panning: Point | null = null;
  private spaceHeld = false;

  constructor(plan?: Plan) {
    this.store = new PlanStore(plan);
    this.history = new History(this.store);
    this.live = new LiveModel(this.store);
    this.ids = new Ids(this.store);
    this.store.listen((c) => {
      this.pending.push(c);
      this.live.note(c);
      this.derivedValues.note(c);
    });
    this.tools = new Map(makeTools(this).map((t) => [t.id, t]));
    this.tool = this.tools.get("select")!;
  }

  // ---- telling ----

  listen(listener: (topic: Topic) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Every change of the document once it is made, also by undo and redo: for autosave, journal and checks. */
  onDiff(listener: (diff: PlanDiff) => void): () => void {
    this.diffListeners.add(listener);
    return () => this.diffListeners.delete(listener);
  }

  /** Grows with each change of the topic. */
  version(topic: Topic): number {
    return this.counts[topic];
  }

  private tell(topic: Topic): void {
    this.counts[topic]++;
    for (const l of this.listeners) l(topic);
  }

  // ---- the document ----

  get plan(): Plan {
    return this.store.plan;
  }

  /** The plan ready for drawing and hit tests; its bounds leave room to draw in. */
  get model(): MapModel {
    return this.live.model;
  }

  /** The model, its version, and which seats became others since an earlier version: null when ranks are others too. */
  modelSince(version: number): ModelSince {
    return this.live.since(version);
  }

  /** What is drawn, with a margin; for "show all". */
  get extent(): Box {
    return this.live.extent;
  }

  /**
   * A value worked out from the document, and from the selection where bySelection says so; kept until that changes.
   * heedless: the value says nothing of categories, so that painting seats does not make it anew.
   */
  derived<T>(name: string, work: () => T, bySelection = false, heedless = false): T {
    return this.derivedValues.of(name, work, bySelection ? this.chosen : null, heedless);
  }

  /**
   * One step of the history: everything that work changes is undone together. When work throws nothing is changed.
   * name is the key of the step's name in the history list.
   */
  change<T>(name: string, work: (store: PlanStore) => T): T {
    if (this.readOnly) throw new RangeError("the plan is published and cannot be changed");
    const mark = this.mark(name);
    try {
      const out = work(this.store);
      this.history.squashTo(mark);
      return out;
    } catch (e) {
      this.history.cancelTo(mark);
      throw e;
    } finally {
      this.flush();
    }
  }

  /** A mark of its own in the history: its name comes before the #. */
  mark(name: string): string {
    const mark = `${name}#${++this.steps}`;
    this.history.mark(mark);
    return mark;
  }

  undo(): boolean {
    this.tool.reset();
    const done = !this.readOnly && this.history.undo();
    this.flush();
    return done;
  }

  redo(): boolean {
    this.tool.reset();
    const done = !this.readOnly && this.history.redo();
    this.flush();
    return done;
  }

  /** Applies somebody else's or journalled changes as one step. Strict: throws ConflictError when they do not fit. */
  apply(name: string, diff: PlanDiff): void {
    this.change(name, (store) => store.apply(diff));
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    const diff = this.pending;
    this.pending = [];
    if (diff.some((c) => c.after === null)) this.prune();
    for (const l of this.diffListeners) l(diff);
    this.tell("document");
  }

  /** Takes what no longer exists out of the selection. */
  private prune(): void {
    const { plan } = this;
    if (this.level !== null && !plan.levels.has(this.level)) this.level = null;
    if (
      [...this.chosen.seats].every((s) => plan.seats.has(s)) &&
      [...this.chosen.objects].every((o) => plan[keyRef(o).table].has(keyRef(o).id))
    )
      return;
    this.select({
      seats: new Set([...this.chosen.seats].filter((s) => plan.seats.has(s))),
      objects: new Set([...this.chosen.objects].filter((o) => plan[keyRef(o).table].has(keyRef(o).id))),
    });
  }

  // ---- selection, tool, options ----

  get selection(): Selection {
    return this.chosen;
  }

  select(selection: Selection): void {
    if (sameSelection(selection, this.chosen)) return;
    this.chosen = selection;
    this.tell("selection");
  }

  addToSelection(selection: Selection, toggle = true): void {
    this.select(combine(this.chosen, selection, toggle));
  }

  get options(): Options {
    return this.optionsNow;
  }
  setOptions(patch: Partial<Options>): void {
    this.optionsNow = { ...this.optionsNow, ...patch };
    this.tell("options");
  }

  get currentTool(): Tool {
    return this.tool;
  }
  /** "row.drawing": tool and state, for tests and the status line. */
  get path(): string {
    return `${this.tool.id}.${this.tool.state}`;
  }

  setTool(id: string): void {
    const next = this.tools.get(id);
    if (next === undefined) throw new RangeError(`no tool ${id}`);
    this.tool.reset();
    this.keyed = null;
    this.tool = next;
    next.current.enter(undefined);
    this.tell("tool");
  }

  setLevel(id: string | null): void {
    this.level = id;
    this.tell("options");
  }

  get preview(): Preview | null {
    return this.previewNow;
  }
  setPreview(preview: Preview | null): void {
    if (preview === null && this.previewNow === null) return;
    this.previewNow = preview;
    this.tell("preview");
  }

  /** A hall that one is about to put in, shown on the canvas; no part of the document. */
  get ghost(): Ghost | null {
    return this.ghostNow;
  }
  private ghostNow: Ghost | null = null;
  setGhost(ghost: Ghost | null): void {
    if (ghost === this.ghostNow) return;
    this.ghostNow = ghost;
    this.tell("preview");
  }

  // ---- camera ----

  get camera(): Camera {
    return this.cameraNow;
  }
  get view(): View {
    return this.viewNow;
  }
  private get limits(): ZoomLimits {
    return { min: Math.min(1e-3, fit(this.model.bounds, this.viewNow, 0, { min: 0, max: Infinity }).scale * 0.5), max: 0.5 };
  }

  setCamera(camera: Camera): void {
    this.cameraNow = camera;
    this.tell("camera");
  }
  setView(view: View): void {
    this.viewNow = view;
    this.tell("camera");
  }
  fit(box: Box = this.extent): void {
    this.setCamera(fit(box, this.viewNow, 32, this.limits));
  }
  zoomBy(factor: number, at: Point = [this.viewNow.width / 2, this.viewNow.height / 2]): void {
    this.setCamera(zoomAt(this.cameraNow, this.viewNow, at, factor, this.limits));
  }
  panBy(dx: number, dy: number): void {
    this.setCamera(panBy(this.cameraNow, dx, dy));
  }
  toPlan(screen: Point): Point {
    return toPlan(this.cameraNow, this.viewNow, screen);
  }
  toScreen(point: Point): Point {
    return toScreen(this.cameraNow, this.viewNow, point);
  }
  /** Millimetres of so many pixels. */
  mmOf(pixels: number): number {
    return pixels / this.cameraNow.scale;
  }

  // ---- events ----

  private info(screen: Point, m: Partial<Modifiers>, button: number): PointerInfo {
    return { screen, point: this.toPlan(screen), button, shift: m.shift ?? false, alt: m.alt ?? false, ctrl: m.ctrl ?? false };
  }

  /** Where the press began, in millimetres; the pointer's own place when nothing is pressed. */
  get origin(): Point {
    return this.press?.point ?? this.toPlan([this.viewNow.width / 2, this.viewNow.height / 2]);
  }
  /** The press has moved farther than a click may. */
  get isDragging(): boolean {
    return this.dragging;
  }
  get isPanning(): boolean {
    return this.panning !== null || this.spaceHeld;
  }

  pointerDown(screen: Point, modifiers: Partial<Modifiers> = {}, button = 0): void {
    if (button === 1 || this.spaceHeld) {
      this.panning = screen;
      return;
    }
    if (button !== 0) return;
    const e = this.info(screen, modifiers, button);
    this.press = { screen, point: e.point };
    this.dragging = false;
    this.tool.current.pointerDown(e);
  }

  pointerMove(screen: Point, modifiers: Partial<Modifiers> = {}): void {
    if (this.panning !== null) {
      this.panBy(screen[0] - this.panning[0], screen[1] - this.panning[1]);
      this.panning = screen;
      return;
    }
    if (this.press !== null && Math.hypot(screen[0] - this.press.screen[0], screen[1] - this.press.screen[1]) > CLICK) this.dragging = true;
    this.tool.current.pointerMove(this.info(screen, modifiers, 0));
  }

  pointerUp(screen: Point, modifiers: Partial<Modifiers> = {}): void {
    if (this.panning !== null) {
      this.panning = null;
      return;
    }
    if (this.press === null) return;
    this.tool.current.pointerUp(this.info(screen, modifiers, 0));
    this.press = null;
    this.dragging = false;
  }

  doubleClick(screen: Point, modifiers: Partial<Modifiers> = {}): void {
    this.tool.current.doubleClick(this.info(screen, modifiers, 0));
  }

  /** The pointer was lost (pointercancel, the window lost the focus). */
  cancelPointer(): void {
    this.press = null;
    this.dragging = false;
    this.panning = null;
    this.spaceHeld = false;
    this.tool.reset();
  }

  wheel(screen: Point, dx: number, dy: number, modifiers: Partial<Modifiers> = {}): void {
    if (modifiers.shift === true) this.panBy(-dy - dx, 0);
    else this.zoomBy(Math.exp(-dy * (modifiers.ctrl === true ? 0.01 : 0.0016)), screen);
  }

  /** True when the key was used. Shortcuts of the actions are not handled here but by the registry. */
  keyDown(e: KeyInfo): boolean {
    if (this.tool.current.keyDown(e)) return true;
    if (this.keyPointer(e)) return true;
    if (e.key === " ") {
      this.spaceHeld = true;
      return true;
    }
    if (e.key === "Escape") {
      const idle = this.previewNow === null && this.press === null;
      this.press = null;
      this.tool.reset();
      if (idle && this.tool.id !== "select") this.setTool("select");
      else if (idle && !isEmpty(this.chosen)) this.select(NOTHING);
      return true;
    }
    if (e.key === "Enter") {
      this.tool.current.complete();
      return true;
    }
    return false;
  }

  /** Where the arrow keys have brought the pointer of a drawing tool, mm. */
  private keyed: Point | null = null;

  /**
   * Drawing without a mouse: arrows move the pointer by the grid (with shift tenfold), Space clicks, shift and Space presses and, at
   * the second time, lets go.
   */
  private keyPointer(e: KeyInfo): boolean {
    const arrow = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const)[e.key as "ArrowLeft"];
    if (e.ctrl || e.alt || ["select", "cursor", "pan"].includes(this.tool.id)) return false;
    if (arrow !== undefined) {
      const g = Math.max(this.options.grid, this.mmOf(4)) * (e.shift ? 10 : 1),
        from = this.keyed ?? this.toPlan([this.viewNow.width / 2, this.viewNow.height / 2]);
      this.keyed = [
        Math.round((from[0] + arrow[0] * g) / this.options.grid) * this.options.grid,
        Math.round((from[1] + arrow[1] * g) / this.options.grid) * this.options.grid,
      ];
      const [x, y] = this.toScreen(this.keyed);
      if (x < 20 || y < 20 || x > this.viewNow.width - 20 || y > this.viewNow.height - 20)
        this.setCamera({ ...this.cameraNow, cx: this.keyed[0], cy: this.keyed[1] });
      this.pointerMove(this.toScreen(this.keyed));
      this.tell("preview");
      return true;
    }
    if (e.key !== " " || this.keyed === null) return false;
    const at = this.toScreen(this.keyed);
    if (this.press !== null) {
      this.dragging = true;
      this.pointerUp(at);
    } else {
      this.pointerDown(at);
      if (!e.shift) this.pointerUp(at);
    }
    return true;
  }
  /** The keyboard's pointer, to be drawn as a cross; null when the mouse leads. */
  get keyPoint(): Point | null {
    return this.keyed;
  }

  keyUp(key: string): void {
    if (key === " ") {
      this.spaceHeld = false;
      this.panning = null;
    }
  }

  /** The seats of a row, for a click on one of them. */
  seatsOfRow(seat: SeatId): SeatId[] {
    const row = this.plan.seats.get(seat)?.row ?? null;
    if (row === null) return [seat];
    const { seats, rankOf } = this.model,
      at = seats.row[rankOf.get(seat)!]!,
      out: SeatId[] = [];
    for (let i = 0; i < seats.count; i++) if (seats.row[i] === at) out.push(seats.ids[i]!);
    return out;
  }

  dispose(): void {
    this.history.dispose();
    this.listeners.clear();
    this.diffListeners.clear();
  }
}
