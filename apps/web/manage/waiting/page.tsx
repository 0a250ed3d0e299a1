import { ApiProblem } from "@parterre/api";
import { ErrorState, format, Loading, toast, useLanguage, useT } from "@parterre/ui";
import { DatePicker, Form, InputNumber, Radio } from "antd";
import { useState, type ReactNode } from "react";
import { asDayjs, atVenue, DraftFormView, toWall, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Bar, Card, Chip, PageHead, Stat, StepDialog } from "../lib/parts.tsx";
import type { Session, Show } from "../lib/wire.ts";
import { SessionNav } from "../pages/sessionnav.tsx";
import { LineHistory, type Sample } from "./chart.tsx";
import "./messages.ts";
import "./waiting.css";

interface Settings {
  readonly enabled: boolean;
  readonly opensAt: string;
  readonly measured: boolean;
  readonly low: number;
  readonly high: number;
  readonly inside: number;
  readonly passMinutes: number;
}
interface Room extends Settings {
  readonly version: number;
  readonly commitment: string;
  readonly history: readonly Sample[] | null;
  readonly meter: {
    readonly came: number;
    readonly drawn?: number;
    readonly admitted: number;
    readonly waiting: number;
    readonly called: number;
    readonly inside: number;
    readonly passed: number;
    readonly perMinute: number;
    readonly confirmed: number;
  };
}

