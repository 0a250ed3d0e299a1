import { EmptyState, ErrorState, format, Loading, useLanguage, useQuery, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { usePoll, type CalendarRow, type Clock, type Sum, type Totals } from "./wire.ts";

const DAYS = 14,
  DAY = 86_400_000;
const text8 = (t: number): string => new Date(t).toISOString().slice(0, 10);
const short = (day: string): string => `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`;

export function CalendarPage(): ReactNode {
  const text = useT(),
    [from, setFrom] = useQuery("from"),
    [day, setDay] = useQuery("day"),
    [venue, setVenue] = useQuery("venue"),
    { data: clock } = usePoll<Clock>("clock", 10_000);
  const today = clock === null ? null : text8(Date.parse(clock.now) + 8 * 3_600_000),
    first = from ?? (today === null ? null : text8(Date.parse(today) - 10 * DAY));
  const { data, error, again } = usePoll<{ items: readonly CalendarRow[] }>(
    first === null ? null : `performance/calendar?from=${first}&days=${DAYS}`,
    3000,
  );
  const shift = (days: number): void => setFrom(text8(Date.parse(first!) + days * DAY));
  return (
    <div className="stack">
      <div className="row between">
        <h1>
          {text("lab.calendar")} <small className="quiet">{text("lab.deadline", { time: "12:00" })}</small>
        </h1>
        <div className="row">
          <button type="button" className="button" disabled={first === null} onClick={() => shift(-DAYS)}>
            {text("lab.earlier")}
          </button>
          <button type="button" className="button" disabled={first === null} onClick={() => shift(DAYS)}>
            {text("lab.later")}
          </button>
        </div>
      </div>
      {error !== null && data === null ? (
        <ErrorState error={error} onRetry={again} />
      ) : data === null || first === null ? (
        <Loading />
      ) : data.items.length === 0 ? (
        <EmptyState title={text("lab.none")}>{text("lab.none-lead")}</EmptyState>
      ) : (
        <div className="cal card" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text("lab.venue")}</th>
                {data.items[0]!.days.map((d) => (
                  <th key={d.day} scope="col" data-today={d.day === today || undefined}>
                    {short(d.day)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.items.map((r) => (
                <tr key={r.venue}>
                  <th scope="row">
                    {r.name}
                    <small>{r.venue}</small>
                  </th>
                  {r.days.map((c) => (
                    <td key={c.day}>
                      <button
                        type="button"
                        className={`cell ${c.status}`}
                        aria-pressed={day === c.day && venue === r.venue}
                        aria-label={text("lab.cell", {
                          venue: r.name,
                          day: c.day,
                          status: text(`lab.d.${c.status}`),
                          got: c.received,
                          all: c.sessions,
                        })}
                        onClick={() => {
                          setDay(c.day);
                          setVenue(r.venue);
                        }}
                      >
                        {c.status === "none" ? (
                          "·"
                        ) : (
                          <>
                            <b>{text(`lab.d.${c.status}`)}</b>
                            <small>
                              {c.received}/{c.sessions}
                            </small>
                          </>
                        )}
                      </button>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {day === null ? <p className="quiet">{text("lab.totals-pick")}</p> : <DayTotals day={day} venue={venue} />}
    </div>
  );
}

function DayTotals(props: { day: string; venue: string | null }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data, error, again } = usePoll<{ items: readonly Totals[] }>(
      `performance/days/${props.day}${props.venue === null ? "" : `?venue=${props.venue}`}`,
      3000,
    );
  return (
    <section className="card totals" aria-labelledby="totals">
      <h2 id="totals">{text("lab.totals", { day: format.date(`${props.day}T04:00:00Z`, lang) })}</h2>
      {error !== null && data === null ? (
        <ErrorState error={error} onRetry={again} />
      ) : data === null ? (
        <Loading />
      ) : data.items.length === 0 ? (
        <p className="quiet">{text("lab.totals-none")}</p>
      ) : (
        data.items.map((t) => <SessionTotals key={t.session} t={t} />)
      )}
    </section>
  );
}

const NOTHING: Sum = { sold: 0, soldAmount: 0, refunded: 0, refundAmount: 0 };
function SessionTotals(props: { t: Totals }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { t } = props,
    received = t.receivedAt !== null,
    classes = [...new Set([...Object.keys(t.increments), ...Object.keys(t.report)])].sort().reverse();
  return (
    <article className="session-totals">
      <header>
        <h3>
          {t.show} <code>{t.session}</code>
        </h3>
        {received ? (
          <span className={t.agrees ? "verdict-chip ok" : "verdict-chip bad"}>{text(t.agrees ? "lab.agrees" : "lab.differs")}</span>
        ) : (
          <span className="verdict-chip watch">{text("lab.no-report")}</span>
        )}
        {received && (
          <small className="quiet">
            {text("lab.got-at", { at: format.dateTime(t.receivedAt!, lang) })} · {text("lab.version", { n: t.version })}
            {t.late && ` · ${text("lab.late")}`}
          </small>
        )}
        <small className="quiet">
          {text("lab.valid")} {format.count(t.valid)} · {text("lab.checked")} {format.count(t.checked)}
        </small>
      </header>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{text("lab.sold")}</th>
            <th scope="col">{text("lab.sold-amount")}</th>
            <th scope="col">{text("lab.refunded")}</th>
            <th scope="col">{text("lab.refund-amount")}</th>
          </tr>
        </thead>
        <tbody>
          {classes.flatMap((c) =>
            [
              ["increments", t.increments[c] ?? NOTHING],
              ["daily", received ? (t.report[c] ?? NOTHING) : null],
            ].map(([kind, sum]) => (
              <tr key={`${c} ${kind as string}`}>
                <th scope="row">
                  {text(`lab.class.${c}`)} <small className="quiet">{text(`lab.${kind as string}`)}</small>
                </th>
                {sum === null ? (
                  <td colSpan={4} className="quiet">
                    {text("lab.no-report")}
                  </td>
                ) : (
                  <>
                    <td>{format.count((sum as Sum).sold)}</td>
                    <td>{format.price((sum as Sum).soldAmount, "full")}</td>
                    <td>{format.count((sum as Sum).refunded)}</td>
                    <td>{format.price((sum as Sum).refundAmount, "full")}</td>
                  </>
                )}
              </tr>
            )),
          )}
        </tbody>
      </table>
    </article>
  );
}
