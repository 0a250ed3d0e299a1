import { EmptyState, ErrorState, format, Link, Loading, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { DateLeaf, titleOf, useLoad } from "./parts.tsx";
import { MyBundles } from "./packages/links.tsx";
import { buyerGet, type OrderItem } from "./wire.ts";

export function StateChip(props: { state: string }): ReactNode {
  const tone = { confirmed: "ok", pending: "few", paid: "few" }[props.state] ?? "";
  return <span className={`chip ${tone}`}>{useT()(`shop.st.${props.state}`)}</span>;
}

export function OrdersPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data, error, again } = useLoad("orders", () => buyerGet<{ items: readonly OrderItem[] }>("/shop/orders?size=100"));
  if (error !== null && data === null) return <ErrorState error={error} onRetry={again} />;
  const style = format.priceStyle((data?.items ?? []).map((o) => o.amount));
  return (
    <div className="list-page">
      <h1>{text("shop.orders-title")}</h1>
      <MyBundles />
      {data === null ? (
        <Loading lines={6} />
      ) : data.items.length === 0 ? (
        <EmptyState
          title={text("shop.orders-none")}
          actions={
            <Link to="/" className="button">
              {text("shop.find")}
            </Link>
          }
        >
          {text("shop.orders-lead")}
        </EmptyState>
      ) : (
        <ul className="evenings">
          {data.items.map((o) => (
            <li key={o.id}>
              <Link to={`/orders/${o.id}`} className="evening">
                <DateLeaf at={o.startsAt} zone="Asia/Shanghai" />
                <div className="what">
                  <h2>{titleOf(o, lang)}</h2>
                  <p>{format.dateTime(o.startsAt, lang)}</p>
                  <p className="quiet">
                    {text("shop.order", { n: o.number })} · {text("shop.tickets-n", { n: o.places })}
                  </p>
                </div>
                <div className="price">
                  <b>{format.price(o.amount, style)}</b>
                  <StateChip state={o.state} />
                </div>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
