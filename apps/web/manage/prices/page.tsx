import { ErrorState, format, Link, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Input, InputNumber, Segmented, Select } from "antd";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, Facts, PageHead, Stat } from "../lib/parts.tsx";
import type { PriceZone, Session, Show, TicketMap } from "../lib/wire.ts";
import { noId } from "../pages/session.tsx";
import { SessionNav } from "../pages/sessionnav.tsx";
import { Kinds } from "./kinds.tsx";
import { Preview } from "./preview.tsx";
import { RuleForm } from "./ruleform.tsx";
import { CHANNEL_NAMES, CHANNELS, KIND_NAMES, nameIn } from "./rules.ts";
import { Versions } from "./versions.tsx";
import {
  parse,
  print,
  programOf,
  SAMPLES,
  withRule,
  type Fault,
  type Program,
  type PriceChange,
  type PriceState,
  type ProgramInfo,
  type Proposal,
  type Reason,
  type RunResult,
  type Why,
} from "./program.ts";

// The chart is heavy and shown only after a dry run.
const RunChart = lazy(() => import("./chart.tsx").then((m) => ({ default: m.RunChart })));

const fen = (n: number | null | undefined): string => (n === null || n === undefined ? "–" : format.price(n));

/** Price rules of a session: the program, what it proposes, why a price is what it is, and what it would have earned. */
export function PricesPage(props: { session: string }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  const page = useLoad(`prices ${props.session}`, async (http, signal) => {
    const session = await http.get<Session>(`/api/v1/sessions/${props.session}`, {}, signal);
    const [show, map] = await Promise.all([
      http.get<Show>(`/api/v1/shows/${session.showId}`, {}, signal),
      noId(session.mapId) ? null : http.get<TicketMap>(`/api/v1/maps/${session.mapId}`, {}, signal),
    ]);
    return { session, show, map };
  });
  if (page.data === null) return page.error === null ? <Loading lines={8} /> : <ErrorState error={page.error} onRetry={page.reload} />;
  const { session, show, map } = page.data,
    title = lang === "en" && show.titleEn !== "" ? show.titleEn : show.title;
  return (
    <>
      <PageHead
        back={{ to: `/sessions/${session.id}`, label: `${title} ${format.dateTime(session.startsAt, lang)}` }}
        title={text("m.prices")}
        lead={text("m.prices-lead")}
      />
      <SessionNav session={session} />
      {map === null ? (
        <Card>
          <p>{text("m.map-none-lead")}</p>
          <Link to={`/sessions/${session.id}`}>{text("m.session-about")}</Link>
        </Card>
      ) : (
        <Prices map={map} onChange={page.reload} />
      )}
    </>
  );
}

function Prices(props: { map: TicketMap; onChange: () => void }): ReactNode {
  const at = `/api/v1/maps/${props.map.id}`,
    [round, setRound] = useState(0),
    [draft, setDraft] = useState<string | null>(null);
  const programs = useLoad(`programs ${props.map.id} ${round}`, (h, s) =>
    h.get<{ items: readonly ProgramInfo[] | null; state: PriceState }>(`${at}/price-programs`, {}, s),
  );
  const newest = programs.data?.items?.[0]?.version ?? 0;
  const stored = useLoad(newest === 0 ? null : `program ${props.map.id} ${newest}`, (h, s) =>
    h.get<ProgramInfo>(`${at}/price-programs/${newest}`, {}, s),
  );
  const again = (): void => {
    setRound((n) => n + 1);
    props.onChange();
  };
  if (programs.data === null || (newest > 0 && stored.data === null)) {
    const e = programs.error ?? stored.error;
    return e === null ? <Loading lines={6} /> : <ErrorState error={e} onRetry={programs.reload} />;
  }
  const document = draft ?? (stored.data?.document === undefined ? null : print(stored.data.document));
  return (
    <div className="stack">
      <Kinds map={props.map} onChange={again} />
      <Running map={props.map} state={programs.data.state} versions={programs.data.items ?? []} onChange={again} />
      <div className="split">
        <Editor
          map={props.map}
          value={document}
          onEdit={setDraft}
          onSaved={() => {
            setDraft(null);
            again();
          }}
        />
        <div className="stack">
          <WhyCard map={props.map} round={round} />
          {(programs.data.items ?? []).length > 0 && (
            <Versions map={props.map} items={programs.data.items ?? []} active={programs.data.state.program} onLoad={setDraft} />
          )}
        </div>
      </div>
      <Changes map={props.map} round={round} />
      <DryRun map={props.map} document={document} versions={programs.data.items ?? []} />
    </div>
  );
}

