import { ErrorState, format, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, Input, InputNumber, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { atVenue } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Chip, Facts } from "../lib/parts.tsx";
import { HOLD_REASONS, type Allotment, type HoldReason, type Meter, type PlanInfo, type Session, type TicketMap } from "../lib/wire.ts";
import { CHANNEL_NAMES, CHANNELS, nameIn } from "../prices/rules.ts";

type Tool = "allot" | "split" | "move" | "series";
interface Moved {
  readonly map: TicketMap;
  readonly meter: Meter;
  readonly dropped: readonly number[] | null;
  readonly added: number;
  readonly gone: readonly number[];
  readonly goneNames: readonly string[];
  readonly buffered: readonly number[];
  readonly bufferedNames: readonly string[];
  readonly come: readonly number[];
  readonly comeNames: readonly string[];
  readonly areas: readonly { readonly area: string; readonly label: string; readonly was: number; readonly now: number }[];
}

/** What is done to the saved map as a whole: allotments, sub-zones, another plan version, other sessions. */
export function More(props: { session: Session; map: TicketMap; dirty: boolean; onChange: () => void }): ReactNode {
  const text = useT(),
    { can } = useMe(),
    [open, setOpen] = useState<Tool | null>(null),
    prices = can("price.manage"),
    design = can("map.manage");
  const tools: readonly Tool[] = [
    ...(prices || design ? ["allot" as const] : []),
    ...(prices ? ["split" as const, "series" as const] : []),
    ...(design ? ["move" as const] : []),
  ];
  const done = (): void => {
    setOpen(null);
    toast("success", text("m.saved"));
    props.onChange();
  };
  if (tools.length === 0) return null;
  return (
    <>
      <Select
        aria-label={text("m.mt")}
        size="small"
        value={null}
        placeholder={text("m.mt")}
        style={{ minWidth: 110 }}
        popupMatchSelectWidth={false}
        onChange={(t: Tool | null) => setOpen(t)}
        options={tools.map((t) => ({ value: t, label: text(`m.mt-${t}`) }))}
      />
      <Modal
        open={open !== null}
        title={open === null ? "" : text(`m.mt-${open}`)}
        onCancel={() => setOpen(null)}
        footer={null}
        width={640}
        destroyOnHidden
      >
        {props.dirty && (
          <div className="note warning" role="alert">
            <div className="body">{text("m.mt-dirty")}</div>
          </div>
        )}
        {open === "allot" && <Allot {...props} onDone={done} />}
        {open === "split" && <SplitForm {...props} onDone={done} />}
        {open === "move" && <Move {...props} onDone={done} />}
        {open === "series" && <SeriesForm {...props} onDone={done} />}
      </Modal>
    </>
  );
}

interface Part {
  readonly session: Session;
  readonly map: TicketMap;
  readonly dirty: boolean;
  readonly onDone: () => void;
}

function useDo(onDone: () => void): { busy: boolean; problem: unknown; run: (work: () => Promise<unknown>) => void } {
  const [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null);
  return {
    busy,
    problem,
    run: (work) => {
      setBusy(true);
      setProblem(null);
      work()
        .then(onDone, setProblem)
        .finally(() => setBusy(false));
    },
  };
}

const seatsOf = (a: {
  readonly seats: readonly (readonly [number, number])[] | null;
  readonly areas: readonly { readonly count: number }[] | null;
}): number => (a.seats ?? []).reduce((n, [x, y]) => n + y - x + 1, 0) + (a.areas ?? []).reduce((n, x) => n + x.count, 0);

