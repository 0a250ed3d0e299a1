import { State, type PointerInfo } from "../../state.ts";

export class Idle extends State {
  override pointerDown(e: PointerInfo): void {
    this.tool.go("drawing", e);
  }
}
