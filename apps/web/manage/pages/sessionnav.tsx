import { useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { useMe } from "../lib/me.tsx";
import { SubNav } from "../lib/parts.tsx";
import type { Session } from "../lib/wire.ts";
import { noId } from "./session.tsx";

/** The pages of one session, and the house's lists narrowed to it. */
export function SessionNav(props: { session: Session }): ReactNode {
  const text = useT(),
    { can } = useMe(),
    at = `/sessions/${props.session.id}`,
    only = `?session=${props.session.id}`;
  const mapped = can("map.read") && !noId(props.session.mapId),
    sales = can("sales.read");
  return (
    <SubNav
      label={text("m.session")}
      pages={[
        [at, "m.session-overview"],
        ...(mapped
          ? ([
              [`${at}/map`, "m.map"],
              [`${at}/prices`, "m.prices"],
            ] as const)
          : []),
        [`${at}/queue`, "m.waiting-room"],
        ...(sales ? ([[`${at}/people`, "mt.people"]] as const) : []),
      ]}
      away={
        sales
          ? [
              [`/offers${only}`, "r.title"],
              [`/offers/waiting${only}`, "wl.title"],
              [`/orders${only}`, "manage.orders"],
            ]
          : []
      }
    />
  );
}
