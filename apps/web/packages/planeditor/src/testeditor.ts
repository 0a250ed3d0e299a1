import type { Point } from "@parterre/geometry";
import { formatPlan, type Plan } from "@parterre/planmodel";
import { editorActions } from "./actions/registry.ts";
import { Editor } from "./editor.ts";
import type { Modifiers } from "./state.ts";

/** What must come back after an undo: the whole document, but for nextSeatId, which only grows. */
const fingerprint = (plan: Plan): string => formatPlan(plan).replace(/"nextSeatId":\d+,/, "");

/**
 * An Editor whose methods are gestures, for tests. Places are millimetres of the plan. After every gesture that changed the
 * document it undoes and redoes it and compares the whole document, unless checkUndo is switched off.
 */
export class TestEditor extends Editor {
  checkUndo = true;
  /** How many gestures were held to undo and redo. */
  checked = 0;
  private readonly list = editorActions(this);

  constructor(plan?: Plan) {
    super(plan);
    this.setView({ width: 1000, height: 800 });
    this.setCamera({ cx: 0, cy: 0, scale: 0.04 });
  }

  /** Runs a gesture; when it made a step, holds the step to undo and redo. */
  gesture<T>(work: () => T): T {
    const before = fingerprint(this.plan),
      documentVersion = this.version("document"),
      out = work();
    if (!this.checkUndo || this.version("document") === documentVersion || this.preview?.line !== undefined) return out;
    const after = fingerprint(this.plan),
      selection = this.selection;
    if (after === before) return out;
    if (!this.undo()) throw new Error("the gesture cannot be undone");
    if (fingerprint(this.plan) !== before)
      throw new Error(`undo gave another document:\n${firstDifference(before, fingerprint(this.plan))}`);
    if (!this.redo()) throw new Error("the gesture cannot be done again");
    if (fingerprint(this.plan) !== after) throw new Error(`redo gave another document:\n${firstDifference(after, fingerprint(this.plan))}`);
    this.select(selection);
    this.checked++;
    return out;
  }

  down(p: Point, m: Partial<Modifiers> = {}, button = 0): this {
    this.pointerDown(this.toScreen(p), m, button);
    return this;
  }
  move(p: Point, m: Partial<Modifiers> = {}): this {
    this.pointerMove(this.toScreen(p), m);
    return this;
  }
  up(p: Point, m: Partial<Modifiers> = {}): this {
    this.gesture(() => this.pointerUp(this.toScreen(p), m));
    return this;
  }

  click(p: Point, m: Partial<Modifiers> = {}): this {
    this.gesture(() => {
      this.pointerMove(this.toScreen(p), m);
      this.pointerDown(this.toScreen(p), m);
      this.pointerUp(this.toScreen(p), m);
    });
    return this;
  }

  double(p: Point): this {
    this.click(p).click(p);
    this.gesture(() => this.doubleClick(this.toScreen(p)));
    return this;
  }

  /** Press, three moves on the way, release. */
  drag(from: Point, to: Point, m: Partial<Modifiers> = {}): this {
    // Screen places are worked out first: a gesture that moves the picture must not move its own way.
    const way = [0, 0.3, 0.7, 1].map((t) => this.toScreen([from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t]));
    this.gesture(() => {
      this.pointerMove(way[0]!, m);
      this.pointerDown(way[0]!, m);
      for (const p of way.slice(1)) this.pointerMove(p, m);
      this.pointerUp(way[3]!, m);
    });
    return this;
  }

  /** Presses and moves along the points and releases at the last. */
  trace(points: readonly Point[], m: Partial<Modifiers> = {}): this {
    this.gesture(() => {
      this.pointerDown(this.toScreen(points[0]!), m);
      for (const p of points.slice(1)) this.pointerMove(this.toScreen(p), m);
      this.pointerUp(this.toScreen(points.at(-1)!), m);
    });
    return this;
  }

  key(key: string, m: Partial<Modifiers> = {}): this {
    this.gesture(() => this.keyDown({ key, shift: false, alt: false, ctrl: false, ...m }));
    return this;
  }

  turnWheel(at: Point, dy: number, m: Partial<Modifiers> = {}): this {
    this.wheel(this.toScreen(at), 0, dy, m);
    return this;
  }

  /** Runs an action of the registry; throws when it is not enabled. */
  run(id: string): this {
    const action = this.list.find((a) => a.id === id);
    if (action === undefined) throw new Error(`no action ${id}`);
    if (!action.enabled()) throw new Error(`${id} is not enabled`);
    this.gesture(() => action.run());
    return this;
  }

  /** Any function that changes the document, held to undo and redo. */
  does<T>(work: (editor: Editor) => T): T {
    return this.gesture(() => work(this));
  }

  use(tool: string): this {
    this.setTool(tool);
    return this;
  }
  get fingerprint(): string {
    return fingerprint(this.plan);
  }
}

function firstDifference(want: string, got: string): string {
  const a = want.split("\n"),
    b = got.split("\n"),
    i = a.findIndex((line, n) => line !== b[n]);
  return `line ${i + 1}\n- ${a[i] ?? "(end)"}\n+ ${b[i] ?? "(end)"}`;
}
