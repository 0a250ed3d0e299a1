import { format, Loading, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { Select } from "antd";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { Card } from "../lib/parts.tsx";
import type { TicketMap } from "../lib/wire.ts";
import type { Program } from "./program.ts";
import { CHANNEL_NAMES, CHANNELS, KIND_NAMES, nameIn } from "./rules.ts";

const SightChart = lazy(() => import("./sightchart.tsx").then((m) => ({ default: m.SightChart })));

export interface PreviewData {
  readonly zone: number;
  readonly times: readonly string[];
  readonly levels: readonly number[];
  readonly prices: readonly (readonly number[])[];
  readonly floor: number;
  readonly cap: number;
  readonly rules: readonly { readonly rule: string; readonly points: number }[] | null;
}

/** What the program in the editor says for one zone over time and occupancy, while one edits. */
export function Preview(props: { map: TicketMap; program: Program | null; ok: boolean }): ReactNode {
  const text = useT(),
    lang = useLanguage() === "en" ? "en" : "zh",
    http = useHttp(),
    governed = props.program?.zones ?? [],
    [zone, setZone] = useState(0),
    [channel, setChannel] = useState("online"),
    [kind, setKind] = useState("full");
  const [data, setData] = useState<PreviewData | null>(null),
    [problem, setProblem] = useState<unknown>(null),
    at = governed.some((z) => z.no === zone) ? zone : (governed[0]?.no ?? 0),
    key = JSON.stringify(props.program);
  useEffect(() => {
    if (!props.ok || at === 0) return;
    const stop = new AbortController(),
      timer = setTimeout(() => {
        http
          .ask<PreviewData>(`/api/v1/maps/${props.map.id}/price-preview`, { program: props.program, zone: at, channel, kind }, stop.signal)
          .then(
            (d) => {
              setData(d);
              setProblem(null);
            },
            (e: unknown) => {
              if (!stop.signal.aborted) setProblem(e);
            },
          );
      }, 500);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key, props.ok, at, channel, kind, props.map.version]);
  const points = data === null ? 1 : data.times.length * data.levels.length,
    kinds = props.map.kinds ?? [];
  return (
    <Card
      title={text("m.pv")}
      actions={
        <>
          <Select
            aria-label={text("m.zone")}
            value={at === 0 ? null : at}
            onChange={(v) => setZone(v ?? 0)}
            options={governed.map((g) => {
              const z = props.map.zones.find((x) => x.no === g.no);
              return { value: g.no, label: z === undefined ? String(g.no) : `${z.letter} ${z.name}` };
            })}
            style={{ minWidth: 120 }}
          />
          <Select
            aria-label={text("m.rf-c-channels")}
            value={channel}
            onChange={setChannel}
            options={CHANNELS.map((c) => ({ value: c, label: nameIn(CHANNEL_NAMES, c, lang) }))}
          />
          {kinds.length > 0 && (
            <Select
              aria-label={text("m.rf-c-ticketKinds")}
              value={kind}
              onChange={setKind}
              options={["full", ...kinds.map((k) => k.code)].map((k) => ({ value: k, label: nameIn(KIND_NAMES, k, lang) }))}
            />
          )}
        </>
      }
    >
      <div className="stack tight">
        <p className="quiet">{text("m.pv-lead")}</p>
        {problem !== null && <ProblemNote error={problem} />}
        {!props.ok ? (
          <p role="status">{text("m.pv-none")}</p>
        ) : data === null ? (
          <Loading lines={4} />
        ) : (
          <Suspense fallback={<Loading lines={4} />}>
            <SightChart data={data} />
          </Suspense>
        )}
        {data !== null && props.ok && (
          <ul className="plain quiet">
            {(data.rules ?? []).map((u) => {
              const name = props.program?.rules.find((r) => r.id === u.rule)?.name ?? u.rule;
              return (
                <li key={u.rule}>
                  {u.points === 0 ? text("m.pv-idle", { name }) : text("m.pv-use", { name, share: format.percent(u.points / points) })}
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </Card>
  );
}
