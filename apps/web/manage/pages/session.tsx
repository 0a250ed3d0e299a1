import { ErrorState, format, Link, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { DatePicker, Modal } from "antd";
import type { Dayjs } from "dayjs";
import { useState, type ReactNode } from "react";
import { atVenue } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { inkOn } from "../lib/plan.ts";
import { Bar, Card, Chip, Facts, PageHead, SESSION_TONE, Stat, StepDialog } from "../lib/parts.tsx";
import type { LiveSession, Meter, Occupancy, RefundTier, Session, SessionState, Show, TicketMap } from "../lib/wire.ts";
import { SessionNav } from "./sessionnav.tsx";
import { HallLink, useHalls } from "./venues.tsx";

export const noId = (id: string | undefined): boolean => id === undefined || id === "" || /^[0-]+$/.test(id);
/** Which state may follow which; the server has the last word. */
const MOVES: Readonly<Record<SessionState, readonly SessionState[]>> = {
  created: ["on_sale", "scheduled", "cancelled"],
  scheduled: ["on_sale", "created", "cancelled"],
  on_sale: ["paused", "closed", "cancelled"],
  paused: ["on_sale", "closed", "cancelled"],
  closed: ["on_sale", "ended", "cancelled"],
  cancelled: [],
  ended: [],
};
const SELLING: readonly SessionState[] = ["on_sale", "paused", "closed"];

export function SessionPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { halls } = useHalls(),
    { can } = useMe();
  const page = useLoad(`session ${props.id}`, async (http, signal) => {
    const session = await http.get<Session>(`/api/v1/sessions/${props.id}`, {}, signal);
    const show = await http.get<Show>(`/api/v1/shows/${session.showId}`, {}, signal);
    return { session, show };
  });
  if (page.data === null) return page.error === null ? <Loading lines={8} /> : <ErrorState error={page.error} onRetry={page.reload} />;
  const { session, show } = page.data,
    at = halls.get(session.hallId),
    selling = SELLING.includes(session.state);
  return (
    <>
      <PageHead
        back={{ to: `/shows/${show.id}`, label: lang === "en" && show.titleEn !== "" ? show.titleEn : show.title }}
        title={format.dateTime(session.startsAt, lang, { now: new Date() })}
        tags={<Chip tone={SESSION_TONE[session.state] ?? "quiet"}>{text(`m.session-${session.state}`)}</Chip>}
        lead={
          <>
            <HallLink at={at} /> · <span className="mono">{session.code}</span>
          </>
        }
        actions={can("show.manage") ? <Moves session={session} onMoved={(s) => page.set({ show, session: s })} /> : undefined}
      />
      <SessionNav session={session} />
      <div className="stack">
        {selling && <Selling id={session.id} />}
        <div className="split">
          <div className="stack">
            {!selling && <MapCard session={session} show={show} onMade={page.reload} />}
            <RulesCard session={session} />
          </div>
          <div className="stack">
            <Card title={text("m.session-about")}>
              <Facts
                columns={1}
                items={[
                  [text("m.doors"), format.dateTime(session.doorsAt, lang)],
                  [text("m.ends"), format.dateTime(session.endsAt, lang)],
                  [text("m.audience"), text("m.persons", { n: format.count(session.audience) })],
                  [text("m.approval"), show.approvals.find((a) => a.version === session.approvalVersion)?.number],
                  ...(session.opensAt === undefined ? [] : [[text("m.opens"), format.dateTime(session.opensAt, lang)] as const]),
                ]}
              />
            </Card>
          </div>
        </div>
      </div>
    </>
  );
}

