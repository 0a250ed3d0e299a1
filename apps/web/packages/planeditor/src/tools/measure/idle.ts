import { State, type PointerInfo } from "../../state.ts";

/** The last measure stays on the screen until the next press. */
export class Idle extends State {
  override pointerDown(e: PointerInfo): void {
    this.tool.go("measuring", e);
  }
}
