import { ErrorState, format, Loading, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { useLoad } from "../lib/load.ts";
import { Card, Chip, type Tone } from "../lib/parts.tsx";
import type { TicketMap } from "../lib/wire.ts";
import { print, type ProgramInfo } from "./program.ts";
import { differences } from "./rules.ts";

const TONES: Readonly<Record<string, Tone>> = { added: "success", removed: "danger", changed: "warning", moved: "info" };

/** Who saved which version of the rules, why, and what it changed. */
export function Versions(props: {
  map: TicketMap;
  items: readonly ProgramInfo[];
  active: number;
  onLoad: (text: string) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [open, setOpen] = useState(0);
  return (
    <Card title={text("m.pr")}>
      {props.items.length === 0 ? (
        <p className="quiet">{text("m.pr-none")}</p>
      ) : (
        <ol className="plain versions">
          {props.items.map((v) => (
            <li key={v.version}>
              <button
                type="button"
                className="link"
                aria-expanded={open === v.version}
                onClick={() => setOpen(open === v.version ? 0 : v.version)}
              >
                {text("m.version-n", { n: v.version })} {v.name}
              </button>
              {v.version === props.active && <Chip tone="success">{text("m.in-force")}</Chip>}
              <div className="quiet">
                {format.dateTime(v.createdAt, lang)} · {v.actor.startsWith("system:") ? text("m.pr-system") : v.actor}
                {v.note !== "" && <> · {v.note}</>}
              </div>
              {open === v.version && <Diff map={props.map} version={v.version} onLoad={props.onLoad} />}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function Diff(props: { map: TicketMap; version: number; onLoad: (text: string) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    at = `/api/v1/maps/${props.map.id}/price-programs`;
  const both = useLoad(`program-diff ${props.map.id} ${props.version}`, async (h, s) => ({
    now: await h.get<ProgramInfo>(`${at}/${props.version}`, {}, s),
    was: props.version > 1 ? await h.get<ProgramInfo>(`${at}/${props.version - 1}`, {}, s) : null,
  }));
  if (both.data === null) return both.error === null ? <Loading lines={2} /> : <ErrorState error={both.error} onRetry={both.reload} />;
  const { now, was } = both.data,
    list =
      was?.document === undefined || now.document === undefined
        ? null
        : differences(was.document, now.document, props.map.zones, lang === "en" ? "en" : "zh");
  return (
    <div className="stack tight">
      {list === null ? (
        <p>{text("m.pr-first")}</p>
      ) : list.length === 0 ? (
        <p>{text("m.pr-same")}</p>
      ) : (
        <ul className="plain diff" aria-label={text("m.pr-compare")}>
          {list.map((d, i) => (
            <li key={i}>
              <Chip tone={TONES[d.kind] ?? "quiet"}>{text(`m.pr-${d.kind}`)}</Chip> <b>{d.what}</b>
              {d.before !== "" && <del>{d.before}</del>}
              {d.after !== "" && <ins>{d.after}</ins>}
            </li>
          ))}
        </ul>
      )}
      {now.document !== undefined && (
        <button type="button" className="button small" onClick={() => props.onLoad(print(now.document!))}>
          {text("m.pr-load")}
        </button>
      )}
    </div>
  );
}
