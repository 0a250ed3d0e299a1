/** What is done to a saved map as a whole, each in a dialog of its own file. */
import { toast, useT } from "@parterre/ui";
import { Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useMe } from "../lib/me.tsx";
import type { Session, TicketMap } from "../lib/wire.ts";
import { Allot } from "./channels.tsx";
import { Move } from "./move.tsx";
import { SeriesForm } from "./series.tsx";
import { SplitForm } from "./split.tsx";

type Tool = "allot" | "split" | "move" | "series";

/** What is done to the saved map as a whole: allotments, sub-zones, another plan version, other sessions. */
export function More(props: { session: Session; map: TicketMap; dirty: boolean; onChange: () => void }): ReactNode {
  const text = useT(),
    { can } = useMe(),
    [open, setOpen] = useState<Tool | null>(null),
    prices = can("price.manage"),
    design = can("map.manage");
  const tools: readonly Tool[] = [
    ...(prices || design ? ["allot" as const] : []),
    ...(prices ? ["split" as const, "series" as const] : []),
    ...(design ? ["move" as const] : []),
  ];
  const done = (): void => {
    setOpen(null);
    toast("success", text("m.saved"));
    props.onChange();
  };
  if (tools.length === 0) return null;
  return (
    <>
      <Select
        aria-label={text("m.mt")}
        size="small"
        value={null}
        placeholder={text("m.mt")}
        style={{ minWidth: 110 }}
        popupMatchSelectWidth={false}
        onChange={(t: Tool | null) => setOpen(t)}
        options={tools.map((t) => ({ value: t, label: text(`m.mt-${t}`) }))}
      />
      <Modal
        open={open !== null}
        title={open === null ? "" : text(`m.mt-${open}`)}
        onCancel={() => setOpen(null)}
        footer={null}
        width={640}
        destroyOnHidden
      >
        {props.dirty && (
          <div className="note warning" role="alert">
            <div className="body">{text("m.mt-dirty")}</div>
          </div>
        )}
        {open === "allot" && <Allot {...props} onDone={done} />}
        {open === "split" && <SplitForm {...props} onDone={done} />}
        {open === "move" && <Move {...props} onDone={done} />}
        {open === "series" && <SeriesForm {...props} onDone={done} />}
      </Modal>
    </>
  );
}
