import type { Box, Point } from "@parterre/geometry";
import { fit, keepInside, panBy, sameCamera, toPlan, toScreen, zoomAt, type Camera, type View, type ZoomLimits } from "./camera.ts";
import { paintGround, paintLabelLayer, type PaintState } from "./ground.ts";
import { listenToInput } from "./input.ts";
import { ALL, GROUND, LABELS, Layers, SEATS } from "./layers.ts";
import { neighbour, type MapModel } from "./model.ts";
import { objectAt, type AreaLook, type MapObject } from "./objects.ts";
import { colourTable, displayByte, LOOK, MAP_COLOURS, zoneColour, zoneLetter, type Theme } from "./palette.ts";
import { PixelRenderer } from "./pixels.ts";
import type { SeatRenderer } from "./renderer.ts";
import { hasHardwareGl, WebGlRenderer } from "./webgl.ts";
import { LETTERED, zoneMarks, type ZoneMarks } from "./zonemarks.ts";

export interface Zone {
  readonly name: string;
  /** absent: the palette's */ readonly colour?: string;
  readonly letter?: string;
}

export interface SeatMapOptions {
  readonly theme?: Theme;
  /** Forced for tests and the bench; else chosen by the machine. */
  readonly renderer?: "webgl" | "pixels";
  /** "pick": tap or Enter on a seat calls onPick. "none": only pan and zoom; a tool listens itself. */
  readonly interaction?: "pick" | "none";
  /** What the picture is, for screen readers; the seat list is the way in for them. */
  readonly label?: string;
  readonly onPick?: (rank: number) => void;
  /** A tap on an area, table or box beside its seats. */
  readonly onPickObject?: (object: MapObject) => void;
  readonly onHover?: (rank: number) => void;
  /** A seat got the keyboard's focus: say it aloud (aria-live). */
  readonly onFocusSeat?: (rank: number) => void;
  readonly onCamera?: (camera: Camera) => void;
}

/** Margin round the plan in pixels when all of it is shown. */
const MARGIN = 24;
/** The map rests when it was not drawn for so many milliseconds. */
const REST = 140;
/** A seat is at most this many pixels wide. */
const LARGEST_SEAT = 56;

/**
 * The seat map on a page: canvases in a host element (layers.ts), input, and the state that they show. The host needs a
 * size of its own. Everything is by rank; ids and labels come from the model. Only what changed is drawn: a camera that
 * moves takes the pictures along, a pointer that hovers draws labels alone.
 */
export class SeatMap {
  camera: Camera = { cx: 0, cy: 0, scale: 0.01 };
  view: View = { width: 0, height: 0 };
  renderer: SeatRenderer;
  readonly limits: ZoomLimits = { min: 1e-6, max: 1 };
  private theme: Theme;
  private wire: Uint8Array;
  private zone: Uint8Array;
  private display: Uint8Array;
  private readonly mine = new Set<number>();
  private zones: readonly Zone[] = [];
  private areas: ReadonlyMap<string, AreaLook> = new Map();
  private term: ((name: string) => string) | undefined;
  private level = -1;
  private selected: ReadonlySet<number> = new Set();
  private focused = -1;
  private hovered = -1;
  private frame = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private dpr = 1;
  private touched = false;
  private sectionZones: Uint8Array | null = null;
  /** The letters' places; stale ones are worked out anew once the map rests. */
  private marks: ZoneMarks | null = null;
  private staleMarks = false;
  private readonly layers: Layers;
  /** The camera that the pictures were drawn with; quick: something of them is mended once the map rests. */
  private drawn: { readonly camera: Camera; quick: boolean } | null = null;
  private dirty = ALL;
  private readonly stops: (() => void)[] = [];
  private readonly painters = new Set<(ctx: CanvasRenderingContext2D, map: SeatMap) => void>();

