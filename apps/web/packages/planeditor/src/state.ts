import type { Point } from "@parterre/geometry";
import type { Editor } from "./editor.ts";
import type { Preview } from "./preview.ts";

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}
/** A pointer event: screen in CSS pixels of the canvas, point in millimetres of the plan. */
export interface PointerInfo extends Modifiers {
  readonly screen: Point;
  readonly point: Point;
  readonly button: number;
}
export interface KeyInfo extends Modifiers {
  readonly key: string;
}

/** One state of a tool: it gets the events while it is current and moves on by tool.go(). */
export abstract class State<T extends Tool = Tool> {
  constructor(readonly tool: T) {}
  get editor(): Editor {
    return this.tool.editor;
  }
  enter(_info: PointerInfo | undefined): void {}
  exit(): void {}
  pointerDown(_e: PointerInfo): void {}
  pointerMove(_e: PointerInfo): void {}
  pointerUp(_e: PointerInfo): void {}
  doubleClick(_e: PointerInfo): void {}
  /** True when the key was used. */
  keyDown(_e: KeyInfo): boolean {
    return false;
  }
  /** Escape, a lost pointer, another tool: give up what is under way. */
  cancel(): void {}
  /** Enter: done. */
  complete(): void {}
  protected show(preview: Preview | null): void {
    this.editor.setPreview(preview);
  }
}

type StateMaker = new (tool: never) => State;

/** A tool is a state chart: states by name, one of them current. */
export abstract class Tool {
  abstract readonly id: string;
  /** CSS cursor over the canvas. */
  readonly cursor: string = "crosshair";
  private readonly states: ReadonlyMap<string, State>;
  private at: string;

  constructor(
    readonly editor: Editor,
    states: Readonly<Record<string, StateMaker>>,
  ) {
    this.states = new Map(Object.entries(states).map(([name, Make]) => [name, new Make(this as never)]));
    this.at = Object.keys(states)[0]!;
  }

  get state(): string {
    return this.at;
  }
  get current(): State {
    return this.states.get(this.at)!;
  }

  go(name: string, info?: PointerInfo): void {
    if (!this.states.has(name)) throw new RangeError(`${this.id} has no state ${name}`);
    this.current.exit();
    this.at = name;
    this.current.enter(info);
  }

  /** Back to the first state with nothing shown. */
  reset(): void {
    this.current.cancel();
    this.go(this.states.keys().next().value!);
    this.editor.setPreview(null);
  }
}
