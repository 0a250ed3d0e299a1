import { format, language, Loading, placeText, term, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { icsOf, saveIcs } from "./calendar.ts";
import { Reduced } from "./after/reduced.tsx";
import { titleOf } from "./parts.tsx";
import type { OrderDetail, SaleTicket } from "./wire.ts";

export function Tickets(props: { o: OrderDetail }): ReactNode {
  const text = useT(),
    { o } = props,
    list = [...o.tickets].sort((a, b) => Number(b.state === "valid") - Number(a.state === "valid"));
  return (
    <section aria-label={text("shop.tickets")}>
      <div className="tickets">
        {list.map((t, i) => (
          <TicketCard key={`${t.seat}-${t.code ?? ""}`} o={o} t={t} at={text("shop.nth", { i: i + 1, n: list.length })} />
        ))}
      </div>
      {o.pdf !== undefined && (
        <p className="row center">
          <a className="button" href={`${o.pdf}?lang=${language()}`} target="_blank" rel="noreferrer">
            {text("shop.pdf")}
          </a>
          <Calendar o={o} />
        </p>
      )}
      {list.some((t) => t.state === "valid") && <Way o={o} tickets={list.filter((t) => t.state === "valid")} />}
    </section>
  );
}

function TicketCard(props: { o: OrderDetail; t: SaleTicket; at: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { o, t } = props,
    live = t.state === "valid";
  const where = placeText(t, lang);
  return (
    <article className="ticket" data-off={!live || undefined}>
      <div className="stub">
        <p className="quiet small">{props.at}</p>
        <h2>{where}</h2>
        <p>{format.dateTime(o.startsAt, lang, { zone: o.zone })}</p>
        <dl>
          {t.gate !== undefined && t.gate !== "" && (
            <div>
              <dt>{text("shop.gate")}</dt>
              <dd>{term(t.gate, lang)}</dd>
            </div>
          )}
          {t.entrance !== undefined && t.entrance !== "" && (
            <div>
              <dt>{text("shop.entrance")}</dt>
              <dd>{term(t.entrance, lang)}</dd>
            </div>
          )}
          {t.person !== undefined && (
            <div>
              <dt>{text("shop.holder")}</dt>
              <dd>
                {t.person.name}
                <small>{t.person.number}</small>
              </dd>
            </div>
          )}
          <div>
            <dt>{text("shop.price")}</dt>
            <dd>
              <Reduced t={t} />
            </dd>
          </div>
        </dl>
        {t.note !== "" && (
          <p className="note warning">
            <span className="body">{t.note}</span>
          </p>
        )}
      </div>
      <div className="code">
        {live && t.qr !== undefined ? (
          <>
            <img src={t.qr} width={220} height={220} alt={text("shop.qr", { seat: where })} />
            <p className="small">{text("shop.code-lead")}</p>
            <code>{t.code}</code>
          </>
        ) : (
          <p className="stamp">{text(t.state === "exchanged" ? "shop.exchange" : "shop.used")}</p>
        )}
      </div>
    </article>
  );
}

function Calendar(props: { o: OrderDetail }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { o } = props;
  const save = (): void => {
    const valid = o.tickets.filter((t) => t.state === "valid"),
      gates = [...new Set(valid.map((t) => t.gate ?? "").filter((g) => g !== ""))].map((g) => term(g, lang));
    const note = [
      ...valid.map((t) => placeText(t, lang)),
      ...gates,
      text("shop.doors", { time: format.time(o.doorsAt, o.zone) }),
      text("shop.order", { n: o.number }),
    ].join("\n");
    saveIcs(
      `parterre-${o.number}.ics`,
      icsOf(
        {
          uid: o.id,
          title: titleOf(o, lang),
          start: o.startsAt,
          end: o.endsAt,
          where: `${o.venue} ${o.hall}, ${o.address}`,
          note,
          remind: 120,
        },
        new Date(),
      ),
    );
  };
  return (
    <button type="button" className="button" onClick={save}>
      {text("shop.calendar")}
    </button>
  );
}

type Picture = typeof import("./way.tsx").default;
/** How one gets there: the venue on a map of the town, the doors and the places on the hall's. The hall is loaded when it is opened. */
function Way(props: { o: OrderDetail; tickets: readonly SaleTicket[] }): ReactNode {
  const text = useT(),
    { o } = props,
    [Map, setMap] = useState<Picture | null>(null),
    [failed, setFailed] = useState(false);
  const open = (): void => {
    if (Map === null) {
      setFailed(false);
      import("./way.tsx").then(
        (m) => setMap(() => m.default),
        () => setFailed(true),
      );
    }
  };
  return (
    <details
      className="card find"
      onToggle={(e) => {
        if (e.currentTarget.open) open();
      }}
    >
      <summary>{text("shop.way")}</summary>
      <p>
        {o.venue} {o.hall} <span className="quiet">{o.address}</span>
      </p>
      <p>
        <a
          className="button"
          href={`https://uri.amap.com/search?keyword=${encodeURIComponent(`${o.venue} ${o.address}`)}`}
          target="_blank"
          rel="noreferrer"
        >
          {text("shop.way-town")}
        </a>
      </p>
      {Map !== null ? (
        <Map session={o.session} tickets={props.tickets} />
      ) : failed ? (
        <p>
          <button type="button" className="button" onClick={open}>
            {text("action.retry")}
          </button>
        </p>
      ) : (
        <Loading lines={3} />
      )}
    </details>
  );
}