  constructor(
    readonly host: HTMLElement,
    public model: MapModel,
    readonly options: SeatMapOptions = {},
  ) {
    this.theme = options.theme ?? "light";
    const n = model.seats.count;
    this.wire = new Uint8Array(n);
    this.zone = new Uint8Array(n);
    this.display = new Uint8Array(n);
    this.layers = new Layers(host);
    const { overlay } = this.layers;
    overlay.tabIndex = 0;
    overlay.setAttribute("role", "application");
    overlay.setAttribute("aria-label", options.label ?? "座位图");
    this.renderer = this.makeRenderer(options.renderer);
    this.renderer.setColours(colourTable(this.theme));
    this.renderer.update(this.display, 0, n);
    this.stops.push(listenToInput(this, overlay));
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(host);
    this.stops.push(() => observer.disconnect());
    this.resize();
  }

  private makeRenderer(forced: "webgl" | "pixels" | undefined): SeatRenderer {
    if (forced === "webgl" || (forced === undefined && hasHardwareGl())) return new WebGlRenderer(this.layers.seats, this.model);
    return new PixelRenderer(this.layers.seats, this.model);
  }

  // ---- what is shown ----

  /**
   * Shows another model of the same hall in place of this one (seats came or went in a designer); the camera and the
   * renderer with all its pictures stay, what is kept for each seat is made anew. States are
   * free and zones off again: set them anew. Selection, focus and hover are ranks of the old model and are dropped.
   */
  setModel(model: MapModel): void {
    const level = this.level < 0 ? null : (this.model.levels[this.level]?.id ?? null),
      n = model.seats.count;
    this.model = model;
    this.wire = new Uint8Array(n);
    this.zone = new Uint8Array(n);
    this.display = new Uint8Array(n);
    this.mine.clear();
    this.selected = new Set();
    this.focused = this.hovered = -1;
    this.recount();
    this.marks = null;
    this.level = level === null ? -1 : model.levels.findIndex((l) => l.id === level);
    this.renderer.replace(model);
    this.drawn = null;
    this.refresh(0, n);
    this.relimit();
  }

  /**
   * Shows what patchModel() made of the model: where only places, kinds and numbers changed, the buffers are changed for
   * those seats alone and zones, states and selection stay. False when seats came or went: then everything is new, as
   * after setModel().
   */
  patch(model: MapModel, ranks: readonly number[] | null): boolean {
    if (ranks === null || model.seats !== this.model.seats) {
      this.setModel(model);
      return false;
    }
    const level = this.level < 0 ? null : (this.model.levels[this.level]?.id ?? null),
      relevelled = model.level !== this.model.level;
    this.model = model;
    this.level = level === null ? -1 : model.levels.findIndex((l) => l.id === level);
    this.recount();
    this.renderer.patch(ranks);
    if (relevelled && this.level >= 0) this.refresh(0, model.seats.count);
    this.soil(ALL);
    return true;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.host.style.background = MAP_COLOURS[theme].ground;
    this.renderer.setColours(colourTable(theme, this.zoneColours()));
    this.soil(ALL);
  }

  /** zoneOfRank: 0 for none, else the index in zones + 1. */
  setZones(zones: readonly Zone[], zoneOfRank: Uint8Array): void {
    const before = this.zones,
      recoloured = zones.length !== before.length || zones.some((z, i) => z.colour !== before[i]!.colour);
    this.zones = zones;
    let first = 0,
      end = zoneOfRank.length;
    while (first < end && this.zone[first] === zoneOfRank[first]) first++;
    while (end > first && this.zone[end - 1] === zoneOfRank[end - 1]) end--;
    this.zone.set(zoneOfRank);
    this.recount();
    if (recoloured) this.renderer.setColours(colourTable(this.theme, this.zoneColours()));
    this.refresh(first, end);
  }

