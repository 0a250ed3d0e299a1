/** What an empty plan offers on its canvas: the ways to begin. */
import type { Plan } from "@parterre/planmodel";
import type { ReactNode } from "react";
import { useDesigner, useEditor, useWords } from "./context.tsx";
import { TOOL_ICONS } from "./icons.tsx";
import { shownKeys } from "./toolbar.tsx";

/** Whether nothing is drawn yet. */
export const isBare = (plan: Plan): boolean =>
  plan.seats.size + plan.sections.size + plan.areas.size + plan.tables.size + plan.boxes.size + plan.shapes.size === 0;

/** Ways to begin, until something is drawn or another tool is taken. tracing: a picture lies below, and one draws. */
export function Begin({ tracing }: { tracing: boolean }): ReactNode {
  const editor = useEditor("document", "tool", "options"),
    { actions, panel } = useDesigner(),
    say = useWords();
  if (editor.readOnly || tracing || editor.currentTool.id !== "select" || panel !== "properties" || !isBare(editor.plan)) return null;
  const way = (id: string, icon: string | null, zh: string, en: string): ReactNode => {
    const a = actions.find((x) => x.id === id);
    if (a === undefined) return null;
    return (
      <button type="button" onClick={() => a.run()} data-begin={id}>
        {icon !== null && TOOL_ICONS[icon]}
        <span>{say(zh, en)}</span>
        <kbd>{shownKeys(a)}</kbd>
      </button>
    );
  };
  return (
    <section className="d-begin" aria-label={say("开始", "Begin")}>
      <h2>{say("从这里开始", "Begin here")}</h2>
      {way("panel.generate", "block", "按参数生成厅堂：剧场、影厅、体育场…", "Generate a hall: theatre, cinema, stadium…")}
      {way("panel.trace", "area", "放一张图纸，照着描", "Lay down a drawing and trace it")}
      {way("tool.shape", "shape", "先画舞台", "Draw the stage first")}
      {way("tool.block", "row", "直接画一块座位", "Draw a block of seats")}
    </section>
  );
}
