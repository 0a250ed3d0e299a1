import { EmptyState, ErrorState, format, Link, Loading, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { DateLeaf, Left, titleOf, useLoad, venueOf } from "./parts.tsx";
import { get, type ShopSession } from "./wire.ts";

interface Sessions {
  readonly items: readonly ShopSession[];
  readonly next?: string;
}

export function ListPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    first = useLoad("list", () => get<Sessions>("/shop/sessions?size=30")),
    [more, setMore] = useState<readonly ShopSession[]>([]),
    [next, setNext] = useState<string | null | undefined>(undefined);
  if (first.error !== null && first.data === null) return <ErrorState error={first.error} onRetry={first.again} />;
  const cursor = next === undefined ? first.data?.next : next,
    all = [...(first.data?.items ?? []), ...more];
  const style = format.priceStyle(all.map((s) => s.priceFrom));
  return (
    <div className="list-page">
      <h1>{text("shop.title")}</h1>
      {first.data === null ? (
        <Loading lines={6} />
      ) : all.length === 0 ? (
        <EmptyState title={text("shop.none")}>{text("shop.none-lead")}</EmptyState>
      ) : (
        <ul className="evenings">
          {all.map((s) => (
            <li key={s.id}>
              <Link to={`/sessions/${s.id}`} className="evening">
                <DateLeaf at={s.startsAt} zone={s.zone} />
                <div className="what">
                  <h2>{titleOf(s, lang)}</h2>
                  <p>{format.dateTime(s.startsAt, lang, { zone: s.zone })}</p>
                  <p className="quiet">{venueOf(s, lang)}</p>
                </div>
                <div className="price">
                  {s.priceTo > 0 && <b>{text("shop.from", { price: format.price(s.priceFrom, style) })}</b>}
                  <Left session={s} />
                </div>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {cursor != null && cursor !== "" && (
        <button
          type="button"
          className="button"
          onClick={() =>
            void get<Sessions>(`/shop/sessions?size=30&cursor=${encodeURIComponent(cursor)}`).then((p) => {
              setMore([...more, ...p.items]);
              setNext(p.next ?? null);
            })
          }
        >
          {text("shop.more")}
        </button>
      )}
    </div>
  );
}
