import type { Group } from "@parterre/planeditor";
import { useEffect, useRef, type ReactNode } from "react";
import { useDesigner, useWords } from "./context.tsx";
import { shownKeys } from "./toolbar.tsx";

const GROUPS: Readonly<Record<Group, readonly [string, string]>> = {
  tool: ["工具", "Tools"],
  edit: ["编辑", "Edit"],
  arrange: ["排列", "Arrange"],
  seat: ["座位", "Seats"],
  number: ["编号", "Numbering"],
  view: ["画面", "Picture"],
  file: ["文件", "File"],
};
/** What mouse and keys do together, or in one tool alone. */
const GESTURES: readonly (readonly [keys: string, zh: string, en: string])[] = [
  ["↑ ↓ ← →", "选择工具：微移 10 mm（Shift 100，Alt 1）", "Select: nudge by 10 mm (Shift 100, Alt 1)"],
  [
    "↑ ↓ ← →",
    "键盘光标：走座；空格选座，R 整排，G 整区，Shift 连选",
    "Keyboard cursor: walk; Space selects, R the row, G the section, Shift on the way",
  ],
  [
    "↑ ↓ ← →",
    "画图工具：移动落点；空格点击，Shift 空格按下与放开",
    "Drawing tools: move the pointer; Space clicks, Shift Space presses and lets go",
  ],
  ["Enter", "结束多边形", "Close a polygon"],
  ["Backspace", "退回一个角", "Take the last corner back"],
  ["Esc", "放弃当前操作", "Give up what is under way"],
  ["Shift", "画线按 15°，拖动沿一轴，缩放成比例，旋转按 15°", "Draw along 15°, drag along an axis, scale evenly, turn by 15°"],
  ["Ctrl", "不吸附", "Without snapping"],
  ["Alt + 点击", "在角点上：去掉这个角", "On a corner: take it away"],
  ["空格 + 拖动", "平移画面", "Move the picture"],
  ["滚轮", "缩放", "Zoom"],
  ["双击", "选中整排", "Select the whole row"],
];

/** All keys on one sheet, by what they are for. */
export function KeySheet(props: { onClose: () => void }): ReactNode {
  const { actions } = useDesigner(),
    say = useWords(),
    box = useRef<HTMLDialogElement>(null),
    before = useRef(document.activeElement as HTMLElement | null);
  useEffect(() => {
    box.current!.showModal();
    const back = before.current;
    return () => back?.focus();
  }, []);
  return (
    <dialog ref={box} className="d-keys" aria-labelledby="d-keys-title" onClose={props.onClose}>
      <header>
        <h2 id="d-keys-title">{say("快捷键", "Keys")}</h2>
        <button type="button" className="button" onClick={props.onClose}>
          {say("关闭", "Close")}
        </button>
      </header>
      <div className="d-keylist">
        {(Object.keys(GROUPS) as Group[]).map((g) => (
          <section key={g}>
            <h3>{say(...GROUPS[g])}</h3>
            <dl>
              {actions
                .filter((a) => a.group === g && a.keys !== undefined)
                .map((a) => (
                  <div key={a.id}>
                    <dt>
                      <kbd>{shownKeys(a)}</kbd>
                    </dt>
                    <dd>{say(a.zh, a.en)}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{say("手势", "Gestures")}</h3>
          <dl>
            {GESTURES.map(([keys, zh, en]) => (
              <div key={zh}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{say(zh, en)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </dialog>
  );
}
