import { EmptyState, ErrorState, format, Link, Loading, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { atVenue, dayOf } from "../lib/form.tsx";
import type { Http, Page } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Bar, Card, Chip, PageHead, SESSION_TONE, Stat } from "../lib/parts.tsx";
import type { LiveSession, Occupancy, Session, Show } from "../lib/wire.ts";
import type { ReportChannel, ReportDay } from "../lib/reportwire.ts";
import { DAY_TONE } from "./reports.tsx";
import { useHalls } from "./venues.tsx";

interface TodaySession {
  readonly session: Session;
  readonly show: Show | null;
  readonly live: LiveSession | null;
  readonly inside: Occupancy | null;
}
const DAY = 86_400_000;

/** Sessions from one day to another with what is known of each; what may not be read or is not there stays null. */
async function sessionsOf(http: Http, signal: AbortSignal, from: string, days: number, gate: boolean): Promise<TodaySession[]> {
  const start = new Date(atVenue(`${from}T00:00`)),
    to = new Date(start.getTime() + days * DAY);
  const list = (await http.get<Page<Session>>("/api/v1/sessions", { from: start.toISOString(), to: to.toISOString(), size: 100 }, signal))
    .items;
  const shows = new Map<string, Promise<Show | null>>();
  const orNull = <T,>(p: Promise<T>): Promise<T | null> => p.catch(() => null);
  return Promise.all(
    list.map(async (session) => {
      if (!shows.has(session.showId)) shows.set(session.showId, orNull(http.get<Show>(`/api/v1/shows/${session.showId}`, {}, signal)));
      const selling = ["on_sale", "paused", "closed"].includes(session.state);
      const [show, live, inside] = await Promise.all([
        shows.get(session.showId)!,
        selling ? orNull(http.get<LiveSession>(`/api/v1/shop/sessions/${session.id}`, {}, signal)) : null,
        selling && gate ? orNull(http.get<Occupancy>(`/api/v1/gate/sessions/${session.id}/occupancy`, {}, signal)) : null,
      ]);
      return { session, show, live, inside };
    }),
  );
}

const soldOf = (s: TodaySession): number => s.live?.counts?.sold ?? 0;
const placesOf = (s: TodaySession): number => {
  const c = s.live?.counts;
  return c === undefined ? 0 : c.free + c.held + c.sold;
};
const amountOf = (s: TodaySession): number => (s.live?.zones ?? []).reduce((sum, z) => sum + z.sold * z.price, 0);

export function TodayPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { me, can } = useMe(),
    now = new Date(),
    today = dayOf(now);
  const gate = can("gate.read");
  const list = useLoad(can("show.read") ? `today ${today}` : null, (http, signal) => sessionsOf(http, signal, today, 1, gate), 30_000);
  const week = useLoad(can("show.read") ? `week ${today}` : null, (http, signal) =>
    sessionsOf(http, signal, dayOf(new Date(now.getTime() + DAY)), 13, false),
  );
  const reports = useReports();
  const rows = list.data ?? [],
    sold = rows.reduce((n, s) => n + soldOf(s), 0),
    places = rows.reduce((n, s) => n + placesOf(s), 0),
    amount = rows.reduce((n, s) => n + amountOf(s), 0),
    inside = rows.reduce((n, s) => n + (s.inside?.inside ?? 0), 0);
  if (!can("show.read"))
    return (
      <>
        <PageHead title={format.date(now, lang)} lead={text("m.hello", { name: me.name })} />
        <Card>
          <EmptyState title={text("m.today-admin")}>{text("m.today-admin-lead")}</EmptyState>
        </Card>
      </>
    );
  return (
    <>
      <PageHead
        title={format.date(now, lang)}
        lead={me.tenantName}
        actions={
          can("show.manage") ? (
            <Link to="/shows" className="button main">
              {text("m.today-plan")}
            </Link>
          ) : undefined
        }
      />
      <div className="stack">
        <Warnings sessions={[...rows, ...(week.data ?? [])]} day={reports.yesterday} channels={reports.channels} />
        <div className="stats">
          <Stat label={text("m.today-sessions")} value={list.data === null ? "…" : rows.length} />
          <Stat
            label={text("m.sold-capacity")}
            value={list.data === null ? "…" : format.count(sold)}
            note={places === 0 ? undefined : text("m.of-places", { n: format.count(places), share: format.percent(sold / places) })}
          />
          <Stat label={text("m.face-value")} value={list.data === null ? "…" : format.price(amount)} note={text("m.face-value-note")} />
          {gate && <Stat label={text("m.inside")} value={list.data === null ? "…" : format.count(inside)} note={text("m.inside-note")} />}
          {reports.yesterday !== null && (
            <Stat
              label={text("m.report-due")}
              value={<Link to={`/reports/days/${reports.yesterday.day}`}>{text(`m.day-${reports.yesterday.status}`)}</Link>}
              note={text("m.report-due-note", { day: format.date(`${reports.yesterday.day}T12:00:00+08:00`, lang) })}
              tone={DAY_TONE[reports.yesterday.status]}
            />
          )}
        </div>
        <Card flush title={text("m.today-sessions")}>
          {list.error !== null && list.data === null ? (
            <ErrorState error={list.error} onRetry={list.reload} />
          ) : list.data === null ? (
            <div className="pad">
              <Loading />
            </div>
          ) : rows.length === 0 ? (
            <EmptyState
              title={text("m.today-none")}
              actions={
                <Link to="/shows" className="button">
                  {text("manage.shows")}
                </Link>
              }
            >
              {text("m.today-none-lead")}
            </EmptyState>
          ) : (
            <SessionLines rows={rows} timeOnly />
          )}
        </Card>
        <Card flush title={text("m.next-days")}>
          {week.data === null ? (
            <div className="pad">{week.error === null ? <Loading /> : <ErrorState error={week.error} onRetry={week.reload} />}</div>
          ) : week.data.length === 0 ? (
            <p className="quiet pad">{text("m.next-none")}</p>
          ) : (
            <SessionLines rows={week.data} />
          )}
        </Card>
      </div>
    </>
  );
}

