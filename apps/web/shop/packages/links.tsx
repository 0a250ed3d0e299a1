import { format, Link, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { useLoad } from "../parts.tsx";
import { buyerGet, get } from "../wire.ts";
import "./messages.ts";
import type { BundleItem, Pack } from "./wire.ts";

export const nameOf = (p: { name: string; nameEn: string }, lang: "zh" | "en"): string =>
  lang === "en" && p.nameEn !== "" ? p.nameEn : p.name;

/** What a package is made of, in one line. */
export function useWhat(): (p: Pack, sessions?: number) => string {
  const text = useT();
  return (p, sessions) =>
    text(p.kind === "tickets" ? "pack.tickets" : p.kind === "series" ? "pack.series" : p.fixed ? "pack.all" : "pack.sessions", {
      n: p.kind === "tickets" ? p.tickets : p.choose,
      m: sessions ?? p.choose,
      k: p.tickets,
    });
}

/** The packages of a show on its page; nothing where there are none. */
export function PackageLinks(props: { show: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    what = useWhat(),
    { data } = useLoad(props.show, () => get<{ items: readonly Pack[] }>(`/shop/packages?show=${props.show}`));
  if (data === null || data.items.length === 0) return null;
  const style = format.priceStyle(data.items.flatMap((p) => p.options.map((o) => o.price)));
  return (
    <section className="card packs" aria-labelledby="packs">
      <h2 id="packs">{text("pack.packages")}</h2>
      <p className="quiet small">{text("pack.lead")}</p>
      <ul className="chosen">
        {data.items.map((p) => (
          <li key={p.id}>
            <span>
              <Link to={`/packages/${p.id}`}>
                <b>{nameOf(p, lang)}</b>
              </Link>
              <br />
              <small className="quiet">
                {what(p)} · {text(p.refund === "whole" ? "pack.whole" : "pack.part")}
                {p.left >= 0 && ` · ${p.left === 0 ? text("pack.sold-out") : text("pack.left", { n: p.left })}`}
              </small>
            </span>
            <b>{text("shop.from", { price: format.price(Math.min(...p.options.map((o) => o.price)), style) })}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The buyer's package orders above the single ones; nothing where there are none. */
export function MyBundles(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data } = useLoad("bundles", () => buyerGet<{ items: readonly BundleItem[] }>("/shop/bundles?size=20"));
  const list = (data?.items ?? []).filter((b) => b.state !== "expired" && b.state !== "cancelled");
  if (list.length === 0) return null;
  const style = format.priceStyle(list.map((b) => b.amount));
  return (
    <section aria-labelledby="my-packs">
      <h2 id="my-packs">{text("pack.mine")}</h2>
      <ul className="chosen card">
        {list.map((b) => (
          <li key={b.id}>
            <span>
              <Link to={`/bundles/${b.id}`}>
                {nameOf(b, lang)} {b.option}
              </Link>{" "}
              <small className="quiet">
                {text("pack.order", { n: b.number })} · {text("shop.tickets-n", { n: b.tickets })}
              </small>
            </span>
            <b>{format.price(b.amount, style)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