/** Live: what is sold of each zone, and who is inside. */
function Selling(props: { id: string }): ReactNode {
  const text = useT(),
    { can } = useMe();
  const live = useLoad<LiveSession>(`live ${props.id}`, (h, s) => h.get(`/api/v1/shop/sessions/${props.id}`, {}, s), 15_000);
  const inside = useLoad<Occupancy>(
    can("gate.read") ? `inside ${props.id}` : null,
    (h, s) => h.get(`/api/v1/gate/sessions/${props.id}/occupancy`, {}, s),
    15_000,
  );
  if (live.data === null)
    return live.error === null ? (
      <div className="stats">
        <Stat label={text("m.sold")} value="…" />
      </div>
    ) : (
      <ProblemNote error={live.error} />
    );
  const zones = live.data.zones ?? [],
    c = live.data.counts,
    amount = zones.reduce((sum, z) => sum + z.sold * z.price, 0),
    places = c === undefined ? 0 : c.free + c.held + c.sold;
  return (
    <>
      <div className="stats">
        <Stat
          label={text("m.sold")}
          value={c === undefined ? "–" : format.count(c.sold)}
          note={
            c === undefined
              ? text("m.live-none")
              : text("m.of-places", { n: format.count(places), share: format.percent(places === 0 ? 0 : c.sold / places) })
          }
        />
        <Stat label={text("m.face-value")} value={format.price(amount)} note={text("m.face-value-note")} />
        <Stat label={text("m.being-bought")} value={c === undefined ? "–" : format.count(c.held)} />
        <Stat label={text("m.left")} value={c === undefined ? "–" : format.count(c.free)} />
        {inside.data !== null && (
          <Stat
            label={text("m.inside")}
            value={format.count(inside.data.inside)}
            note={text("m.approved-n", { n: format.count(inside.data.approved) })}
          />
        )}
      </div>
      {zones.length > 0 && (
        <Card
          title={text("m.zones")}
          actions={
            <Link to={`/sessions/${props.id}/map`} className="button small">
              {text(can("price.manage") ? "m.map-open" : "m.map-look")}
            </Link>
          }
        >
          <div className="zone-bars">
            {zones.map((z) => {
              const all = z.free + z.held + z.sold;
              return (
                <div key={z.no}>
                  <span className="zone-name">
                    <b className="swatch" style={{ background: z.color, color: inkOn(z.color) }}>
                      {z.letter}
                    </b>
                    {z.name}
                  </span>
                  <Bar value={z.sold} total={all} label={z.name} />
                  <span className="quiet nowrap">
                    {format.count(z.sold)} / {format.count(all)}
                  </span>
                  <span className="nowrap">{format.price(z.price)}</span>
                </div>
              );
            })}
          </div>
        </Card>
      )}
    </>
  );
}

