import { EmptyState, ErrorState, format, hasKey, Link, Loading, useLanguage, useQuery, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { DetailView } from "./detail.tsx";
import { get, usePoll, type Exchange, type Overview } from "./wire.ts";

export const typeName = (text: (k: string) => string, type: string): string => (hasKey(`lab.t.${type}`) ? text(`lab.t.${type}`) : type);
const TYPES = ["VENUE", "HALL", "SEATMAP", "SHOW", "SESSION", "PRICE", "SALE", "REFUND", "CHECKIN", "DAILY"];
interface Page {
  readonly items: readonly Exchange[];
  readonly next?: string;
}

export function TimelinePage(props: { number?: number }): ReactNode {
  const text = useT(),
    [type, setType] = useQuery("type"),
    [message, setMessage] = useQuery("message"),
    [older, setOlder] = useState<{ for: string; items: readonly Exchange[]; next: string | null } | null>(null);
  const query = `size=60${type === null ? "" : `&type=${type}`}${message === null ? "" : `&messageId=${encodeURIComponent(message)}`}`,
    list = usePoll<Page>(`performance/exchanges?${query}`, 3000);
  const more = older?.for === query ? older : null,
    last = list.data?.items.at(-1)?.number ?? 0,
    items = [...(list.data?.items ?? []), ...(more?.items ?? []).filter((e) => e.number < last)],
    next = more === null ? list.data?.next : more.next;
  const search = `${type === null ? "" : `?type=${type}`}`;
  return (
    <div className="console">
      <OverviewStrip />
      <section className="line" aria-label={text("lab.timeline")}>
        <div className="filters">
          <select aria-label={text("lab.type")} value={type ?? ""} onChange={(e) => setType(e.currentTarget.value || null)}>
            <option value="">{text("lab.all")}</option>
            {TYPES.map((t) => (
              <option key={t} value={t}>
                {typeName(text, t)}
              </option>
            ))}
          </select>
          <input
            aria-label={text("lab.message")}
            placeholder={text("lab.message")}
            value={message ?? ""}
            onChange={(e) => setMessage(e.currentTarget.value.trim() || null)}
          />
          <small className="quiet">{text("lab.refresh")}</small>
        </div>
        {list.error !== null && list.data === null ? (
          <ErrorState error={list.error} onRetry={list.again} />
        ) : list.data === null ? (
          <Loading />
        ) : items.length === 0 ? (
          <EmptyState title={text("lab.none")}>{text("lab.none-lead")}</EmptyState>
        ) : (
          <ol className="exchanges">
            {items.map((e) => (
              <li key={e.number}>
                <Row e={e} on={e.number === props.number} search={search} />
              </li>
            ))}
          </ol>
        )}
        {next != null && next !== "" && (
          <button
            type="button"
            className="button block"
            onClick={() =>
              void get<Page>(`performance/exchanges?${query}&cursor=${encodeURIComponent(next)}`).then((p) =>
                setOlder({ for: query, items: [...(more?.items ?? []), ...p.items], next: p.next ?? null }),
              )
            }
          >
            {text("lab.more")}
          </button>
        )}
      </section>
      <section className="detail" aria-label={text("lab.fields")}>
        {props.number === undefined ? <EmptyState title={text("lab.pick")} /> : <DetailView key={props.number} number={props.number} />}
      </section>
    </div>
  );
}

export function CodeChip(props: { code: string; text?: string }): ReactNode {
  const tone = props.code === "0000" ? "ok" : props.code === "2003" ? "info" : props.code === "" ? "off" : "bad";
  return (
    <span className={`verdict-chip ${tone}`}>
      {props.code === "" ? "—" : props.code}
      {props.text !== undefined && ` ${props.text}`}
    </span>
  );
}

function Row(props: { e: Exchange; on: boolean; search: string }): ReactNode {
  const text = useT(),
    { e } = props;
  return (
    <Link to={`/exchanges/${e.number}${props.search}`} className="exchange" aria-current={props.on ? "page" : undefined}>
      <span className="no">{e.number}</span>
      <span className="kind">
        <b>{typeName(text, e.type)}</b>
        <small>
          {text("lab.records", { n: e.records })}
          {e.repeat && ` · ${text("lab.repeat")}`}
          {e.rule !== "" && <em>{text("lab.rule-acted", { name: e.rule })}</em>}
        </small>
      </span>
      <span className="end">
        <CodeChip code={e.code} />
        <time>
          {format.date(e.at, "zh").split(" ")[0]} {new Date(e.at).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" })}
        </time>
      </span>
    </Link>
  );
}

function OverviewStrip(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data: o } = usePoll<Overview>("performance/overview", 3000);
  if (o === null)
    return (
      <header className="strip">
        <Loading lines={2} />
      </header>
    );
  return (
    <header className="strip">
      <div className="who">
        <h1>{text("lab.title")}</h1>
        <p>
          <code>{o.profile}</code>
          {o.provisional && (
            <span className="verdict-chip watch" title={o.note[lang]}>
              {text("lab.provisional")}
            </span>
          )}
          <span className={o.faultsOn > 0 ? "verdict-chip bad" : "verdict-chip off"}>
            {o.faultsOn > 0 ? text("lab.faults-on", { n: o.faultsOn }) : text("lab.no-faults")}
          </span>
        </p>
      </div>
      {o.apps.map((a) => (
        <dl key={a.app} className="nums">
          <div>
            <dt>{text("lab.app")}</dt>
            <dd>{a.name}</dd>
          </div>
          <div>
            <dt>{text("lab.last")}</dt>
            <dd>
              {a.lastType === "" ? (
                text("lab.never")
              ) : (
                <>
                  {typeName(text, a.lastType)} <CodeChip code={a.lastCode} />
                </>
              )}
            </dd>
          </div>
          {(
            [
              ["seq", a.sequence],
              ["msgs", a.messages],
              ["repeats", a.repeats],
              ["refusals", a.refusals],
              ["deviations", a.deviations],
            ] as const
          ).map(([k, n]) => (
            <div key={k}>
              <dt>{text(`lab.${k}`)}</dt>
              <dd className={k === "refusals" && n > 0 ? "bad" : ""}>{format.count(n)}</dd>
            </div>
          ))}
        </dl>
      ))}
      <dl className="nums known" aria-label={text("lab.known")}>
        {["venues", "halls", "seatMaps", "shows", "sessions", "tickets", "daily"].map((k) => (
          <div key={k}>
            <dt>{text(`lab.k.${k}`)}</dt>
            <dd>{format.count(o.known[k] ?? 0)}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
