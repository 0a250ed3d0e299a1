import { ErrorState, format, Link, Loading, placeWords, ProblemNote, toast, useLanguage, useQuery, useT } from "@parterre/ui";
import { DatePicker, InputNumber, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState, type ReactNode } from "react";
import { atVenue, toWall } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, StepDialog, type Column, type Tone } from "../lib/parts.tsx";
import { OffersNav, SessionSelect } from "./nav.tsx";
import type { Reservation, ReservePolicy } from "./wire.ts";

const TONE: Readonly<Record<Reservation["state"], Tone>> = { held: "info", sold: "success", released: "quiet", expired: "quiet" };

export function ReservationsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [session, setSession] = useQuery("session"),
    [state, setState] = useQuery("state");
  const list = usePages<Reservation>("/api/v1/reservations", { session, state }),
    [extending, setExtending] = useState<Reservation | null>(null),
    [releasing, setReleasing] = useState<Reservation | null>(null);
  const sell = can("sales.sell"),
    left = (s: number): string =>
      s >= 86_400
        ? text("r.day-hour", { d: Math.floor(s / 86_400), h: Math.floor((s % 86_400) / 3600) })
        : s >= 3600
          ? text("r.hour-min", { h: Math.floor(s / 3600), m: Math.floor((s % 3600) / 60) })
          : text("r.minutes", { n: Math.ceil(s / 60) });
  const columns: readonly Column<Reservation>[] = [
    { key: "number", title: text("r.number"), render: (r) => <span className="mono">{r.number}</span>, csv: (r) => r.number },
    {
      key: "contact",
      title: text("r.contact"),
      render: (r) => (
        <>
          {r.name}
          <br />
          <small className="quiet">{r.phone}</small>
        </>
      ),
      csv: (r) => `${r.name} ${r.phone}`.trim(),
    },
    {
      key: "session",
      title: text("m.session"),
      render: (r) => (
        <>
          {lang === "en" && r.titleEn !== "" ? r.titleEn : r.title}
          <br />
          <small className="quiet nowrap">{format.dateTime(r.startsAt, lang)}</small>
        </>
      ),
      csv: (r) => `${r.title} ${r.startsAt}`,
    },
    {
      key: "places",
      title: text("r.places"),
      render: (r) => (
        <span title={r.places.map((p) => placeWords(p.text, lang)).join("\n")}>
          {placeWords(r.places[0]?.text ?? "", lang)}
          {r.places.length > 1 && <small className="quiet"> · {text("r.count", { n: r.places.length })}</small>}
        </span>
      ),
      csv: (r) => r.places.map((p) => p.text).join("; "),
    },
    { key: "amount", title: text("r.amount"), num: true, render: (r) => format.price(r.amount), csv: (r) => r.amount / 100 },
    {
      key: "until",
      title: text("r.until"),
      render: (r) => (
        <>
          <span className="nowrap">{format.dateTime(r.releaseAt, lang)}</span>
          {r.state === "held" && (
            <>
              <br />
              <small className={r.secondsLeft < 7200 ? "warn nowrap" : "quiet nowrap"}>
                {text("r.left")} {left(r.secondsLeft)}
              </small>
            </>
          )}
        </>
      ),
      csv: (r) => r.releaseAt,
    },
    {
      key: "state",
      title: text("m.state"),
      render: (r) => (
        <>
          <Chip tone={TONE[r.state]}>{text(`r.state-${r.state}`)}</Chip>
          {r.named && (
            <>
              {" "}
              <small className="quiet">{text("r.named")}</small>
            </>
          )}
          {r.reason !== "" && (
            <>
              <br />
              <small className="quiet">{r.reason}</small>
            </>
          )}
        </>
      ),
      csv: (r) => r.state,
    },
    { key: "channel", title: text("r.channel"), spare: true, render: (r) => text(`m.channel-${r.channel}`), csv: (r) => r.channel },
    { key: "note", title: text("r.note"), spare: true, render: (r) => r.note || "–", csv: (r) => r.note },
    {
      key: "act",
      title: text("m.action"),
      render: (r) =>
        r.order !== undefined ? (
          <Link to={`/orders/${r.order}`}>{text("r.order")}</Link>
        ) : r.state === "held" && sell ? (
          <span className="row">
            <button type="button" className="link" onClick={() => setExtending(r)}>
              {text("r.extend")}
            </button>
            <button type="button" className="link" onClick={() => setReleasing(r)}>
              {text("r.release")}
            </button>
          </span>
        ) : (
          ""
        ),
    },
  ];
  const filtered = session !== null || state !== null;
  return (
    <>
      <PageHead
        {...(session === null ? {} : { back: { to: `/sessions/${session}`, label: text("m.session") } })}
        title={text("o.title")}
        lead={text("r.lead")}
      />
      <OffersNav />
      <div className="stack">
        <Card flush>
          <DataTable
            name="reservations"
            label={text("r.title")}
            columns={columns}
            rows={list.rows}
            rowKey={(r) => r.id}
            error={list.error}
            onRetry={list.reload}
            hasMore={list.hasMore}
            more={list.more}
            loading={list.loading}
            filters={
              <>
                <SessionSelect value={session} onChange={setSession} />
                <Select
                  allowClear
                  aria-label={text("m.state")}
                  placeholder={text("m.state")}
                  value={state}
                  onChange={(v) => setState(v ?? null)}
                  options={(["held", "sold", "released", "expired"] as const).map((s) => ({ value: s, label: text(`r.state-${s}`) }))}
                  style={{ minWidth: 130 }}
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
                        setSession(null);
                        setState(null);
                      }}
                    >
                      {text("m.filter-clear")}
                    </button>
                  }
                />
              ) : (
                <Empty title={text("r.none")} lead={text("r.none-lead")} />
              )
            }
          />
        </Card>
        <PolicyCard key={session ?? "all"} session={session} />
      </div>
      {extending !== null && (
        <Extend
          of={extending}
          onClose={(done) => {
            setExtending(null);
            if (done) list.reload();
          }}
        />
      )}
      <StepDialog
        open={releasing !== null}
        danger
        reason
        title={text("r.release-title")}
        lead={text("r.release-lead", { name: releasing?.name ?? "", n: releasing?.places.length ?? 0 })}
        ok={text("r.release")}
        onClose={() => setReleasing(null)}
        run={async (reason) => {
          await http.send("POST", `/api/v1/reservations/${releasing!.id}/release`, { reason: reason.slice(0, 200) });
          toast("success", text("r.released"));
          list.reload();
        }}
      />
    </>
  );
}

