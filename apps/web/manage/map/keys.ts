/** The shortcuts of the ticket map's designer. */
import { shortcuts, type Shortcut } from "@parterre/ui";
import { useEffect, useRef } from "react";
import { MapDraft } from "./draft.ts";
import type { Brush } from "./panel.tsx";
import { TOOL_KEYS, TOOLS, type Tool } from "./tools.ts";

export function useDesignerKeys(at: {
  draft: MapDraft;
  editable: boolean;
  setTool: (t: Tool) => void;
  setBrush: (b: Brush) => void;
  addZone: () => void;
  save: () => void;
}): void {
  const latest = useRef(at);
  latest.current = at;
  useEffect(() => {
    if (!latest.current.editable) return;
    const list: Shortcut[] = [
      ...TOOLS.map((tool): Shortcut => ({
        id: `tool-${tool}`,
        keys: TOOL_KEYS[tool],
        label: `m.tool-${tool}`,
        run: () => latest.current.setTool(tool),
      })),
      ...Array.from({ length: 9 }, (_, i): Shortcut => ({
        id: `zone-${i}`,
        keys: String(i + 1),
        label: `m.key-zone-${i + 1}`,
        run: () => latest.current.setBrush({ kind: "zone", no: latest.current.draft.zones[i]!.no }),
        enabled: () => latest.current.draft.zones[i] !== undefined,
      })),
      { id: "erase", keys: "e", label: "m.unzoned", run: () => latest.current.setBrush({ kind: "erase" }) },
      { id: "release", keys: "h", label: "m.release", run: () => latest.current.setBrush({ kind: "release" }) },
      { id: "zone-add", keys: "n", label: "m.zone-add", run: () => latest.current.addZone() },
      {
        id: "undo",
        keys: "ctrl+z",
        label: "action.undo",
        run: () => {
          latest.current.draft.undo();
        },
      },
      {
        id: "redo",
        keys: "ctrl+shift+z",
        label: "m.redo",
        run: () => {
          latest.current.draft.redo();
        },
      },
      {
        id: "save",
        keys: "ctrl+s",
        label: "m.map-save",
        inFields: true,
        run: () => {
          if (latest.current.draft.dirty) latest.current.save();
        },
      },
    ];
    return shortcuts.add(...list);
  }, []);
}