/** A session's waiting room: how it stands, how it went, and what it does. */
export function WaitingPage(props: { session: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [step, setStep] = useState(false);
  const about = useLoad(`waiting-about ${props.session}`, async (h, signal) => {
    const session = await h.get<Session>(`/api/v1/sessions/${props.session}`, {}, signal);
    return { session, show: await h.get<Show>(`/api/v1/shows/${session.showId}`, {}, signal) };
  });
  const room = useLoad<Room>(`waiting ${props.session}`, (h, s) => h.get(`/api/v1/sessions/${props.session}/queue`, {}, s), 2000);
  if (room.data === null || about.data === null) {
    const error = room.error ?? about.error;
    return error === null ? (
      <Loading lines={8} />
    ) : (
      <ErrorState
        error={error}
        onRetry={() => {
          room.reload();
          about.reload();
        }}
      />
    );
  }
  const r = room.data,
    { session, show } = about.data,
    may = can("show.manage");
  const put = async (change: Partial<Settings>): Promise<void> => {
    const { enabled, opensAt, measured, low, high, inside, passMinutes } = { ...r, ...change };
    try {
      room.set(
        await http.send<Room>("PUT", `/api/v1/sessions/${props.session}/queue`, {
          enabled,
          opensAt,
          measured,
          low,
          high,
          inside,
          passMinutes,
          version: r.version,
        }),
      );
    } catch (e) {
      if (e instanceof ApiProblem && e.document.code === "waiting.version") {
        room.reload();
        toast("warning", text("w.changed-elsewhere"));
      }
      throw e;
    }
  };
  return (
    <>
      <PageHead
        back={{
          to: `/sessions/${session.id}`,
          label: `${lang === "en" && show.titleEn !== "" ? show.titleEn : show.title} ${format.dateTime(session.startsAt, lang)}`,
        }}
        title={text("w.title")}
        tags={<Chip tone={r.enabled ? "success" : "quiet"}>{text(r.enabled ? "w.open" : "w.closed")}</Chip>}
        lead={text("w.lead")}
        actions={
          may ? (
            <button type="button" className={r.enabled ? "button danger" : "button main"} onClick={() => setStep(true)}>
              {text(r.enabled ? "w.stop" : "w.start")}
            </button>
          ) : undefined
        }
      />
      <SessionNav session={session} />
      <div className="stack">
        {r.version > 0 && <Now room={r} />}
        <div className="split">
          <div className="stack">
            <Card title={text("w.chart")}>
              {(r.history ?? []).length === 0 ? <p className="quiet">{text("w.chart-none")}</p> : <LineHistory samples={r.history!} />}
            </Card>
          </div>
          <div className="stack">
            <SettingsCard key={r.version} room={r} may={may} put={put} />
            {r.version > 0 && (
              <Card title={text("w.commitment")}>
                <p className="mono">{r.commitment}</p>
                <p className="quiet">{text("w.commitment-hint")}</p>
              </Card>
            )}
          </div>
        </div>
      </div>
      <StepDialog
        open={step}
        danger={r.enabled}
        title={text(r.enabled ? "w.stop" : "w.start")}
        ok={text(r.enabled ? "w.stop" : "w.start")}
        onClose={() => setStep(false)}
        lead={
          r.enabled
            ? text("w.stop-lead", { n: format.count(r.meter.waiting + r.meter.called) })
            : text("w.start-lead", { at: format.dateTime(r.opensAt, lang) })
        }
        run={() => put({ enabled: !r.enabled })}
      />
    </>
  );
}

/** The way through the room, from the line to the hall, with how full each stretch is. */
function Now(props: { room: Room }): ReactNode {
  const text = useT(),
    { room } = props,
    m = room.meter,
    minutes = Math.ceil(m.waiting / Math.max(1, m.perMinute));
  return (
    <>
      <div className="stats">
        <Stat
          label={text("w.waiting")}
          value={format.count(m.waiting)}
          note={
            m.drawn === undefined ? text("w.before") : m.waiting === 0 ? text("w.eta-none") : text("w.eta", { n: format.count(minutes) })
          }
        />
        <Stat label={text("w.inside")} value={format.count(m.inside)} note={text("w.inside-of", { n: format.count(room.inside) })} />
        <Stat label={text("w.passed")} value={format.count(m.passed)} note={text("w.came", { n: format.count(m.came) })} />
        <Stat
          label={text("w.pace")}
          value={text("w.per-minute", { n: format.count(m.perMinute) })}
          note={text(room.measured ? "w.measured" : "w.fixed")}
        />
        <Stat label={text("w.confirmed")} value={format.count(m.confirmed)} />
      </div>
      <Card title={text("w.picture")}>
        <ol className="flow">
          <li>
            <b>{format.count(m.waiting)}</b>
            <span>{text("w.waiting")}</span>
            <Crowd n={m.waiting} />
          </li>
          <li>
            <b>{format.count(m.called)}</b>
            <span>{text("w.called")}</span>
            <Crowd n={m.called} />
          </li>
          <li>
            <b>{format.count(m.inside)}</b>
            <span>{text("w.inside")}</span>
            <Bar value={m.inside} total={room.inside} label={text("w.inside")} tone={m.inside >= room.inside ? "warning" : "success"} />
          </li>
          <li>
            <b>{format.count(m.passed)}</b>
            <span>{text("w.passed")}</span>
            {m.drawn !== undefined && <small className="quiet">{text("w.drawn", { n: format.count(m.drawn) })}</small>}
          </li>
        </ol>
      </Card>
    </>
  );
}

/** A head for every person up to 60; beyond that one stands for more. */
function Crowd(props: { n: number }): ReactNode {
  const each = Math.max(1, Math.ceil(props.n / 60)),
    heads = Math.ceil(props.n / each);
  return (
    <span className="crowd" aria-hidden="true" title={each > 1 ? `● = ${each}` : undefined}>
      {Array.from({ length: heads }, (_, i) => (
        <i key={i} />
      ))}
    </span>
  );
}

interface Fields {
  opensAt: string;
  measured: boolean;
  low: number;
  high: number;
  inside: number;
  passMinutes: number;
}
function SettingsCard(props: { room: Room; may: boolean; put: (change: Partial<Settings>) => Promise<void> }): ReactNode {
  const text = useT(),
    { room } = props,
    begun = room.meter.drawn !== undefined;
  const draft = useDraftForm<Fields>(
    `waiting ${room.commitment} ${room.version}`,
    {
      opensAt: toWall(room.opensAt),
      measured: room.measured,
      low: room.low,
      high: room.high,
      inside: room.inside,
      passMinutes: room.passMinutes,
    },
    async (v) => {
      await props.put({ ...v, opensAt: begun ? room.opensAt : atVenue(v.opensAt) });
      toast("success", text("w.saved"));
    },
  );
  const whole = (min: number, max: number): object => ({ type: "integer", min, max, message: text("m.range", { min, max }) });
  const need = { required: true, message: text("m.required") };
  return (
    <Card title={text("w.settings")}>
      <fieldset disabled={!props.may} className="bare">
        <DraftFormView draft={draft} submit={text("w.save")} quiet>
          <Form.Item name="opensAt" label={text("w.opens-at")} extra={text("w.opens-hint")} rules={[need]} {...asDayjs}>
            <DatePicker disabled={begun || !props.may} showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" needConfirm={false} />
          </Form.Item>
          <Form.Item name="measured" label={text("w.mode")} rules={[need]} extra={text("w.measured-hint")}>
            <Radio.Group
              options={[
                { value: true, label: text("w.measured") },
                { value: false, label: text("w.fixed") },
              ]}
            />
          </Form.Item>
          <div className="two">
            <Form.Item name="low" label={text("w.low")} rules={[need, whole(1, 100_000)]}>
              <InputNumber controls={false} />
            </Form.Item>
            <Form.Item
              name="high"
              label={text("w.high")}
              dependencies={["low"]}
              rules={[
                need,
                whole(1, 100_000),
                ({ getFieldValue }) => ({
                  validator: (_, v: number) =>
                    v >= Number(getFieldValue("low")) ? Promise.resolve() : Promise.reject(new Error(text("w.high-low"))),
                }),
              ]}
            >
              <InputNumber controls={false} />
            </Form.Item>
            <Form.Item name="inside" label={text("w.inside-max")} rules={[need, whole(1, 1_000_000)]}>
              <InputNumber controls={false} />
            </Form.Item>
            <Form.Item name="passMinutes" label={text("w.pass-minutes")} rules={[need, whole(1, 120)]}>
              <InputNumber controls={false} />
            </Form.Item>
          </div>
        </DraftFormView>
      </fieldset>
    </Card>
  );
}