/** The ticket map in short: zones with prices and how it stands to the rules. */
function MapCard(props: { session: Session; show: Show; onMade: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { can } = useMe(),
    { session, show } = props,
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const map = useLoad(noId(session.mapId) ? null : `map-card ${session.mapId}`, async (h, s) => {
    const [m, meter] = await Promise.all([
      h.get<TicketMap>(`/api/v1/maps/${session.mapId}`, {}, s),
      h.get<Meter>(`/api/v1/maps/${session.mapId}/meter`, {}, s),
    ]);
    return { m, meter };
  });
  const make = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await http.send("POST", `/api/v1/plans/${session.planId}/maps`, {
        name: `${show.title} ${session.code}`.slice(0, 100),
        sessionId: session.id,
        approved: session.audience,
      });
      props.onMade();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  if (noId(session.mapId)) {
    return (
      <Card title={text("m.map")}>
        {problem !== null && <ProblemNote error={problem} />}
        <p className="quiet">{text("m.map-none-lead")}</p>
        {can("map.manage") && (
          <div className="row" style={{ marginTop: 12 }}>
            <button
              type="button"
              className="button main"
              disabled={busy}
              onClick={() => {
                void make();
              }}
            >
              {busy && <span className="busy" aria-hidden="true" />}
              {text("m.map-make")}
            </button>
          </div>
        )}
      </Card>
    );
  }
  if (map.data === null)
    return <Card title={text("m.map")}>{map.error === null ? <Loading /> : <ErrorState error={map.error} onRetry={map.reload} />}</Card>;
  const { m, meter } = map.data,
    prices = m.zones.map((z) => z.price),
    style = format.priceStyle(prices),
    unpriced = m.zones.filter((z) => z.price === 0 && (z.kind === "public" || z.kind === "package")).length;
  return (
    <Card
      title={text("m.map")}
      actions={
        <Link
          to={`/sessions/${session.id}/map`}
          className={unpriced > 0 && session.state === "created" ? "button main small" : "button small"}
        >
          {text(can("price.manage") ? "m.map-open" : "m.map-look")}
        </Link>
      }
    >
      <div className="stack">
        {unpriced > 0 && (
          <div className="note warning">
            <div className="body">{text("m.map-unpriced", { n: unpriced })}</div>
          </div>
        )}
        {!meter.publicOk && (
          <div className="note warning">
            <div className="body">
              {text("m.map-share-low", {
                public: format.count(meter.public),
                required: format.count(meter.required),
                percent: meter.percent,
              })}
            </div>
          </div>
        )}
        <div className="zone-bars">
          {m.zones.map((z) => (
            <div key={z.no}>
              <span className="zone-name">
                <b className="swatch" style={{ background: z.color, color: inkOn(z.color) }}>
                  {z.letter}
                </b>
                {z.name}
              </span>
              <Bar value={meter.byZone[z.no] ?? 0} total={meter.places} label={z.name} />
              <span className="quiet nowrap">{text("m.places", { n: format.count(meter.byZone[z.no] ?? 0) })}</span>
              <span className="nowrap">{format.price(z.price, style)}</span>
            </div>
          ))}
        </div>
      </div>
    </Card>
  );
}

export const tierText = (t: (key: string, params?: Record<string, string | number>) => string, tier: RefundTier): string =>
  t("m.tier-text", {
    hours:
      tier.hoursBefore >= 48 && tier.hoursBefore % 24 === 0
        ? t("m.days-n", { n: tier.hoursBefore / 24 })
        : t("m.hours-n", { n: tier.hoursBefore }),
    fee: tier.feePerMille === 0 ? t("m.free") : `${tier.feePerMille / 10}%`,
  });

function RulesCard(props: { session: Session }): ReactNode {
  const text = useT(),
    r = props.session.rules,
    names = (["perTicket", "perOrder", "atEntry"] as const).filter((k) => r.realName[k]).map((k) => text(`m.real-${k}`));
  return (
    <Card title={text("m.session-rules")}>
      <Facts
        items={[
          [text("m.real-name"), names.length === 0 ? text("m.real-none") : names.join(text("m.comma"))],
          [text("m.max-tickets"), `${r.maxTickets} ${text("m.tickets-unit")}`],
          [text("m.hold-minutes"), text("m.minutes-n", { n: r.holdMinutes })],
          [text("m.bind-before"), text("m.hours-n", { n: r.bindBeforeHours })],
        ]}
      />
      <h3 className="sub">{text("m.refund-tiers")}</h3>
      {(r.refunds ?? []).length === 0 ? (
        <p className="quiet">{text("m.refund-never")}</p>
      ) : (
        <ul className="plain">
          {r.refunds.map((t) => (
            <li key={t.hoursBefore}>{tierText(text, t)}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Moves(props: { session: Session; onMoved: (s: Session) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    { session } = props,
    [refunding, setRefunding] = useState(false),
    [step, setStep] = useState<SessionState | null>(null),
    [opens, setOpens] = useState<Dayjs | null>(null),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const live = useLoad<LiveSession>(step === "cancelled" && SELLING.includes(session.state) ? `cancel ${session.id}` : null, (h, s) =>
    h.get(`/api/v1/shop/sessions/${session.id}`, {}, s),
  );
  const move = async (to: SessionState, more: object = {}, reason?: string): Promise<void> => {
    const next = await http.send<Session>(
      "POST",
      `/api/v1/sessions/${session.id}/state`,
      { to, ...more },
      reason === undefined ? {} : { reason },
    );
    toast("success", text("m.moved", { state: text(`m.session-${next.state}`) }));
    props.onMoved(next);
  };
  const refundAll = async (reason: string): Promise<void> => {
    const { orders } = await http.send<{ orders: number }>("POST", `/api/v1/sessions/${session.id}/mass-refund`, undefined, { reason });
    toast("success", text("m.mass-done", { n: orders }));
  };
  const schedule = async (): Promise<void> => {
    if (opens === null) return;
    setBusy(true);
    setProblem(null);
    try {
      await move("scheduled", { opensAt: atVenue(opens.format("YYYY-MM-DDTHH:mm")) });
      setStep(null);
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const zones = live.data?.zones ?? [],
    sold = zones.reduce((n, z) => n + z.sold, 0),
    amount = zones.reduce((n, z) => n + z.sold * z.price, 0);
  return (
    <>
      {MOVES[session.state].map((to) => (
        <button
          key={to}
          type="button"
          className={to === "on_sale" ? "button main" : to === "cancelled" ? "button danger" : "button"}
          onClick={() => {
            setProblem(null);
            setStep(to);
          }}
        >
          {text(`m.move-${session.state === "scheduled" && to === "created" ? "unschedule" : to}`)}
        </button>
      ))}
      <StepDialog
        open={step !== null && step !== "scheduled" && step !== "cancelled"}
        title={step === null ? "" : text(`m.move-${session.state === "scheduled" && step === "created" ? "unschedule" : step}`)}
        ok={step === null ? "" : text(`m.move-${session.state === "scheduled" && step === "created" ? "unschedule" : step}`)}
        onClose={() => setStep(null)}
        lead={
          step === null
            ? ""
            : text(`m.move-${step}-lead`, { when: format.dateTime(session.startsAt, lang), n: format.count(session.audience) })
        }
        run={() => move(step!)}
      />
      <StepDialog
        open={step === "cancelled"}
        danger
        reason
        title={text("m.move-cancelled")}
        ok={text("m.cancel-ok", { n: format.count(sold) })}
        onClose={() => setStep(null)}
        lead={
          <div className="stack tight">
            <p>{sold > 0 ? text("m.cancel-lead", { n: format.count(sold), amount: format.price(amount) }) : text("m.cancel-lead-none")}</p>
            <p className="quiet">{text("m.cancel-rule")}</p>
          </div>
        }
        run={async (reason) => {
          await move("cancelled", {}, reason);
          if (can("sales.refund.approve") && sold > 0) await refundAll(reason);
        }}
      />
      {session.state === "cancelled" && can("sales.refund.approve") && (
        <button type="button" className="button" onClick={() => setRefunding(true)}>
          {text("m.mass")}
        </button>
      )}
      <StepDialog
        open={refunding}
        danger
        reason
        title={text("m.mass")}
        lead={text("m.mass-lead")}
        ok={text("m.mass")}
        onClose={() => setRefunding(false)}
        run={refundAll}
      />
      <Modal
        open={step === "scheduled"}
        title={text("m.move-scheduled")}
        onCancel={() => setStep(null)}
        onOk={() => {
          void schedule();
        }}
        okText={text("m.move-scheduled")}
        cancelText={text("action.cancel")}
        confirmLoading={busy}
        okButtonProps={{ disabled: opens === null }}
        destroyOnHidden
      >
        <div className="stack">
          {problem !== null && <ProblemNote error={problem} />}
          <label className="mini">
            <span className="label">{text("m.opens")}</span>
            <DatePicker
              value={opens}
              onChange={setOpens}
              showTime={{ format: "HH:mm", minuteStep: 5 }}
              format="YYYY-MM-DD HH:mm"
              needConfirm={false}
            />
          </label>
        </div>
      </Modal>
    </>
  );
}
