import { useT } from "@parterre/ui";
import type { ReactNode } from "react";
import type { OrderDetail } from "../wire.ts";
import "./pickup.css";
import "./pickup-messages.ts";

/** Ten digits as they are read aloud. */
export const spoken = (code: string): string => `${code.slice(0, 3)} ${code.slice(3, 6)} ${code.slice(6)}`;

/** By which a counter finds a paid order; nothing while there is none. */
export function PickupCode(props: { o: OrderDetail }): ReactNode {
  const text = useT(),
    code = props.o.pickup;
  if (code === undefined || code === "") return null;
  return (
    <section className="card pickup" aria-labelledby="pickup">
      <h2 id="pickup">{text("pickup.title")}</h2>
      <p>
        <b>{spoken(code)}</b>
      </p>
      <p className="quiet small">{text("pickup.lead")}</p>
    </section>
  );
}
