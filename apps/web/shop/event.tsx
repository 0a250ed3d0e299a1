import { ErrorState, format, Link, Loading, term, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { Left, TierLine, titleOf, useLoad, venueOf } from "./parts.tsx";
import { PackageLinks } from "./packages/links.tsx";
import { get, type ShopDetail, type ShopZone } from "./wire.ts";

export function EventPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data: s, error, again } = useLoad(props.id, () => get<ShopDetail>(`/shop/sessions/${props.id}`));
  if (error !== null && s === null) return <ErrorState error={error} onRetry={again} />;
  if (s === null) return <Loading lines={8} />;
  const d = s.disclosures,
    zone = s.zone,
    open = s.state === "on_sale" && s.counts?.free !== 0;
  const hoursLeft = Math.floor((Date.parse(s.startsAt) - Date.parse(s.now)) / 3_600_000); // the server's clock decides which tier is on
  return (
    <article className="event">
      <header className="hero">
        <div>
          <h1>{titleOf(s, lang)}</h1>
          {d.performers !== "" && <p>{d.performers}</p>}
        </div>
        <Left session={s} />
      </header>
      <dl className="facts">
        <div>
          <dt>{text("shop.when")}</dt>
          <dd>
            {format.dateTime(s.startsAt, lang, { zone })}
            <small>
              {text("shop.doors", { time: format.time(s.doorsAt, zone) })} · {text("shop.minutes", { n: d.minutes })}
            </small>
          </dd>
        </div>
        <div>
          <dt>{text("shop.where")}</dt>
          <dd>
            {venueOf(s, lang)}
            <small>{s.address}</small>
          </dd>
        </div>
        <div>
          <dt>{text("shop.by")}</dt>
          <dd>
            {d.organiser}
            {d.seller !== d.organiser && (
              <small>
                {text("shop.seller")} {d.seller}
              </small>
            )}
          </dd>
        </div>
        <div>
          <dt>{text("shop.approval")}</dt>
          <dd>
            {d.approval}
            <small>
              {text("shop.audience")} {text("shop.persons", { n: format.count(d.audience) })}
            </small>
          </dd>
        </div>
      </dl>
      <PackageLinks show={s.showId} />
      <div className="cols">
        <section className="card" aria-labelledby="prices">
          <h2 id="prices">{text("shop.prices")}</h2>
          <PriceTable zones={s.zones} />
          {s.state === "on_sale" && s.zones.some((z) => isPublic(z) && z.free === 0) && (
            <p>
              <Link to={`/sessions/${s.id}/waitlist`}>{text("shop.waitlist")}</Link>
            </p>
          )}
          <p className="quiet small">{text("shop.honest")}</p>
        </section>
        <section className="card" aria-labelledby="rules">
          <h2 id="rules">{text("shop.rules")}</h2>
          {["purchase", "entry"].map((topic) => (
            <div key={topic} className="clauses">
              <h3>{text(`shop.topic.${topic}`)}</h3>
              <ul>
                {d.rules
                  .filter((r) => r.topic === topic)
                  .map((r) => (
                    <li key={r.zh}>{lang === "zh" ? r.zh : r.en}</li>
                  ))}
              </ul>
            </div>
          ))}
          <div className="clauses">
            <h3>{text("shop.topic.refund")}</h3>
            <TierLine tiers={s.rules.refunds} hoursLeft={hoursLeft} />
          </div>
          <div className="clauses">
            <h3>{text("shop.views")}</h3>
            <p>{text("shop.views-lead")}</p>
          </div>
        </section>
      </div>
      {(s.synopsis !== "" || s.notes !== "") && (
        <section className="card prose">
          {s.synopsis !== "" && (
            <>
              <h2>{text("shop.about")}</h2>
              <p>{s.synopsis}</p>
            </>
          )}
          {s.notes !== "" && (
            <>
              <h2>{text("shop.notes")}</h2>
              <p>{s.notes}</p>
            </>
          )}
        </section>
      )}
      <footer className="act">
        <div>
          <b>{s.priceTo > 0 && text("shop.from", { price: format.price(s.priceFrom, format.priceStyle(s.zones.map((z) => z.price))) })}</b>
          <small className="quiet">{format.date(s.startsAt, lang, { zone })}</small>
        </div>
        {open ? (
          <Link to={`/sessions/${s.id}/seats`} className="button main">
            {text("shop.choose")}
          </Link>
        ) : (
          <button type="button" className="button main" disabled>
            {s.state === "scheduled" && s.opensAt !== undefined
              ? text("shop.opens", { at: format.dateTime(s.opensAt, lang, { zone }) })
              : text(s.state === "scheduled" ? "shop.not-yet" : s.state === "on_sale" ? "shop.sold-out" : "shop.closed-now")}
          </button>
        )}
      </footer>
    </article>
  );
}

export const isPublic = (z: ShopZone): boolean => z.kind === "public" || z.kind === "package";

function PriceTable(props: { zones: readonly ShopZone[] }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    zones = props.zones.filter(isPublic),
    style = format.priceStyle(zones.map((z) => z.price));
  return (
    <table className="prices">
      <thead>
        <tr>
          <th scope="col">{text("shop.zone")}</th>
          <th scope="col" className="num">
            {text("shop.price")}
          </th>
          <th scope="col" className="num">
            {text("shop.remaining")}
          </th>
        </tr>
      </thead>
      <tbody>
        {zones.map((z) => {
          const all = z.free + z.held + z.sold + z.blocked;
          return (
            <tr key={z.no}>
              <th scope="row">
                <i className="swatch" style={{ background: z.color }}>
                  {z.letter}
                </i>
                {term(z.name, lang)}
              </th>
              <td className="num">
                <b>{format.price(z.price, style)}</b>
              </td>
              <td className="num">
                {z.free === 0 ? <span className="quiet">{text("shop.sold-out")}</span> : format.count(z.free)}
                <small className="quiet"> / {format.count(all)}</small>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
