import { ErrorState, format, Link, Loading, toast, useLanguage, useQuery, useT } from "@parterre/ui";
import { Input, Select } from "antd";
import { useState, type ReactNode } from "react";
import { dayOf } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, Facts, PageHead, Stat, StepDialog, SubNav, type Column, type Tone } from "../lib/parts.tsx";
import { DELIVERY_STATES, FACT_KINDS, type Delivery, type ReportChannel, type ReportDay, type SessionDay } from "../lib/reportwire.ts";
import { useHalls } from "./venues.tsx";

export const DAY_TONE: Readonly<Record<string, Tone>> = {
  open: "quiet",
  due: "info",
  received: "success",
  late: "warning",
  problem: "danger",
  missing: "danger",
};
export const DELIVERY_TONE: Readonly<Record<string, Tone>> = {
  pending: "info",
  sending: "info",
  accepted: "success",
  parked: "danger",
  requeued: "quiet",
  dropped: "quiet",
};
const DAY = 86_400_000,
  noon = (day: string): string => `${day}T12:00:00+08:00`;

export function ReportsNav(): ReactNode {
  const text = useT();
  return (
    <SubNav
      label={text("manage.reports")}
      pages={[
        ["/reports", "m.report-calendar"],
        ["/reports/deliveries", "m.deliveries"],
      ]}
    />
  );
}

/** Six weeks as a calendar: the status of each day against 12:00 of the next. */
export function ReportsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [month, setMonth] = useQuery("month"),
    today = dayOf(new Date()),
    shown = month ?? today.slice(0, 7);
  const first = new Date(noon(`${shown}-01`)),
    offset = (first.getUTCDay() + 6) % 7,
    start = dayOf(new Date(first.getTime() - offset * DAY)),
    next = new Date(first.getTime() + 32 * DAY),
    weeks = Math.ceil((offset + Math.round((new Date(noon(`${dayOf(next).slice(0, 7)}-01`)).getTime() - first.getTime()) / DAY)) / 7);
  const days = useLoad<{ items: readonly ReportDay[] }>(`days ${start} ${weeks}`, (h, s) =>
    h.get("/api/v1/reporting/days", { from: start, days: weeks * 7 }, s),
  );
  // Nothing can be owed for days before the first venue was registered.
  const { halls } = useHalls(),
    began = [...halls.values()].reduce((first, h) => (h.venue.createdAt < first ? h.venue.createdAt : first), "9999"),
    since = began === "9999" ? began : dayOf(began);
  const by = new Map((days.data?.items ?? []).map((d) => [d.day, d]));
  const weekdays = Array.from({ length: 7 }, (_, i) =>
    new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { weekday: "short", timeZone: "UTC" }).format(
      new Date(Date.UTC(2024, 0, 1 + i)),
    ),
  );
  const turn = (by: number): void => {
    const d = new Date(noon(`${shown}-15`));
    d.setUTCMonth(d.getUTCMonth() + by);
    setMonth(dayOf(d).slice(0, 7));
  };
  return (
    <>
      <PageHead title={text("manage.reports")} lead={text("m.reports-lead")} />
      <ReportsNav />
      <div className="stack">
        <Channels />
        <Card
          title={new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", {
            year: "numeric",
            month: "long",
            timeZone: "Asia/Shanghai",
          }).format(first)}
          actions={
            <>
              <button type="button" className="button small" onClick={() => turn(-1)}>
                {text("m.month-before")}
              </button>
              <button type="button" className="button small" onClick={() => setMonth(null)}>
                {text("m.month-this")}
              </button>
              <button type="button" className="button small" onClick={() => turn(1)}>
                {text("m.month-after")}
              </button>
            </>
          }
        >
          {days.error !== null ? (
            <ErrorState error={days.error} onRetry={days.reload} />
          ) : (
            <div className="calendar" aria-busy={days.data === null}>
              {weekdays.map((w) => (
                <span key={w} className="weekday quiet">
                  {w}
                </span>
              ))}
              {Array.from({ length: weeks * 7 }, (_, i) => {
                const day = dayOf(new Date(new Date(noon(start)).getTime() + i * DAY));
                return (
                  <DayCell
                    key={day}
                    day={day}
                    view={by.get(day) ?? null}
                    before={day < since}
                    outside={!day.startsWith(shown)}
                    today={day === today}
                  />
                );
              })}
            </div>
          )}
        </Card>
      </div>
    </>
  );
}