function useReports(): { yesterday: ReportDay | null; channels: readonly ReportChannel[] } {
  const { can } = useMe(),
    yesterday = dayOf(new Date(Date.now() - DAY));
  const day = useLoad<ReportDay>(
    can("report.read") ? `day ${yesterday}` : null,
    (h, s) => h.get(`/api/v1/reporting/days/${yesterday}`, {}, s),
    60_000,
  );
  const channels = useLoad<{ items: readonly ReportChannel[] }>(
    can("report.read") ? "channels" : null,
    (h, s) => h.get("/api/v1/reporting/channels", {}, s),
    60_000,
  );
  return { yesterday: day.data, channels: channels.data?.items ?? [] };
}

function SessionLines(props: { rows: readonly TodaySession[]; timeOnly?: boolean }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { halls } = useHalls();
  return (
    <ul className="lines">
      {props.rows.map((r) => {
        const sold = soldOf(r),
          places = placesOf(r),
          title = r.show === null ? r.session.code : lang === "en" && r.show.titleEn !== "" ? r.show.titleEn : r.show.title;
        return (
          <li key={r.session.id}>
            <span className="when">
              {props.timeOnly === true ? format.time(r.session.startsAt) : format.dateTime(r.session.startsAt, lang)}
            </span>
            <span className="what">
              <Link to={`/sessions/${r.session.id}`}>{title}</Link>
              <small className="quiet">{halls.get(r.session.hallId)?.hall.name}</small>
            </span>
            <span className="how">
              {r.live?.counts === undefined ? (
                <span className="quiet">{text("m.audience-n", { n: format.count(r.session.audience) })}</span>
              ) : (
                <>
                  <Bar value={sold} total={places} label={text("m.sold-capacity")} />
                  <span className="nowrap">
                    {format.count(sold)} / {format.count(places)}
                  </span>
                </>
              )}
            </span>
            <span className="money">{r.live === null ? "" : format.price(amountOf(r))}</span>
            <span className="gate quiet">{r.inside === null ? "" : text("m.inside-n", { n: format.count(r.inside.inside) })}</span>
            <Chip tone={SESSION_TONE[r.session.state] ?? "quiet"}>{text(`m.session-${r.session.state}`)}</Chip>
          </li>
        );
      })}
    </ul>
  );
}

/** What wants a person today, each with the way to it. */
function Warnings(props: { sessions: readonly TodaySession[]; day: ReportDay | null; channels: readonly ReportChannel[] }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    soon = Date.now() + 3 * DAY;
  const parked = props.channels.reduce((n, c) => n + c.parked, 0),
    blocked = props.channels.filter((c) => c.blocked !== undefined && c.blocked !== "");
  const unsold = props.sessions.filter((s) => s.session.state === "created" && new Date(s.session.startsAt).getTime() < soon);
  const items: { key: string; tone: "danger" | "warning"; words: string; to: string; go: string }[] = [
    ...(props.day !== null && ["problem", "missing"].includes(props.day.status)
      ? [
          {
            key: "day",
            tone: "danger" as const,
            words: text(`m.warn-day-${props.day.status}`, { day: format.date(`${props.day.day}T12:00:00+08:00`, lang) }),
            to: `/reports/days/${props.day.day}`,
            go: text("m.look"),
          },
        ]
      : []),
    ...(parked > 0
      ? [
          {
            key: "parked",
            tone: "warning" as const,
            words: text("m.warn-parked", { n: parked }),
            to: "/reports/deliveries?state=parked",
            go: text("m.decide"),
          },
        ]
      : []),
    ...blocked.map((c) => ({
      key: c.code,
      tone: "danger" as const,
      words: text("m.warn-blocked", { name: c.name }),
      to: "/reports",
      go: text("m.look"),
    })),
    ...unsold.map((s) => ({
      key: s.session.id,
      tone: "warning" as const,
      words: text("m.warn-unsold", { title: s.show?.title ?? s.session.code, when: format.dateTime(s.session.startsAt, lang) }),
      to: `/sessions/${s.session.id}`,
      go: text("m.look"),
    })),
  ];
  if (items.length === 0) return null;
  return (
    <div className="stack tight">
      {items.map((i) => (
        <div key={i.key} className={`note ${i.tone}`}>
          <div className="body">{i.words}</div>
          <Link to={i.to}>{i.go}</Link>
        </div>
      ))}
    </div>
  );
}
