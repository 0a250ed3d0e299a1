/** The dry run of a price program: what it would have earned, beside the prices as they were or another version. */
import { format, Loading, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { InputNumber, Select } from "antd";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { Card } from "../lib/parts.tsx";
import type { Session, TicketMap } from "../lib/wire.ts";
import { parse, type ProgramInfo, type RunResult } from "./program.ts";
import { asMarked, asRun, RunStats, RunTable } from "./runresult.tsx";

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
                against={other.name}
                other={result?.b === null || result === null ? null : (result.b.zones ?? [])}
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
