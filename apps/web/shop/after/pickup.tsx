import { addMessages, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import type { OrderDetail } from "../wire.ts";
import "./pickup.css";

export const zh = {
  "pickup.title": "取票码",
  "pickup.lead": "到柜台报取票码即可取纸质票。请勿告诉他人：凭码可取票。",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "pickup.title": "Pickup code",
  "pickup.lead": "Say it at the counter to get paper tickets. Tell nobody else: who has the code gets the tickets.",
};
addMessages({ zh, en });

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
