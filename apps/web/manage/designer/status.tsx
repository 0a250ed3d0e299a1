import type { Point } from "@parterre/geometry";
import { colouredSeats, type Editor } from "@parterre/planeditor";
import { zoneLetter } from "@parterre/planrender";
import { format } from "@parterre/ui";
import { useMemo, type ReactNode } from "react";
import { useDesigner, useEditor, useWords } from "./context.tsx";
import { inkOn } from "./printmap.tsx";

/** Colour and letter, as they stand on the map. */
const Swatch = ({ colour, index }: { colour: string; index: number }): ReactNode => (
  <i style={{ background: colour, color: inkOn(colour) }}>{zoneLetter(index)}</i>
);

/** How many seats have which view, kind or entrance. */
function LookCounts({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    { groups, rest } = colouredSeats(editor);
  return (
    <>
      {groups.map((g, i) =>
        g.count === 0 ? null : (
          <span key={i}>
            <Swatch colour={g.colour} index={i} />
            {say(g.zh, g.en)} {format.count(g.count)}
          </span>
        ),
      )}
      {rest > 0 && (
        <span>
          {say("未填", "None")} {format.count(rest)}
        </span>
      )}
    </>
  );
}

/** One line: what there is by zone, what is selected, where the pointer is. */
export function StatusLine(props: { pointer: Point | null }): ReactNode {
  const editor = useEditor("document", "selection", "tool", "preview", "options"),
    say = useWords(),
    { actions } = useDesigner(),
    version = editor.version("document"),
    { look } = editor.options;
  const tool = actions.find((a) => a.id === `tool.${editor.currentTool.id}`);
  const counts = useMemo(() => {
    const by = new Map<string, number>(),
      { rankOf } = editor.model;
    for (const c of editor.plan.categories.values()) {
      let n = 0;
      for (const [first, last] of c.seats ?? []) n += rankOf.from(last + 1) - rankOf.from(first);
      for (const id of c.objects ?? []) n += editor.plan.areas.get(id)?.capacity ?? 0;
      by.set(c.id, n);
    }
    return by;
  }, [editor, version]);
  const standing = [...editor.plan.areas.values()].reduce((n, a) => n + a.capacity, 0),
    total = editor.plan.seats.size + standing,
    zoned = [...counts.values()].reduce((a, b) => a + b, 0);
  return (
    <footer className="d-status" id="d-status">
      <strong>{say(`${format.count(total)} 个位置`, `${format.count(total)} places`)}</strong>
      <span className="d-zones">
        {look === "zone" ? (
          <>
            {[...editor.plan.categories.values()].map((c, i) => (
              <span key={c.id}>
                <Swatch colour={c.color} index={i} />
                {c.name} {format.count(counts.get(c.id) ?? 0)}
              </span>
            ))}
            {editor.plan.categories.size > 0 && total > zoned && (
              <span>
                {say("未分档", "No zone")} {format.count(total - zoned)}
              </span>
            )}
          </>
        ) : (
          <LookCounts editor={editor} />
        )}
      </span>
      <span className="d-grow" />
      <span>
        {editor.selection.seats.size + editor.selection.objects.size > 0
          ? say(`已选 ${format.count(editor.selection.seats.size)} 座`, `${format.count(editor.selection.seats.size)} seats selected`)
          : ""}
      </span>
      <span data-testid="tool" data-state={editor.path}>
        {tool === undefined ? "" : say(tool.zh, tool.en)}
      </span>
      <span className="d-at">{props.pointer === null ? "" : `${Math.round(props.pointer[0])}, ${Math.round(props.pointer[1])} mm`}</span>
    </footer>
  );
}
