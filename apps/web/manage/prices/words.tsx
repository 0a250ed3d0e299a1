/** How prices, zones and the reasons of a price are written on the page of prices. */
import { format, useLanguage } from "@parterre/ui";
import type { ReactNode } from "react";
import type { PriceZone } from "../lib/wire.ts";
import type { Reason } from "./program.ts";
import { CHANNEL_NAMES, KIND_NAMES, nameIn } from "./rules.ts";

export const fen = (n: number | null | undefined): string => (n === null || n === undefined ? "–" : format.price(n));

export const zoneName = (zones: readonly PriceZone[], no: number): string => {
  const z = zones.find((x) => x.no === no);
  return z === undefined ? String(no) : `${z.letter} ${z.name}`;
};

/** Which of a zone's prices it is, where it is not the full price online. */
export function lineName(channel: string | undefined, kind: string | undefined, lang: string): string {
  const l = lang === "en" ? "en" : "zh",
    parts = [
      ...(channel === undefined || channel === "online" ? [] : [nameIn(CHANNEL_NAMES, channel, l)]),
      ...(kind === undefined || kind === "full" ? [] : [nameIn(KIND_NAMES, kind, l)]),
    ];
  return parts.length === 0 ? "" : ` · ${parts.join(" · ")}`;
}

export function Steps(props: { steps: readonly Reason[] | null }): ReactNode {
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