/** What is in force, and proposals that wait for a person. */
function Running(props: { map: TicketMap; state: PriceState; versions: readonly ProgramInfo[]; onChange: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    lang = useLanguage(),
    { can } = useMe(),
    at = `/api/v1/maps/${props.map.id}`,
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const [version, setVersion] = useState(props.state.program || (props.versions[0]?.version ?? 0)),
    [mode, setMode] = useState(props.state.mode);
  const proposals = useLoad(
    `proposals ${props.map.id}`,
    (h, s) => h.get<{ items: readonly Proposal[] | null }>(`${at}/price-proposals`, {}, s),
    10_000,
  );
  const open = proposals.data?.items?.find((p) => p.state === "open"),
    on = props.state.program > 0;
  const run = async (work: () => Promise<unknown>, done?: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      if (done !== undefined) toast("success", text(done as "m.saved"));
      proposals.reload();
      props.onChange();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const put = (v: number): Promise<void> =>
    run(() =>
      http.send(
        "PUT",
        `${at}/price-state`,
        { version: v, mode },
        { intent: `price-state ${props.map.id} ${v} ${mode} ${props.state.activatedAt}` },
      ),
    );
  return (
    <Card
      title={
        <>
          {text("m.prices-now")}{" "}
          <Chip tone={on ? "success" : "quiet"}>
            {on ? text(props.state.mode === "automatic" ? "m.mode-automatic" : "m.mode-manual") : text("m.mode-off")}
          </Chip>
        </>
      }
      actions={
        can("price.manage") && props.versions.length > 0 ? (
          <>
            <Select
              aria-label={text("m.program-version")}
              value={version}
              onChange={setVersion}
              options={props.versions.map((v) => ({ value: v.version, label: `${text("m.version-n", { n: v.version })} ${v.name}` }))}
              style={{ minWidth: 200 }}
            />
            <Select
              aria-label={text("m.mode")}
              value={mode}
              onChange={setMode}
              options={[
                { value: "manual", label: text("m.mode-manual") },
                { value: "automatic", label: text("m.mode-automatic") },
              ]}
            />
            <button type="button" className="button main" disabled={busy} onClick={() => void put(version)}>
              {text("m.activate")}
            </button>
            {on && (
              <button type="button" className="button" disabled={busy} onClick={() => void put(0)}>
                {text("m.deactivate")}
              </button>
            )}
            {on && (
              <button
                type="button"
                className="button"
                disabled={busy}
                onClick={() =>
                  void run(() => http.send("POST", `${at}/price-proposals`, undefined, { intent: `propose ${props.map.id} ${Date.now()}` }))
                }
              >
                {text("m.propose")}
              </button>
            )}
          </>
        ) : undefined
      }
    >
      {problem !== null && <ProblemNote error={problem} />}
      {open === undefined ? (
        <p className="quiet">{text(on ? "m.proposal-none" : "m.mode-off-lead")}</p>
      ) : (
        <div className="stack tight">
          <p>{text("m.proposal-of", { at: format.dateTime(open.createdAt, lang) })}</p>
          <table className="data">
            <thead>
              <tr>
                <th scope="col">{text("m.zone")}</th>
                <th scope="col" className="num">
                  {text("m.price-from")}
                </th>
                <th scope="col" className="num">
                  {text("m.price-to")}
                </th>
                <th scope="col">{text("m.why")}</th>
              </tr>
            </thead>
            <tbody>
              {(open.lines ?? []).map((l) => (
                <tr key={`${l.zone} ${l.facts.channel} ${l.facts.ticketKind}`}>
                  <td>
                    {zoneName(props.map.zones, l.zone)}
                    {lineName(l.facts.channel, l.facts.ticketKind, lang)}
                  </td>
                  <td className="num" data-label={text("m.price-from")}>
                    {fen(l.from)}
                  </td>
                  <td className="num" data-label={text("m.price-to")}>
                    <b>{fen(l.price)}</b>
                  </td>
                  <td data-label={text("m.why")}>
                    <Steps steps={l.steps} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {can("price.manage") && (
            <div className="row">
              <button
                type="button"
                className="button main"
                disabled={busy}
                onClick={() => void run(() => http.send("POST", `/api/v1/price-proposals/${open.id}/confirm`), "m.saved")}
              >
                {text("m.confirm-prices")}
              </button>
              <button
                type="button"
                className="button"
                disabled={busy}
                onClick={() => void run(() => http.send("POST", `/api/v1/price-proposals/${open.id}/reject`))}
              >
                {text("m.reject-prices")}
              </button>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}

const zoneName = (zones: readonly PriceZone[], no: number): string => {
  const z = zones.find((x) => x.no === no);
  return z === undefined ? String(no) : `${z.letter} ${z.name}`;
};

/** Which of a zone's prices it is, where it is not the full price online. */
function lineName(channel: string | undefined, kind: string | undefined, lang: string): string {
  const l = lang === "en" ? "en" : "zh",
    parts = [
      ...(channel === undefined || channel === "online" ? [] : [nameIn(CHANNEL_NAMES, channel, l)]),
      ...(kind === undefined || kind === "full" ? [] : [nameIn(KIND_NAMES, kind, l)]),
    ];
  return parts.length === 0 ? "" : ` · ${parts.join(" · ")}`;
}

function Steps(props: { steps: readonly Reason[] | null }): ReactNode {
  const lang = useLanguage();
  if ((props.steps ?? []).length === 0) return null;
  return (
    <ol className="plain">
      {(props.steps ?? []).map((s, i) => (
        <li key={i}>{lang === "en" ? s.en : s.zh}</li>
      ))}
    </ol>
  );
}

/** The program as a form or as its document, with the server's check and a preview while one edits. */
function Editor(props: { map: TicketMap; value: string | null; onEdit: (text: string) => void; onSaved: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    at = `/api/v1/maps/${props.map.id}`,
    { value } = props,
    edit = can("price.manage");
  const [faults, setFaults] = useState<readonly Fault[]>([]),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false),
    [view, setView] = useState<"form" | "json">("form"),
    [note, setNote] = useState(""),
    [checked, setChecked] = useState<string | null>(null),
    program = value === null ? null : parse(value);
  useEffect(() => {
    if (program === null) {
      setFaults([]);
      return;
    }
    const stop = new AbortController(),
      timer = setTimeout(() => {
        http.ask<{ report: readonly Fault[] | null }>(`${at}/price-programs/check`, { program }, stop.signal).then(
          (r) => {
            setFaults(r.report ?? []);
            setProblem(null);
            setChecked(value);
          },
          (e: unknown) => {
            if (!stop.signal.aborted) {
              setProblem(e);
              setChecked(null);
            }
          },
        );
      }, 400);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [value]);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      await http.send(
        "POST",
        `${at}/price-programs`,
        { program, ...(note.trim() === "" ? {} : { note: note.trim() }) },
        { intent: `save-program ${props.map.id} ${note} ${value ?? ""}` },
      );
      toast("success", text("m.saved"));
      setNote("");
      props.onSaved();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  if (value === null)
    return (
      <Card title={text("m.program")}>
        <div className="stack">
          <p className="quiet">{text("m.program-none")}</p>
          <div className="row">
            <button
              type="button"
              className="button main"
              disabled={!edit}
              onClick={() => props.onEdit(print(programOf(text("m.prices"), props.map.zones)))}
            >
              {text("m.program-start")}
            </button>
          </div>
        </div>
      </Card>
    );
  const whole =
      program !== null &&
      Array.isArray(program.rules) &&
      Array.isArray(program.zones) &&
      typeof program.rounding === "object" &&
      typeof program.limits === "object",
    form = view === "form" && whole,
    right = !faults.some((f) => f.warning !== true);
  // What the form shows beside its field is not said twice.
  const rest = form ? faults.filter((f) => !f.path.startsWith("rules[") && !f.path.startsWith("zones[")) : faults;
  return (
    <div className="stack">
      <Card
        title={text("m.program")}
        actions={
          <>
            <Segmented
              aria-label={text("m.rf-view")}
              value={view}
              onChange={setView}
              options={[
                { value: "form", label: text("m.rf-form") },
                { value: "json", label: text("m.rf-json") },
              ]}
            />
            {edit && (
              <button type="button" className="button main" disabled={busy || program === null || !right} onClick={() => void save()}>
                {text("m.program-save")}
              </button>
            )}
          </>
        }
      >
        <div className="stack tight">
          {form ? (
            <RuleForm
              program={program}
              zones={props.map.zones}
              faults={faults}
              readOnly={!edit}
              onChange={(p: Program) => props.onEdit(print(p))}
            />
          ) : (
            <>
              <div className="row">
                {(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]).map((k) => (
                  <button
                    key={k}
                    type="button"
                    className="button small"
                    disabled={!whole || !edit}
                    onClick={() => props.onEdit(print(withRule(program!, k, text(`m.rule-${k}`))))}
                  >
                    ＋ {text(`m.rule-${k}`)}
                  </button>
                ))}
              </div>
              <Input.TextArea
                aria-label={text("m.program")}
                className="mono"
                spellCheck={false}
                autoSize={{ minRows: 16, maxRows: 32 }}
                value={value}
                onChange={(e) => props.onEdit(e.target.value)}
                status={program === null ? "error" : ""}
                readOnly={!edit}
              />
            </>
          )}
          {program === null && <p role="alert">{text("m.program-json")}</p>}
          {problem !== null && <ProblemNote error={problem} />}
          {rest.length > 0 && (
            <ul role="status">
              {rest.map((f, i) => (
                <li key={i}>
                  <Chip tone={f.warning === true ? "warning" : "danger"}>{f.path}</Chip> {lang === "en" ? f.en : f.zh}
                </li>
              ))}
            </ul>
          )}
          {edit && (
            <label className="mini">
              <span className="label">{text("m.rf-note")}</span>
              <Input value={note} maxLength={200} placeholder={text("m.rf-note-hint")} onChange={(e) => setNote(e.target.value)} />
            </label>
          )}
        </div>
      </Card>
      <Preview map={props.map} program={program} ok={whole && right && problem === null && checked === value} />
    </div>
  );
}

/** "Why this price", zone by zone. */
function WhyCard(props: { map: TicketMap; round: number }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    l = lang === "en" ? "en" : "zh",
    [zone, setZone] = useState(props.map.zones[0]?.no ?? 0),
    [channel, setChannel] = useState("online"),
    [kind, setKind] = useState("full"),
    kinds = ["full", ...(props.map.kinds ?? []).map((k) => k.code)];
  const why = useLoad(
    zone === 0 ? null : `why ${props.map.id} ${zone} ${channel} ${kind} ${props.round}`,
    (h, s) => h.get<Why>(`/api/v1/maps/${props.map.id}/price`, { zone, channel, kind }, s),
    15_000,
  );
  return (
    <Card
      title={text("m.why-price")}
      actions={
        <Select
          aria-label={text("m.zone")}
          value={zone}
          onChange={setZone}
          options={props.map.zones.map((z) => ({ value: z.no, label: `${z.letter} ${z.name}` }))}
          style={{ minWidth: 120 }}
        />
      }
    >
      <div className="stack">
        <div className="row">
          <Select
            aria-label={text("m.rf-c-channels")}
            value={channel}
            onChange={setChannel}
            options={CHANNELS.map((c) => ({ value: c, label: nameIn(CHANNEL_NAMES, c, l) }))}
          />
          {kinds.length > 1 && (
            <Select
              aria-label={text("m.rf-c-ticketKinds")}
              value={kind}
              onChange={setKind}
              options={kinds.map((k) => ({ value: k, label: nameIn(KIND_NAMES, k, l) }))}
              style={{ minWidth: 110 }}
            />
          )}
        </div>
        {why.data === null ? (
          why.error === null ? (
            <Loading />
          ) : (
            <ErrorState error={why.error} onRetry={why.reload} />
          )
        ) : (
          <div className="stack tight">
            <Facts
              columns={1}
              items={[
                [text("m.on-sale-price"), <b key="p">{fen(why.data.onSale)}</b>],
                [text("m.in-force"), why.data.applied.revision >= why.data.revision ? text("m.in-force-yes") : text("m.in-force-no")],
                ...(why.data.last === undefined
                  ? []
                  : [
                      [
                        text("m.last-change"),
                        `${format.dateTime(why.data.last.at, lang)} · ${text(why.data.last.source === "hand" ? "m.by-hand" : "m.by-program")}`,
                      ] as const,
                    ]),
              ]}
            />
            {why.data.byHand && <p>{text("m.by-hand-lead")}</p>}
            <Steps steps={why.data.steps} />
            {why.data.now !== undefined && (
              <>
                <h3>{text("m.rules-say", { price: fen(why.data.now.price) })}</h3>
                <Steps steps={why.data.now.steps} />
              </>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

function Changes(props: { map: TicketMap; round: number }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  const list = useLoad(
      `price-changes ${props.map.id} ${props.round}`,
      (h, s) => h.get<{ items: readonly PriceChange[] | null }>(`/api/v1/maps/${props.map.id}/price-changes`, { limit: 20 }, s),
      15_000,
    ),
    rows = list.data?.items ?? [];
  return (
    <Card flush title={text("m.price-changes")}>
      {list.data === null ? (
        <div className="pad">{list.error === null ? <Loading /> : <ErrorState error={list.error} onRetry={list.reload} />}</div>
      ) : rows.length === 0 ? (
        <p className="quiet pad">{text("m.price-changes-none")}</p>
      ) : (
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{text("m.when")}</th>
              <th scope="col">{text("m.zone")}</th>
              <th scope="col" className="num">
                {text("m.price-from")}
              </th>
              <th scope="col" className="num">
                {text("m.price-to")}
              </th>
              <th scope="col">{text("m.why")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((c) => (
              <tr key={`${c.revision} ${c.zone} ${c.channel} ${c.kind} ${c.package ?? ""}`}>
                <td>{format.dateTime(c.at, lang)}</td>
                <td data-label={text("m.zone")}>
                  {zoneName(props.map.zones, c.zone)}
                  {lineName(c.channel, c.kind, lang)}
                </td>
                <td className="num" data-label={text("m.price-from")}>
                  {fen(c.old)}
                </td>
                <td className="num" data-label={text("m.price-to")}>
                  {fen(c.new)}
                </td>
                <td data-label={text("m.why")}>{text(c.source === "hand" ? "m.by-hand" : "m.by-program")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

/** Plays the document in the editor, saved or not, beside the prices as they were or beside another version. */
function DryRun(props: { map: TicketMap; document: string | null; versions: readonly ProgramInfo[] }): ReactNode {
  const text = useT(),
    http = useHttp(),
    lang = useLanguage(),
    [session, setSession] = useState(""),
    [demand, setDemand] = useState(90),
    [response, setResponse] = useState(100),
    [against, setAgainst] = useState(0),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ readonly a: RunResult; readonly b: RunResult | null; readonly version: number } | null>(null);
  const earlier = useLoad("price-earlier", (h, s) =>
      h.get<{ items: readonly Session[] | null }>("/api/v1/sessions", { state: ["on_sale", "closed", "ended"], size: 100 }, s),
    ),
    program = props.document === null ? null : parse(props.document);
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const how = {
        ...(session === "" ? { demandPermille: demand * 10, seed: 1 } : { session }),
        responsePermille: response * 10,
        everyMinutes: 30,
      },
      play = (what: Record<string, unknown>): Promise<RunResult> =>
        http.ask<RunResult>(`/api/v1/maps/${props.map.id}/price-dry-run`, { ...what, ...how });
    try {
      const a = await play({ program }),
        b = against === 0 ? null : await play({ version: against });
      setResult({ a, b, version: against });
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const a = result?.a,
    other =
      result === null
        ? null
        : result.b === null
          ? {
              name: text("m.dr-marked"),
              revenue: result.a.wasRevenue,
              sold: result.a.wasSold,
              zones: (result.a.zones ?? []).map((z) => ({
                zone: z.zone,
                sold: z.wasSold,
                revenue: z.wasRevenue,
                low: z.low,
                high: z.high,
                changes: 0,
              })),
              changes: 0,
            }
          : {
              name: text("m.dr-b", { n: result.version }),
              revenue: result.b.revenue,
              sold: result.b.sold,
              zones: result.b.zones ?? [],
              changes: result.b.changes,
            };
  const change = a === undefined || other === null || other.revenue === 0 ? null : (a.revenue - other.revenue) / other.revenue,
    full = (sold: number, of: number): string => format.percent(of === 0 ? 0 : sold / of);
  const places = (a?.zones ?? []).reduce((n, z) => n + z.capacity, 0);
  return (
    <Card
      title={text("m.dry-run")}
      actions={
        <button type="button" className="button main" disabled={busy || program === null} onClick={() => void run()}>
          {busy && <span className="busy" aria-hidden="true" />}
          {text("m.run")}
        </button>
      }
    >
      <div className="stack">
        <p className="quiet">{text("m.dry-run-lead")}</p>
        <div className="row">
          <label className="mini">
            <span className="label">{text("m.run-source")}</span>
            <Select
              value={session}
              onChange={setSession}
              style={{ minWidth: 260 }}
              options={[
                { value: "", label: text("m.run-generated") },
                ...(earlier.data?.items ?? []).map((s) => ({ value: s.id, label: `${format.dateTime(s.startsAt, lang)} ${s.code}` })),
              ]}
            />
          </label>
          <label className="mini">
            <span className="label">{text("m.dr-against")}</span>
            <Select
              value={against}
              onChange={setAgainst}
              style={{ minWidth: 200 }}
              options={[
                { value: 0, label: text("m.dr-marked") },
                ...props.versions.map((v) => ({ value: v.version, label: `${text("m.dr-b", { n: v.version })} ${v.name}` })),
              ]}
            />
          </label>
          {session === "" && (
            <label className="mini">
              <span className="label">{text("m.run-demand")}</span>
              <InputNumber min={1} max={500} value={demand} onChange={(v) => setDemand(v ?? 90)} suffix="%" style={{ minWidth: 140 }} />
            </label>
          )}
          <label className="mini">
            <span className="label">{text("m.run-response")}</span>
            <InputNumber min={0} max={1000} value={response} onChange={(v) => setResponse(v ?? 0)} suffix="%" style={{ minWidth: 140 }} />
          </label>
        </div>
        {problem !== null && <ProblemNote error={problem} />}
        {a !== undefined && other !== null && (
          <>
            <div className="stats">
              <Stat
                label={text("m.run-revenue")}
                value={fen(a.revenue)}
                note={
                  change === null
                    ? undefined
                    : `${other.name} ${fen(other.revenue)}（${change >= 0 ? "+" : "−"}${format.percent(Math.abs(change))}）`
                }
              />
              <Stat label={text("m.run-occupancy")} value={full(a.sold, places)} note={`${other.name} ${full(other.sold, places)}`} />
              <Stat label={text("m.run-sold")} value={format.count(a.sold)} note={`${other.name} ${format.count(other.sold)}`} />
              <Stat
                label={text("m.run-changes")}
                value={format.count(a.changes)}
                note={result?.b === null ? undefined : `${other.name} ${format.count(other.changes)}`}
              />
            </div>
            <Suspense fallback={<Loading lines={6} />}>
              <RunChart
                zones={props.map.zones}
                paths={a.zones ?? []}
                other={result?.b === null || result === null ? null : { name: other.name, paths: result.b.zones ?? [] }}
              />
            </Suspense>
            <div className="scroll-x" tabIndex={0} role="region" aria-label={text("m.dry-run")}>
              <table className="data">
                <thead>
                  <tr>
                    <th scope="col">{text("m.zone")}</th>
                    <th scope="col" className="num">
                      {text("m.run-price")}
                    </th>
                    <th scope="col" className="num">
                      {text("m.run-sold")}
                    </th>
                    <th scope="col" className="num">
                      {other.name}
                    </th>
                    <th scope="col" className="num">
                      {text("m.run-revenue")}
                    </th>
                    <th scope="col" className="num">
                      {other.name}
                    </th>
                    <th scope="col" className="num">
                      {text("m.dr-diff")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {(a.zones ?? []).map((z) => {
                    const o = other.zones.find((x) => x.zone === z.zone);
                    return (
                      <tr key={z.zone}>
                        <td>{zoneName(props.map.zones, z.zone)}</td>
                        <td className="num">
                          {fen(z.low)}–{fen(z.high)}
                        </td>
                        <td className="num">
                          {format.count(z.sold)} / {format.count(z.capacity)}
                        </td>
                        <td className="num">{format.count(o?.sold ?? 0)}</td>
                        <td className="num">{fen(z.revenue)}</td>
                        <td className="num">{fen(o?.revenue)}</td>
                        <td className="num">{fen(z.revenue - (o?.revenue ?? 0))}</td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
            {a.skipped > 0 && <p className="quiet">{text("m.run-skipped", { n: format.count(a.skipped) })}</p>}
          </>
        )}
      </div>
    </Card>
  );
}