  /** Paints some seats with a zone number (0 takes it off). */
  paintZone(ranks: Iterable<number>, zone: number): void {
    let start = Infinity,
      end = 0;
    for (const rank of ranks) {
      this.zone[rank] = zone;
      if (rank < start) start = rank;
      if (rank >= end) end = rank + 1;
    }
    this.recount();
    if (end > 0) this.refresh(start, end);
  }

  private zoneColours(): string[] {
    return this.zones.map((z, i) => z.colour ?? zoneColour(this.theme, i));
  }

  /** Wire states by rank (0 free, 1 held, 2 sold, 3 off); only start..end-1 is read. */
  setStates(states: Uint8Array, start = 0, end = states.length): void {
    this.wire.set(states.subarray(start, end), start);
    this.refresh(start, end);
  }

  setMine(ranks: Iterable<number>): void {
    const touched = new Set([...this.mine, ...ranks]);
    this.mine.clear();
    for (const rank of ranks) this.mine.add(rank);
    for (const rank of touched) this.refresh(rank, rank + 1);
  }

  /** How names of the plan are written, for a language that is not the plan's. */
  setTerms(term: ((name: string) => string) | undefined): void {
    this.term = term;
    this.soil(LABELS);
  }

  /** How the standing areas look, by id. */
  setAreas(areas: ReadonlyMap<string, AreaLook>): void {
    this.areas = areas;
    this.soil(GROUND | LABELS);
  }

  /** Shows one level alone, or all with null. */
  setLevel(id: string | null): void {
    this.level = id === null ? -1 : this.model.levels.findIndex((l) => l.id === id);
    this.refresh(0, this.model.seats.count);
  }

  setSelected(ranks: ReadonlySet<number>): void {
    this.selected = ranks;
    this.soil(LABELS);
  }

  /** A tool's own drawing over the map; called in every frame with the view's pixels as units. Returns the way to take it off. */
  addPainter(paint: (ctx: CanvasRenderingContext2D, map: SeatMap) => void): () => void {
    this.painters.add(paint);
    this.invalidate();
    return () => {
      this.painters.delete(paint);
      this.layers.tools();
      this.invalidate();
    };
  }

  /** Zones are others: what is worked out from them is out of date. */
  private recount(): void {
    this.sectionZones = null;
    this.staleMarks = true;
  }

  /** The zone that most seats of a section have, for the far view; worked out when it is next needed. */
  private zonesOfSections(): Uint8Array {
    if (this.sectionZones !== null) return this.sectionZones;
    const { model, zone } = this,
      counts = new Uint32Array(model.sections.length * 32),
      out = new Uint8Array(model.sections.length);
    for (let rank = 0; rank < model.seats.count; rank++) {
      const section = model.section[rank]!;
      if (section < out.length) counts[section * 32 + (zone[rank]! & 31)]!++;
    }
    for (let s = 0; s < out.length; s++)
      for (let z = 1; z < 32; z++)
        if (counts[s * 32 + z]! > counts[s * 32 + out[s]!]! || (out[s] === 0 && counts[s * 32 + z]! > 0)) out[s] = z;
    return (this.sectionZones = out);
  }

  private refresh(start: number, end: number): void {
    const { wire, zone, display, mine, level, model } = this;
    for (let rank = start; rank < end; rank++) {
      const hidden = level >= 0 && model.level[rank] !== level;
      display[rank] = displayByte(hidden ? LOOK.hidden : mine.has(rank) ? LOOK.mine : wire[rank]!, zone[rank]!);
    }
    this.renderer.update(display, start, end);
    this.soil(ALL);
  }

  // ---- where it looks ----

  setCamera(camera: Camera): void {
    this.camera = keepInside(camera, this.model.bounds);
    this.touched = true;
    this.options.onCamera?.(this.camera);
    this.invalidate();
  }

  /** Shows the box, or the whole plan, or the level that is chosen. */
  fit(box: Box = this.model.bounds): void {
    this.setCamera(fit(box, this.view, MARGIN, this.limits));
    this.touched = false;
  }