function DayCell(props: { day: string; view: ReportDay | null; before: boolean; outside: boolean; today: boolean }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { view } = props,
    idle = view === null || (view.sessions.length === 0 && (view.problems ?? []).length === 0);
  return (
    <Link
      to={`/reports/days/${props.day}`}
      className={`day${props.outside ? " outside" : ""}${props.today ? " today" : ""}${idle ? " idle" : ""}`}
    >
      <span className="date">
        <span className="visually-hidden">{format.date(noon(props.day), lang)}</span>
        <span aria-hidden="true">{Number(props.day.slice(8))}</span>
      </span>
      {view === null ? (
        <span className="skeleton" />
      ) : idle ? (
        props.before || view.status === "open" || view.status === "received" ? null : (
          <Chip tone={DAY_TONE[view.status] ?? "quiet"}>{text(`m.day-${view.status}`)}</Chip>
        )
      ) : (
        <>
          <Chip tone={DAY_TONE[view.status] ?? "quiet"}>{text(`m.day-${view.status}`)}</Chip>
          <small className="quiet">{text("m.tickets-n", { n: format.count(view.totals.sold) })}</small>
        </>
      )}
    </Link>
  );
}

function Channels(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    list = useLoad<{ items: readonly ReportChannel[] }>("channels", (h, s) => h.get("/api/v1/reporting/channels", {}, s), 30_000);
  if (list.data === null)
    return (
      <Card title={text("m.channels")}>
        {list.error === null ? <Loading lines={2} /> : <ErrorState error={list.error} onRetry={list.reload} />}
      </Card>
    );
  const columns: readonly Column<ReportChannel>[] = [
    { key: "name", title: text("m.channel"), render: (c) => c.name, csv: (c) => c.name },
    {
      key: "state",
      title: text("m.state"),
      render: (c) =>
        c.blocked !== undefined && c.blocked !== "" ? (
          <Chip tone="danger">{text("m.channel-blocked")}</Chip>
        ) : !c.active ? (
          <Chip tone="quiet">{text("m.channel-off")}</Chip>
        ) : c.failures > 0 ? (
          <Chip tone="warning">{text("m.channel-retry", { n: c.failures })}</Chip>
        ) : (
          <Chip tone="success">{text("m.channel-on")}</Chip>
        ),
      csv: (c) => (c.active ? "on" : "off"),
    },
    { key: "pending", title: text("m.pending"), num: true, render: (c) => format.count(c.pending), csv: (c) => c.pending },
    {
      key: "parked",
      title: text("m.parked"),
      num: true,
      render: (c) =>
        c.parked === 0 ? "0" : <Link to={`/reports/deliveries?channel=${c.code}&state=parked`}>{format.count(c.parked)}</Link>,
      csv: (c) => c.parked,
    },
    {
      key: "last",
      title: text("m.last-answer"),
      render: (c) => (c.lastAt === undefined ? "–" : format.dateTime(c.lastAt, lang)),
      csv: (c) => c.lastAt ?? "",
    },
    { key: "adapter", title: text("m.adapter"), spare: true, render: (c) => c.adapter, csv: (c) => c.adapter },
  ];
  return (
    <Card flush title={text("m.channels")}>
      <DataTable
        name="channels"
        label={text("m.channels")}
        columns={columns}
        rows={list.data.items}
        rowKey={(c) => c.code}
        to={(c) => `/reports/deliveries?channel=${c.code}`}
        empty={<Empty title={text("m.channels-none")} lead={text("m.channels-none-lead")} />}
      />
    </Card>
  );
}