/** Channel allotments (渠道配额): places painted as a hold become a channel's own, with a date on which the rest goes to the public. */
function Allot(props: Part): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    l = lang === "en" ? "en" : "zh",
    http = useHttp(),
    { can } = useMe(),
    { map } = props,
    list = map.allotments ?? [],
    { busy, problem, run } = useDo(props.onDone);
  const holds = HOLD_REASONS.filter((r) => map.holds.some((h) => h.reason === r)),
    [from, setFrom] = useState<HoldReason | null>(holds.includes("reserved") ? "reserved" : (holds[0] ?? null)),
    [name, setName] = useState(""),
    [channel, setChannel] = useState<Allotment["channel"]>("agent"),
    [release, setRelease] = useState("");
  const put = (change: { holds?: TicketMap["holds"]; allotments: readonly Allotment[] }): void =>
    run(() =>
      http.send("PUT", `/api/v1/maps/${map.id}${can("price.manage") ? "" : "/painting"}`, {
        version: map.version,
        zones: map.zones,
        holds: change.holds ?? map.holds,
        allotments: change.allotments,
      }),
    );
  const add = (): void => {
    const mine = map.holds.filter((h) => h.reason === from),
      no = list.reduce((n, a) => Math.max(n, a.no), 0) + 1;
    put({
      holds: map.holds.filter((h) => h.reason !== from),
      allotments: [
        ...list,
        {
          no,
          name: name.trim(),
          channel,
          ...(release === "" ? {} : { release: atVenue(release) }),
          seats: mine.flatMap((h) => [...h.seats]),
          areas: mine.flatMap((h) => [...h.areas]),
        },
      ],
    });
  };
  return (
    <div className="stack">
      <p className="quiet">{text("m.ma-lead")}</p>
      {problem !== null && <ProblemNote error={problem} />}
      {list.length === 0 ? (
        <p>{text("m.ma-none")}</p>
      ) : (
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{text("m.ma-name")}</th>
              <th scope="col">{text("m.ma-channel")}</th>
              <th scope="col" className="num">
                {text("m.ma-seats")}
              </th>
              <th scope="col">{text("m.ma-release")}</th>
              <th scope="col">
                <span className="visually-hidden">{text("m.ma-back")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((a) => (
              <tr key={a.no}>
                <td>{a.name}</td>
                <td>{nameIn(CHANNEL_NAMES, a.channel, l)}</td>
                <td className="num">{format.count(seatsOf(a))}</td>
                <td>
                  {a.released === true ? (
                    <Chip tone="quiet">{text("m.ma-released")}</Chip>
                  ) : a.release === undefined || a.release === null ? (
                    text("m.ma-never")
                  ) : (
                    format.dateTime(a.release, lang)
                  )}
                </td>
                <td>
                  <button
                    type="button"
                    className="button small"
                    disabled={busy || props.dirty}
                    onClick={() => put({ allotments: list.filter((x) => x.no !== a.no) })}
                  >
                    {text("m.ma-back")}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {holds.length === 0 ? (
        <p className="quiet">{text("m.ma-paint")}</p>
      ) : (
        <fieldset className="rule-form">
          <div className="form-grid">
            <label className="mini">
              <span className="label">{text("m.ma-from")}</span>
              <Select
                value={from}
                onChange={setFrom}
                options={holds.map((r) => ({
                  value: r,
                  label: `${text(`m.hold-${r}`)} (${format.count(map.holds.filter((h) => h.reason === r).reduce((n, h) => n + seatsOf(h), 0))})`,
                }))}
              />
            </label>
            <label className="mini">
              <span className="label">{text("m.ma-name")}</span>
              <Input value={name} maxLength={40} onChange={(e) => setName(e.target.value)} />
            </label>
            <label className="mini">
              <span className="label">{text("m.ma-channel")}</span>
              <Select
                value={channel}
                onChange={setChannel}
                options={CHANNELS.map((c) => ({ value: c, label: nameIn(CHANNEL_NAMES, c, l) }))}
              />
            </label>
            <label className="mini">
              <span className="label">{text("m.ma-release")}</span>
              <Input type="datetime-local" value={release} onChange={(e) => setRelease(e.target.value)} />
            </label>
          </div>
          <div>
            <button
              type="button"
              className="button main"
              disabled={busy || props.dirty || name.trim() === "" || from === null}
              onClick={add}
            >
              {text("m.ma-add")}
            </button>
          </div>
        </fieldset>
      )}
    </div>
  );
}

/** Parts a zone into sub-zones by seat quality. */
function SplitForm(props: Part): ReactNode {
  const text = useT(),
    http = useHttp(),
    { map } = props,
    [zone, setZone] = useState(map.zones[0]?.no ?? 0),
    [bands, setBands] = useState(2),
    [step, setStep] = useState(20),
    { busy, problem, run } = useDo(props.onDone),
    z = map.zones.find((x) => x.no === zone);
  return (
    <div className="stack">
      <p className="quiet">{text("m.ms-lead")}</p>
      {problem !== null && <ProblemNote error={problem} />}
      <div className="form-grid">
        <label className="mini">
          <span className="label">{text("m.zone")}</span>
          <Select value={zone} onChange={setZone} options={map.zones.map((x) => ({ value: x.no, label: `${x.letter} ${x.name}` }))} />
        </label>
        <label className="mini">
          <span className="label">{text("m.ms-bands")}</span>
          <InputNumber min={2} max={8} precision={0} value={bands} onChange={(v) => setBands(v ?? 2)} />
        </label>
        <label className="mini">
          <span className="label">{text("m.ms-step")}</span>
          <InputNumber min={0} max={9_999_999} precision={2} value={step} onChange={(v) => setStep(v ?? 0)} />
        </label>
      </div>
      {z !== undefined && (
        <p role="status">{Array.from({ length: bands }, (_, i) => format.price(z.price - i * Math.round(step * 100))).join(" → ")}</p>
      )}
      <div>
        <button
          type="button"
          className="button main"
          disabled={busy || props.dirty}
          onClick={() =>
            run(() =>
              http.send("POST", `/api/v1/maps/${map.id}/zones/${zone}/split`, {
                version: map.version,
                bands,
                step: Math.round(step * 100),
              }),
            )
          }
        >
          {text("m.ms-go")}
        </button>
      </div>
    </div>
  );
}

/** Another version of the hall's plan: what would change is shown before it is done. */
function Move(props: Part): ReactNode {
  const text = useT(),
    http = useHttp(),
    { map, session } = props,
    [to, setTo] = useState<string | null>(null),
    [sure, setSure] = useState(false),
    { busy, problem, run } = useDo(props.onDone);
  const plans = useLoad(`move-plans ${session.hallId}`, (h, s) =>
      h.get<{ items: readonly PlanInfo[] | null }>(`/api/v1/halls/${session.hallId}/plans`, {}, s),
    ),
    check = useLoad(to === null ? null : `move ${session.id} ${to} ${map.version}`, (h, s) =>
      h.get<Moved>(`/api/v1/sessions/${session.id}/plan-move`, { to }, s),
    );
  if (plans.data === null) return plans.error === null ? <Loading lines={3} /> : <ErrorState error={plans.error} onRetry={plans.reload} />;
  const others = (plans.data.items ?? []).filter((p) => p.state === "published" && p.id !== map.planId),
    m = check.data;
  if (others.length === 0) return <p>{text("m.mm-none")}</p>;
  return (
    <div className="stack">
      <p className="quiet">{text("m.mm-lead")}</p>
      <Select
        aria-label={text("m.plan-versions")}
        value={to}
        placeholder={text("m.plan-versions")}
        onChange={(v) => {
          setTo(v);
          setSure(false);
        }}
        options={others.map((p) => ({
          value: p.id,
          label: `${text("m.plan-version", { n: p.number })} ${p.name} (${format.count(p.places)})`,
        }))}
      />
      {problem !== null && <ProblemNote error={problem} />}
      {to !== null &&
        (m === null ? (
          check.error === null ? (
            <Loading lines={3} />
          ) : (
            <ProblemNote error={check.error} />
          )
        ) : (
          <>
            <SeatTurn title={text("m.mm-gone")} sign="−" count={m.gone.length} names={m.goneNames} />
            <SeatTurn title={text("m.mm-buffered")} sign="−" count={m.buffered.length} names={m.bufferedNames} />
            <SeatTurn title={text("m.mm-come")} sign="+" count={m.come.length} names={m.comeNames} />
            {m.areas.length > 0 && (
              <ul className="plain">
                {m.areas.map((a) => (
                  <li key={a.area}>{text("m.mm-area", { area: a.label, was: format.count(a.was), now: format.count(a.now) })}</li>
                ))}
              </ul>
            )}
            {m.gone.length + m.buffered.length + m.come.length + m.areas.length === 0 && <p>{text("m.mm-same")}</p>}
            <Facts
              columns={1}
              items={[
                [text("m.mm-dropped"), (m.dropped ?? []).length === 0 ? text("m.mm-nothing") : format.count(m.dropped!.length)],
                [text("m.mm-added"), format.count(m.added)],
                [
                  text("m.meter-public"),
                  `${m.meter.publicOk ? "✓" : "✕"} ${format.count(m.meter.public)} / ${format.count(m.meter.required)}`,
                ],
              ]}
            />
            <Checkbox checked={sure} onChange={(e) => setSure(e.target.checked)}>
              {text("m.mm-sure")}
            </Checkbox>
            <div>
              <button
                type="button"
                className="button main"
                disabled={busy || !sure || props.dirty}
                onClick={() => run(() => http.send("POST", `/api/v1/sessions/${session.id}/plan-move`, { to }))}
              >
                {text("m.mm-go")}
              </button>
            </div>
          </>
        ))}
    </div>
  );
}

/** Seats that go or come, by their printed labels. */
function SeatTurn(props: { title: string; sign: "+" | "−"; count: number; names: readonly string[] }): ReactNode {
  const text = useT();
  if (props.count === 0) return null;
  return (
    <details className="seat-turn" open={props.count <= 20}>
      <summary>
        <Chip tone={props.sign === "+" ? "success" : "warning"}>
          {props.sign}
          {format.count(props.count)}
        </Chip>{" "}
        {props.title}
      </summary>
      <p className="quiet">
        {props.names.join("，")}
        {props.count > props.names.length ? ` … ${text("m.mm-more", { n: format.count(props.count - props.names.length) })}` : ""}
      </p>
    </details>
  );
}

/** Puts this map on other sessions of the same plan version, all or none. */
function SeriesForm(props: Part): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { map, session } = props,
    [chosen, setChosen] = useState<readonly string[]>([]),
    { busy, problem, run } = useDo(props.onDone);
  const list = useLoad(`series ${session.showId}`, (h, s) =>
    h.get<{ items: readonly Session[] | null }>("/api/v1/sessions", { show: session.showId, size: 100 }, s),
  );
  if (list.data === null) return list.error === null ? <Loading lines={3} /> : <ErrorState error={list.error} onRetry={list.reload} />;
  const others = (list.data.items ?? []).filter((s) => s.id !== session.id && s.state !== "ended" && s.state !== "cancelled");
  if (others.length === 0) return <p>{text("m.mr-none")}</p>;
  return (
    <div className="stack">
      <p className="quiet">{text("m.mr-lead")}</p>
      {problem !== null && <ProblemNote error={problem} />}
      <div className="stack tight" role="group" aria-label={text("m.mt-series")}>
        <Checkbox
          checked={chosen.length > 0 && chosen.length === others.filter((s) => s.planId === map.planId).length}
          onChange={(e) => setChosen(e.target.checked ? others.filter((s) => s.planId === map.planId).map((s) => s.id) : [])}
        >
          {text("m.mr-all")}
        </Checkbox>
        {others.map((s) => (
          <Checkbox
            key={s.id}
            disabled={s.planId !== map.planId}
            checked={chosen.includes(s.id)}
            onChange={(e) => setChosen(e.target.checked ? [...chosen, s.id] : chosen.filter((x) => x !== s.id))}
          >
            {format.dateTime(s.startsAt, lang)} {s.code}
            {s.planId !== map.planId && (
              <>
                {" "}
                <Chip tone="warning">{text("m.mr-plan")}</Chip>
              </>
            )}
            {s.mapId === map.id ? "" : ""}
          </Checkbox>
        ))}
      </div>
      <div>
        <button
          type="button"
          className="button main"
          disabled={busy || chosen.length === 0 || props.dirty}
          onClick={() => run(() => http.send("POST", `/api/v1/maps/${map.id}/sessions`, { sessions: chosen }))}
        >
          {text("m.mr-go", { n: chosen.length })}
        </button>
      </div>
    </div>
  );
}
