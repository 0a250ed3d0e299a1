/** The question when somebody else saved the map in between. */
import { ErrorState, format, Loading, useLanguage, useT } from "@parterre/ui";
import { Modal } from "antd";
import type { ReactNode } from "react";
import { useLoad } from "../lib/load.ts";
import type { TicketMap } from "../lib/wire.ts";

/** Somebody saved in between: nothing is lost until a person chooses. */
export function Conflict(props: {
  open: boolean;
  map: string;
  onClose: () => void;
  mine: (version: number) => void;
  theirs: (m: TicketMap) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    theirs = useLoad<TicketMap>(props.open ? `conflict ${props.map}` : null, (h, s) => h.get(`/api/v1/maps/${props.map}`, {}, s));
  return (
    <Modal
      open={props.open}
      title={text("m.conflict")}
      onCancel={props.onClose}
      footer={
        theirs.data === null ? null : (
          <>
            <button type="button" className="button" onClick={() => props.theirs(theirs.data!)}>
              {text("m.conflict-theirs")}
            </button>{" "}
            <button type="button" className="button main" onClick={() => props.mine(theirs.data!.version)}>
              {text("m.conflict-mine")}
            </button>
          </>
        )
      }
    >
      {theirs.data === null ? (
        theirs.error === null ? (
          <Loading lines={2} />
        ) : (
          <ErrorState error={theirs.error} onRetry={theirs.reload} />
        )
      ) : (
        <p>
          {text("m.conflict-lead", {
            n: theirs.data.version,
            when: format.dateTime(theirs.data.changedAt, lang),
            zones: theirs.data.zones.length,
          })}
        </p>
      )}
    </Modal>
  );
}