export function ReportDayPage(props: { day: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [closing, setClosing] = useState(false);
  const {
    data: d,
    error,
    reload,
  } = useLoad<ReportDay>(`day ${props.day}`, (h, s) => h.get(`/api/v1/reporting/days/${props.day}`, {}, s), 15_000);
  if (d === null) return error === null ? <Loading lines={6} /> : <ErrorState error={error} onRetry={reload} />;
  const problems = d.problems ?? [],
    now = new Date();
  return (
    <>
      <PageHead
        back={{ to: `/reports?month=${props.day.slice(0, 7)}`, label: text("m.report-calendar") }}
        title={format.date(noon(d.day), lang, { now })}
        tags={<Chip tone={DAY_TONE[d.status] ?? "quiet"}>{text(`m.day-${d.status}`)}</Chip>}
        lead={text(`m.day-${d.status}-lead`, { when: format.dateTime(d.deadline, lang) })}
        actions={
          can("report.send") && d.status !== "open" ? (
            <button type="button" className={d.closedAt === null ? "button main" : "button"} onClick={() => setClosing(true)}>
              {text(d.closedAt === null ? "m.day-close" : "m.day-correct")}
            </button>
          ) : undefined
        }
      />
      <div className="stack">
        {problems.map((p) => (
          <div key={`${p.sessionCode}${p.code}`} className="note danger">
            <div className="body">
              {p[lang]} <code className="mono">{p.sessionCode}</code>
            </div>
          </div>
        ))}
        <div className="stats">
          <Stat label={text("m.tickets-sold")} value={format.count(d.totals.sold)} note={format.price(d.totals.soldAmount)} />
          <Stat label={text("m.tickets-refunded")} value={format.count(d.totals.refunded)} note={format.price(d.totals.refundAmount)} />
          <Stat label={text("m.net")} value={format.price(d.totals.soldAmount - d.totals.refundAmount)} />
          <Stat label={text("m.admitted")} value={format.count(d.checked)} />
          <Stat label={text("m.deadline")} value={format.time(d.deadline)} note={format.date(d.deadline, lang)} />
        </div>
        <Card flush title={text("m.day-sessions")}>
          <DaySessions day={d} />
        </Card>
        <Card>
          <Facts
            items={[
              [text("m.day-first-run"), d.closedAt === null ? "–" : format.dateTime(d.closedAt, lang)],
              [text("m.day-last-run"), d.lastRunAt === null ? "–" : format.dateTime(d.lastRunAt, lang)],
              [text("m.day-runs"), d.runs],
            ]}
          />
        </Card>
      </div>
      <StepDialog
        open={closing}
        title={text(d.closedAt === null ? "m.day-close" : "m.day-correct")}
        lead={text(d.closedAt === null ? "m.day-close-lead" : "m.day-correct-lead", {
          day: format.date(noon(d.day), lang),
          sold: format.count(d.totals.sold),
          amount: format.price(d.totals.soldAmount),
        })}
        ok={text(d.closedAt === null ? "m.day-close" : "m.day-correct")}
        onClose={() => setClosing(false)}
        run={async () => {
          const c = await http.send<{ new: number; sessions: number }>("POST", `/api/v1/reporting/days/${d.day}/close`);
          toast("success", text("m.day-closed", { n: c.new, sessions: c.sessions }));
          reload();
        }}
      />
    </>
  );
}

function DaySessions(props: { day: ReportDay }): ReactNode {
  const text = useT(),
    columns: readonly Column<SessionDay>[] = [
      {
        key: "code",
        title: text("m.session-code"),
        render: (s) => <span className="mono">{s.daily.sessionCode}</span>,
        csv: (s) => s.daily.sessionCode,
      },
      { key: "version", title: text("m.version"), num: true, render: (s) => s.daily.version, csv: (s) => s.daily.version },
      {
        key: "sold",
        title: text("m.tickets-sold"),
        num: true,
        render: (s) => format.count(s.daily.public.sold),
        csv: (s) => s.daily.public.sold,
      },
      {
        key: "amount",
        title: text("m.amount"),
        num: true,
        render: (s) => format.price(s.daily.public.soldAmount, "full"),
        csv: (s) => s.daily.public.soldAmount / 100,
      },
      {
        key: "refunded",
        title: text("m.tickets-refunded"),
        num: true,
        render: (s) => format.count(s.daily.public.refunded),
        csv: (s) => s.daily.public.refunded,
      },
      { key: "checked", title: text("m.admitted"), num: true, render: (s) => format.count(s.daily.checked), csv: (s) => s.daily.checked },
      {
        key: "delivery",
        title: text("m.delivery"),
        render: (s) => (
          <span className="row">
            {(s.deliveries ?? []).length === 0 ? (
              <span className="quiet">{text("m.delivery-none")}</span>
            ) : (
              (s.deliveries ?? []).map((d) => (
                <Link key={`${d.channel}${d.seq}`} to={`/reports/channels/${d.channel}/${d.seq}`}>
                  <Chip tone={DELIVERY_TONE[d.state] ?? "quiet"}>
                    {d.channel} · {text(`m.delivery-${d.state}`)}
                  </Chip>
                </Link>
              ))
            )}
          </span>
        ),
        csv: (s) => (s.deliveries ?? []).map((d) => `${d.channel} ${d.state}`).join("; "),
      },
    ];
  return (
    <DataTable
      name={`day-${props.day.day}`}
      label={text("m.day-sessions")}
      columns={columns}
      rows={props.day.sessions}
      rowKey={(s) => s.daily.sessionCode}
      empty={<Empty title={text("m.day-nothing")} lead={text("m.day-nothing-lead")} />}
    />
  );
}

export function DeliveriesPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [channel, setChannel] = useQuery("channel"),
    [state, setState] = useQuery("state"),
    [kind, setKind] = useQuery("kind"),
    [subject, setSubject] = useQuery("subject");
  const channels = useLoad<{ items: readonly ReportChannel[] }>("channels", (h, s) => h.get("/api/v1/reporting/channels", {}, s)),
    list = usePages<Delivery>("/api/v1/reporting/deliveries", { channel, state, kind, subject });
  const columns: readonly Column<Delivery>[] = [
    { key: "kind", title: text("m.fact"), render: (d) => text(`m.fact-${d.kind}`), csv: (d) => d.kind },
    { key: "subject", title: text("m.subject"), render: (d) => <span className="mono">{d.subject}</span>, csv: (d) => d.subject },
    { key: "channel", title: text("m.channel"), render: (d) => `${d.channel} #${d.seq}`, csv: (d) => `${d.channel} ${d.seq}` },
    {
      key: "state",
      title: text("m.state"),
      render: (d) => <Chip tone={DELIVERY_TONE[d.state] ?? "quiet"}>{text(`m.delivery-${d.state}`)}</Chip>,
      csv: (d) => d.state,
    },
    {
      key: "answer",
      title: text("m.answer"),
      render: (d) => [d.code, d.text].filter((x) => x !== undefined && x !== "").join(" ") || "–",
      csv: (d) => `${d.code ?? ""} ${d.text ?? ""}`,
    },
    { key: "at", title: text("m.happened"), render: (d) => format.dateTime(d.at, lang), csv: (d) => d.at },
    { key: "updated", title: text("m.updated"), spare: true, render: (d) => format.dateTime(d.updatedAt, lang), csv: (d) => d.updatedAt },
  ];
  const filtered = [channel, state, kind, subject].some((v) => v !== null);
  return (
    <>
      <PageHead title={text("m.deliveries")} lead={text("m.deliveries-lead")} />
      <ReportsNav />
      <Card flush>
        <DataTable
          name="deliveries"
          label={text("m.deliveries")}
          columns={columns}
          rows={list.rows}
          rowKey={(d) => `${d.channel} ${d.seq}`}
          to={(d) => `/reports/channels/${d.channel}/${d.seq}`}
          error={list.error}
          onRetry={list.reload}
          hasMore={list.hasMore}
          more={list.more}
          loading={list.loading}
          filters={
            <>
              <Select
                allowClear
                aria-label={text("m.channel")}
                placeholder={text("m.channel")}
                value={channel}
                onChange={(v) => setChannel(v ?? null)}
                options={(channels.data?.items ?? []).map((c) => ({ value: c.code, label: c.name }))}
                popupMatchSelectWidth={false}
                style={{ minWidth: 150 }}
              />
              <Select
                allowClear
                aria-label={text("m.state")}
                placeholder={text("m.state")}
                value={state}
                onChange={(v) => setState(v ?? null)}
                options={DELIVERY_STATES.map((s) => ({ value: s, label: text(`m.delivery-${s}`) }))}
                style={{ minWidth: 120 }}
              />
              <Select
                allowClear
                aria-label={text("m.fact")}
                placeholder={text("m.fact")}
                value={kind}
                onChange={(v) => setKind(v ?? null)}
                options={FACT_KINDS.map((k) => ({ value: k, label: text(`m.fact-${k}`) }))}
                style={{ minWidth: 120 }}
              />
              <Input.Search
                allowClear
                aria-label={text("m.subject")}
                placeholder={text("m.subject-hint")}
                defaultValue={subject ?? ""}
                onSearch={(v) => setSubject(v.trim() === "" ? null : v.trim())}
                style={{ width: 240 }}
              />
            </>
          }
          empty={
            filtered ? (
              <Empty
                title={text("m.filter-none")}
                action={
                  <button
                    type="button"
                    className="button"
                    onClick={() => {
                      setChannel(null);
                      setState(null);
                      setKind(null);
                      setSubject(null);
                    }}
                  >
                    {text("m.filter-clear")}
                  </button>
                }
              />
            ) : (
              <Empty title={text("m.deliveries-none")} lead={text("m.deliveries-none-lead")} />
            )
          }
        />
      </Card>
    </>
  );
}