function Extend(props: { of: Reservation; onClose: (done: boolean) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [until, setUntil] = useState<Dayjs | null>(dayjs(toWall(props.of.releaseAt))),
    [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null);
  const policy = useLoad<ReservePolicy>(`reserve-policy ${props.of.session}`, (h, s) =>
    h.get("/api/v1/reserve-policy", { session: props.of.session }, s),
  );
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await http.send("POST", `/api/v1/reservations/${props.of.id}/extend`, { until: atVenue(until!.format("YYYY-MM-DDTHH:mm")) });
      toast("success", text("r.extended"));
      props.onClose(true);
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={text("r.extend-title")}
      onCancel={() => props.onClose(false)}
      onOk={() => {
        void run();
      }}
      okText={text("r.extend")}
      cancelText={text("action.cancel")}
      confirmLoading={busy}
      okButtonProps={{ disabled: until === null }}
    >
      <div className="stack">
        {problem !== null && <ProblemNote error={problem} />}
        <label className="mini">
          <span className="label">{text("r.until")}</span>
          <DatePicker
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            value={until}
            onChange={setUntil}
            style={{ width: "100%" }}
          />
          {policy.data?.latest !== undefined && (
            <span className="quiet">{text("r.latest", { time: format.dateTime(policy.data.latest, lang) })}</span>
          )}
        </label>
      </div>
    </Modal>
  );
}

const FIELDS = [
  ["lastMinutes", "r.last-minutes", 0, 43_200],
  ["longestHours", "r.longest-hours", 1, 8760],
  ["maxSeats", "r.max-seats", 1, 1000],
  ["maxPermille", "r.max-permille", 0, 1000],
] as const;
type Rules = Record<(typeof FIELDS)[number][0], number>;

function PolicyCard(props: { session: string | null }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { can } = useMe(),
    loaded = useLoad<ReservePolicy>(`reserve-policy ${props.session ?? ""}`, (h, s) =>
      h.get("/api/v1/reserve-policy", { session: props.session }, s),
    ),
    [draft, setDraft] = useState<Partial<Rules>>({}),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  if (loaded.data === null)
    return (
      <Card title={text("r.policy")}>
        {loaded.error === null ? <Loading lines={3} /> : <ErrorState error={loaded.error} onRetry={loaded.reload} />}
      </Card>
    );
  const p = loaded.data,
    rules: Rules = { lastMinutes: p.lastMinutes, longestHours: p.longestHours, maxSeats: p.maxSeats, maxPermille: p.maxPermille, ...draft },
    edit = can("inventory.manage");
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      loaded.set(
        await http.send<ReservePolicy>(
          "PUT",
          "/api/v1/reserve-policy",
          { ...rules, version: p.version },
          { query: { session: props.session } },
        ),
      );
      setDraft({});
      toast("success", text("m.saved"));
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={text("r.policy")}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <p className="quiet">{text(props.session === null ? "r.policy-all" : p.own ? "r.policy-own" : "r.policy-inherit")}</p>
        {problem !== null && <ProblemNote error={problem} />}
        <div className="two">
          {FIELDS.map(([key, label, min, max]) => (
            <label key={key} className="mini" style={{ marginBottom: 16 }}>
              <span className="label">{text(label)}</span>
              <InputNumber
                min={min}
                max={max}
                precision={0}
                disabled={!edit}
                value={rules[key]}
                onChange={(v) => {
                  if (v !== null) setDraft((d) => ({ ...d, [key]: v }));
                }}
              />
            </label>
          ))}
        </div>
        {edit && (
          <div className="form-end">
            <button type="submit" className="button main" disabled={busy || Object.keys(draft).length === 0}>
              {busy && <span className="busy" aria-hidden="true" />}
              {text("r.policy-save")}
            </button>
          </div>
        )}
      </form>
    </Card>
  );
}
