/** The two signatures on a day's total (日结), and the days that still want them. */
import { format, Link, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Input, Modal, Radio } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, type Tone } from "../lib/parts.tsx";
import "./daysign-messages.ts";

export type DayState = "open" | "half" | "signed";
export interface DaySign {
  readonly by: string;
  readonly name: string;
  readonly at: string;
  readonly shifts: number;
  readonly total: number;
  readonly difference: number;
  readonly note: string;
  readonly current: boolean;
}
const TONE: Readonly<Record<DayState, Tone>> = { open: "warning", half: "info", signed: "success" };
const yuan = (fen: number): string => `${fen < 0 ? "−" : ""}${format.price(Math.abs(fen), "full")}`;

export function DayChip(props: { state: DayState }): ReactNode {
  const text = useT();
  return <Chip tone={TONE[props.state]}>{text(`ds.${props.state}`)}</Chip>;
}

/** Both lines to sign, filled or not, and what was signed before the sums changed. */
export function Signatures(props: { signed: readonly DaySign[] }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    now = props.signed.filter((s) => s.current).slice(0, 2),
    line = (s: DaySign): string => text("ds.line", { n: s.shifts, total: yuan(s.total), diff: yuan(s.difference) });
  return (
    <>
      <dl className="day-signs">
        {["ds.first", "ds.second"].map((label, i) => {
          const s = now[i];
          return (
            <div key={label}>
              <dt>{text(label)}</dt>
              <dd>
                {s === undefined ? (
                  <span className="quiet">{text("ds.nobody")}</span>
                ) : (
                  <>
                    <b>{s.name}</b> {format.dateTime(s.at, lang)}
                    <small className="quiet">
                      {line(s)}
                      {s.note === "" ? "" : ` · ${s.note}`}
                    </small>
                  </>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {props.signed
        .filter((s) => !s.current)
        .map((s) => (
          <p key={`${s.by} ${s.at}`} className="quiet small">
            {s.name} {format.dateTime(s.at, lang)} · {line(s)} · {text("ds.changed")}
          </p>
        ))}
    </>
  );
}

/** Who signs, by PIN or password: oneself, or a colleague who stands at this screen. */
export function SignDay(props: {
  state: DayState;
  path: string;
  sums: string;
  signed: readonly DaySign[];
  onClose: () => void;
  onSigned: (day: unknown) => void;
}): ReactNode {
  const text = useT(),
    http = useHttp(),
    { me } = useMe(),
    mine = props.signed.some((s) => s.current && s.by.endsWith(me.id)),
    [other, setOther] = useState(mine),
    [login, setLogin] = useState(""),
    [secret, setSecret] = useState(""),
    [note, setNote] = useState(""),
    [tried, setTried] = useState(false),
    [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null),
    title = text(props.state === "half" ? "ds.countersign" : "ds.sign");
  const sign = async (): Promise<void> => {
    setTried(true);
    setProblem(null);
    if (secret === "" || (other && login.trim() === "")) return;
    setBusy(true);
    try {
      props.onSigned(await http.send("POST", props.path, { ...(other ? { login: login.trim() } : {}), password: secret, note }));
      toast("success", text("ds.done"));
    } catch (e) {
      setProblem(e);
      setSecret("");
    } finally {
      setBusy(false);
    }
  };
  const need = (empty: boolean): ReactNode =>
    tried &&
    empty && (
      <span className="error" role="alert">
        {text("ds.need")}
      </span>
    );
  return (
    <Modal
      open
      title={title}
      okText={title}
      confirmLoading={busy}
      onCancel={props.onClose}
      onOk={() => {
        void sign();
      }}
    >
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void sign();
        }}
      >
        <p>{text("ds.lead")}</p>
        <p>
          <b>{props.sums}</b>
        </p>
        {problem !== null && <ProblemNote error={problem} />}
        <Radio.Group
          aria-label={text("ds.who")}
          value={other}
          onChange={(e) => setOther(e.target.value as boolean)}
          options={[
            { value: false, label: text("ds.me", { name: me.name }), disabled: mine },
            { value: true, label: text("ds.other") },
          ]}
        />
        {other && (
          <label className="mini">
            <span className="label">{text("ds.login")}</span>
            <Input
              autoComplete="off"
              maxLength={64}
              status={tried && login.trim() === "" ? "error" : ""}
              value={login}
              onChange={(e) => setLogin(e.target.value)}
            />
            {need(login.trim() === "")}
          </label>
        )}
        <label className="mini">
          <span className="label">{text("ds.secret")}</span>
          <Input.Password
            autoComplete="new-password"
            maxLength={200}
            status={tried && secret === "" && problem === null ? "error" : ""}
            value={secret}
            onChange={(e) => setSecret(e.target.value)}
          />
          {need(secret === "" && problem === null)}
        </label>
        <label className="mini">
          <span className="label">{text("ds.note")}</span>
          <Input maxLength={500} value={note} onChange={(e) => setNote(e.target.value)} />
        </label>
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

interface Line {
  readonly day: string;
  readonly state: DayState;
  readonly total: number;
  readonly difference: number;
  readonly names: readonly string[];
}
/** The last days with shifts; round asks anew when a day was signed. */
export function RecentDays(props: { until: string; venue: string; round: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data, error, reload } = useLoad(`days ${props.until} ${props.venue} ${props.round}`, (h, s) =>
      h.get<{ items: readonly Line[] }>(
        `/api/v1/day-totals`,
        { until: props.until, ...(props.venue === "" ? {} : { venue: props.venue }) },
        s,
      ),
    );
  return (
    <Card flush title={text("ds.recent")}>
      <DataTable
        name="day-recent"
        label={text("ds.recent")}
        rows={data?.items ?? null}
        error={error}
        onRetry={reload}
        rowKey={(d) => d.day}
        empty={<Empty title={text("ds.recent-none")} />}
        columns={[
          {
            key: "day",
            title: text("ds.day"),
            render: (d) => <Link to={`/day-totals/${d.day}`}>{format.date(`${d.day}T12:00:00+08:00`, lang)}</Link>,
            csv: (d) => d.day,
          },
          { key: "total", title: text("mt.d-total"), num: true, render: (d) => yuan(d.total), csv: (d) => d.total / 100 },
          {
            key: "difference",
            title: text("mt.d-difference"),
            num: true,
            render: (d) => yuan(d.difference),
            csv: (d) => d.difference / 100,
          },
          {
            key: "names",
            title: text("ds.names"),
            render: (d) => (d.names.length === 0 ? "–" : d.names.join(text("m.comma"))),
            csv: (d) => d.names.join(" "),
          },
          { key: "state", title: text("ds.state"), render: (d) => <DayChip state={d.state} />, csv: (d) => text(`ds.${d.state}`) },
        ]}
      />
    </Card>
  );
}
