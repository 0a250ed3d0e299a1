import { format, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import "../offers/messages.ts";
import type { Off } from "../wire.ts";

type Style = "whole" | "full";

/** What a place cost; where discounts took something off also the price before and what each of them took. */
export function Reduced(props: {
  t: { readonly price: number; readonly list: number; readonly off: readonly Off[] };
  style?: Style;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { t } = props,
    style = props.style ?? format.priceStyle([t.price, t.list, ...t.off.map((o) => o.fen)]);
  if (t.list <= t.price) return format.price(t.price, style);
  return (
    <span className="reduced">
      <s className="quiet">
        <span className="visually-hidden">{text("off.list")} </span>
        {format.price(t.list, style)}
      </s>{" "}
      {format.price(t.price, style)}
      {t.off.map((o) => (
        <small key={o.rule} className="quiet">
          {lang === "en" && o.nameEn !== "" ? o.nameEn : o.name} −{format.price(o.fen, style)}
        </small>
      ))}
    </span>
  );
}