  zoomBy(factor: number, at: Point = [this.view.width / 2, this.view.height / 2]): void {
    this.setCamera(zoomAt(this.camera, this.view, at, factor, this.limits));
  }

  panBy(dx: number, dy: number): void {
    this.setCamera(panBy(this.camera, dx, dy));
  }

  /** Brings a seat into view, near enough to read it. */
  showSeat(rank: number): void {
    const wanted = Math.max(this.camera.scale, 18 / this.model.seatSize);
    const [x, y] = toScreen(this.camera, this.view, [this.model.seats.x[rank]!, this.model.seats.y[rank]!]),
      m = 48;
    if (wanted > this.camera.scale || x < m || y < m || x > this.view.width - m || y > this.view.height - m) {
      this.setCamera({ cx: this.model.seats.x[rank]!, cy: this.model.seats.y[rank]!, scale: Math.min(wanted, this.limits.max) });
    }
  }

  // ---- where the pointer is ----

  toPlan(clientX: number, clientY: number): Point {
    const box = this.layers.overlay.getBoundingClientRect();
    return toPlan(this.camera, this.view, [clientX - box.left, clientY - box.top]);
  }

  /** The rank of the seat under a place on the page, or -1. Small seats are caught within 8 pixels. */
  seatAt(clientX: number, clientY: number): number {
    const [x, y] = this.toPlan(clientX, clientY);
    return this.model.grid.near(x, y, Math.max(this.model.seatSize / 2, 8 / this.camera.scale), (rank) => this.isShown(rank));
  }

  /** The area, table or box under a place on the page, where somebody listens to that. */
  objectAt(clientX: number, clientY: number): MapObject | null {
    return this.options.onPickObject === undefined ? null : objectAt(this.model, this.toPlan(clientX, clientY), this.level);
  }

  /** Ranks inside a box of the plan, on the level shown. */
  seatsIn(box: Box): number[] {
    return this.model.grid.inside(box).filter((rank) => this.isShown(rank));
  }

  private isShown(rank: number): boolean {
    return this.level < 0 || this.model.level[rank] === this.level;
  }

  get focusedSeat(): number {
    return this.focused;
  }

  focusSeat(rank: number): void {
    this.focused = rank;
    if (rank >= 0) {
      this.showSeat(rank);
      this.options.onFocusSeat?.(rank);
    }
    this.soil(LABELS);
  }

  /** Moves the keyboard's seat; the first time it is the seat nearest to the middle of the view. */
  moveFocus(dx: number, dy: number): void {
    const shown = (rank: number): boolean => this.isShown(rank);
    if (this.focused < 0 || !this.isShown(this.focused)) {
      const reach = this.view.width / this.camera.scale;
      this.focusSeat(this.model.grid.near(this.camera.cx, this.camera.cy, reach, shown));
      return;
    }
    const next = neighbour(this.model, this.focused, dx, dy, shown);
    if (next >= 0) this.focusSeat(next);
  }

  hover(rank: number, object = false): void {
    this.layers.overlay.style.cursor = (rank >= 0 || object) && this.options.interaction !== "none" ? "pointer" : "grab";
    if (rank === this.hovered) return;
    this.hovered = rank;
    this.options.onHover?.(rank);
    this.soil(LABELS);
  }

  // ---- drawing ----

  /** Draws a frame soon: the camera moved, or a tool has something else to show. */
  invalidate(): void {
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
  }

  private soil(layers: number): void {
    this.dirty |= layers;
    this.invalidate();
  }

