/** Parts of the ticket map's designer: its toolbar, its status line and the note of a restored draft. */
import { seatName, type MapModel } from "@parterre/planrender";
import { format, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import type { Meter } from "../lib/wire.ts";
import { ALLOT, type MapDraft } from "./draft.ts";
import { ToolIcon } from "./icons.tsx";
import { TOOL_KEYS, TOOLS, type Tool } from "./tools.ts";

export function Toolbar({ tool, onTool }: { tool: Tool; onTool: (t: Tool) => void }): ReactNode {
  const text = useT();
  return (
    <div className="toolbar" role="toolbar" aria-label={text("m.tools")} aria-orientation="vertical">
      {TOOLS.map((k) => (
        <button
          key={k}
          type="button"
          aria-pressed={tool === k}
          aria-label={text(`m.tool-${k}`)}
          title={`${text(`m.tool-${k}`)} (${TOOL_KEYS[k].toUpperCase()})`}
          onClick={() => onTool(k)}
        >
          <ToolIcon tool={k} />
        </button>
      ))}
    </div>
  );
}

/** Says that strokes of an earlier visit were brought back. */
export function Restored(props: { onDiscard: () => void; onClose: () => void }): ReactNode {
  const text = useT();
  return (
    <div className="note floating" role="status">
      <div className="body">
        {text("m.map-restored")}{" "}
        <button type="button" className="link" onClick={props.onDiscard}>
          {text("m.draft-discard")}
        </button>
      </div>
      <button type="button" className="link" onClick={props.onClose}>
        {text("action.close")}
      </button>
    </div>
  );
}

/** The seat under the pointer, or lead where there is none; and the share that is open to the public. */
export function StatusLine(props: { draft: MapDraft; model: MapModel; hovered: number; meter: Meter | null; lead: string }): ReactNode {
  const text = useT(),
    { draft, model, hovered, meter } = props;
  const name = hovered < 0 ? null : seatName(model, hovered),
    zone = hovered < 0 ? undefined : draft.zones.find((z) => z.no === draft.zone[hovered]);
  return (
    <div className="status-line">
      <span>
        {name === null ? (
          props.lead
        ) : (
          <>
            {text("seat.name", {
              level: name.level,
              section: name.section === name.level ? "" : ` ${name.section}`,
              row: name.row,
              number: name.number,
            })}
            {zone === undefined ? "" : ` · ${zone.name} ${format.price(zone.price)}`}
            {draft.buffer.has(hovered) ? ` · ${text("m.buffer")}` : ""}
            {draft.hold[hovered]! > ALLOT ? ` · ${draft.allots.find((a) => a.no === draft.hold[hovered]! - ALLOT)?.name ?? ""}` : ""}
          </>
        )}
      </span>
      <span className="quiet">
        {meter !== null &&
          text("m.status-share", {
            share: format.percent(meter.approved === 0 ? 0 : meter.public / meter.approved),
            percent: meter.percent,
          })}
      </span>
    </div>
  );
}
