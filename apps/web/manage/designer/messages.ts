import type { Action } from "@parterre/planeditor";
import type { Messages } from "@parterre/ui";

const OWN = {
  "d.title": ["座位图设计", "Plan designer"],
  "d.canvas": ["座位图画布，方向键微移所选，? 查看快捷键", "Plan canvas: arrows nudge the selection, ? lists the keys"],
} as const;

/** The pages' texts of the actions, for the list of keys that ? opens. */
export function messagesOf(actions: readonly Action[]): { zh: Messages; en: Messages } {
  const zh: Record<string, string> = {},
    en: Record<string, string> = {};
  for (const [key, [z, e]] of Object.entries(OWN)) {
    zh[key] = z;
    en[key] = e;
  }
  for (const a of actions) {
    zh[`d.act.${a.id}`] = a.zh;
    en[`d.act.${a.id}`] = a.en;
  }
  return { zh, en };
}

/** The texts of the page itself. */
export const { zh, en } = messagesOf([]);
