/** The dry run of a price program: what it would have earned, beside the prices as they were or another version. */
import { format, Loading, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { InputNumber, Select } from "antd";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { Card, Stat } from "../lib/parts.tsx";
import type { Session, TicketMap } from "../lib/wire.ts";
import { parse, type ProgramInfo, type RunResult } from "./program.ts";
import { fen, zoneName } from "./words.tsx";

// The chart is heavy and shown only after a dry run.
const RunChart = lazy(() => import("./chart.tsx").then((m) => ({ default: m.RunChart })));

/** Plays the document in the editor, saved or not, beside the prices as they were or beside another version. */
export function DryRun(props: { map: TicketMap; document: string | null; versions: readonly ProgramInfo[] }): ReactNode {
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
          ? asMarked(text("m.dr-marked"), result.a)
          : asRun(text("m.dr-b", { n: result.version }), result.b);
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
            <RunStats run={a} other={other} named={result?.b !== null} />
            <Suspense fallback={<Loading lines={6} />}>
              <RunChart
                zones={props.map.zones}
                paths={a.zones ?? []}
                other={result?.b === null || result === null ? null : { name: other.name, paths: result.b.zones ?? [] }}
              />
            </Suspense>
            <RunTable zones={props.map.zones} run={a} other={other} />
            {a.skipped > 0 && <p className="quiet">{text("m.run-skipped", { n: format.count(a.skipped) })}</p>}
          </>
        )}
      </div>
    </Card>
  );
}

/** What a run is held against: another version's run, or the prices as they were. */
interface Against {
  readonly name: string;
  readonly revenue: number;
  readonly sold: number;
  readonly changes: number;
  readonly zones: readonly { readonly zone: number; readonly sold: number; readonly revenue: number }[];
}
const asMarked = (name: string, run: RunResult): Against => ({
  name,
  revenue: run.wasRevenue,
  sold: run.wasSold,
  zones: (run.zones ?? []).map((z) => ({ zone: z.zone, sold: z.wasSold, revenue: z.wasRevenue })),
  changes: 0,
});
const asRun = (name: string, run: RunResult): Against => ({
  name,
  revenue: run.revenue,
  sold: run.sold,
  zones: run.zones ?? [],
  changes: run.changes,
});

/** Revenue, occupancy, tickets and price changes of a run; named: the other's changes are told too. */
function RunStats(props: { run: RunResult; other: Against; named: boolean }): ReactNode {
  const text = useT(),
    { run: a, other } = props,
    change = other.revenue === 0 ? null : (a.revenue - other.revenue) / other.revenue,
    full = (sold: number, of: number): string => format.percent(of === 0 ? 0 : sold / of),
    places = (a.zones ?? []).reduce((n, z) => n + z.capacity, 0);
  return (
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
        note={!props.named ? undefined : `${other.name} ${format.count(other.changes)}`}
      />
    </div>
  );
}

/** A run zone by zone beside the other. */
function RunTable(props: { zones: TicketMap["zones"]; run: RunResult; other: Against }): ReactNode {
  const text = useT(),
    { run: a, other } = props;
  return (
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
                <td>{zoneName(props.zones, z.zone)}</td>
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
  );
}