  /**
   * Draws at once; invalidate() is the usual way. While the map moves its pictures are moved along as far as they reach;
   * once it rests, or when `settled` is asked for, they are drawn for exactly this camera.
   */
  draw(settled = false): void {
    if (this.view.width === 0) return;
    clearTimeout(this.rest);
    const { camera, layers, model } = this,
      last = this.drawn,
      still = last !== null && sameCamera(last.camera, camera);
    if (
      last === null ||
      (settled && (last.quick || !still)) ||
      !(still || layers.covers(last.camera, camera, model.bounds, model.seatSize))
    ) {
      this.drawn = { camera, quick: false };
      this.dirty = ALL;
    }
    const drawn = this.drawn!;
    if (this.dirty !== 0) this.paint(drawn, settled || last === null);
    const taken = !sameCamera(drawn.camera, camera);
    if (this.renderer.software && (taken || !(still || settled || last === null))) layers.flatten();
    layers.move(drawn.camera, camera);
    if (drawn.quick || taken) this.rest = setTimeout(() => this.draw(true), REST);
    if (this.painters.size === 0) return;
    const ctx = layers.tools();
    for (const paint of this.painters) paint(ctx, this);
  }

  /** Paints the layers that are out of date. */
  private paint(drawn: { readonly camera: Camera; quick: boolean }, settled: boolean): void {
    const { layers, model, zones } = this,
      dirty = this.dirty | (layers.flat ? GROUND : 0),
      lettered = model.seatSize * drawn.camera.scale < LETTERED && zones.length > 1;
    if (lettered && (this.marks === null || (this.staleMarks && settled))) {
      this.marks = zoneMarks(model, this.display);
      this.staleMarks = false;
    }
    const state: PaintState = {
      model,
      camera: drawn.camera,
      view: layers.padded,
      dpr: this.dpr,
      settled,
      theme: this.theme,
      level: this.level,
      display: this.display,
      focused: this.focused,
      hovered: this.hovered,
      selected: this.selected,
      letters: zones.map((z, i) => z.letter ?? zoneLetter(i)),
      zoneColours: this.zoneColours(),
      areas: this.areas,
      ...(this.term === undefined ? {} : { term: this.term }),
      sectionZones: this.zonesOfSections(),
      marks: lettered ? this.marks : null,
    };
    this.dirty = 0;
    drawn.quick = lettered && this.staleMarks;
    layers.separate();
    if ((dirty & GROUND) !== 0) paintGround(layers.ground.getContext("2d")!, state); // with alpha: Skia stretches opaque pictures half as fast
    if ((dirty & SEATS) !== 0 && !this.renderer.draw(state)) drawn.quick = true;
    if ((dirty & LABELS) !== 0) paintLabelLayer(layers.labels.getContext("2d")!, state);
  }

  private resize(): void {
    const width = this.host.clientWidth,
      height = this.host.clientHeight;
    if (width === 0 || height === 0) return;
    const dpr = Math.min(3, window.devicePixelRatio || 1);
    // An observer's first call tells the size that is known: everything would be drawn twice.
    if (width === this.view.width && height === this.view.height && dpr === this.dpr) return;
    this.dpr = dpr;
    this.view = { width, height };
    this.layers.resize(this.view, this.dpr);
    this.renderer.resize(this.layers.padded, this.dpr);
    this.drawn = null;
    this.host.style.background = MAP_COLOURS[this.theme].ground;
    this.relimit();
    if (this.frame !== 0) cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.draw(); // at once: a cleared canvas would flash
  }

  /** Works out how far the map may be zoomed, and shows all of it unless somebody has looked elsewhere. */
  private relimit(): void {
    if (this.view.width === 0) return;
    const whole = fit(this.model.bounds, this.view, MARGIN, { min: 0, max: Infinity }).scale;
    const limits = this.limits as { min: number; max: number };
    limits.max = Math.max(whole, LARGEST_SEAT / this.model.seatSize);
    limits.min = whole * 0.8;
    if (this.touched) this.invalidate();
    else this.fit();
  }

  destroy(): void {
    if (this.frame !== 0) cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    for (const stop of this.stops) stop();
    this.renderer.destroy();
    this.layers.destroy();
  }
}
