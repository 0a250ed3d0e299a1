/** What is painted: kept in the browser until it is saved, and measured by the server. */
import type { MapModel } from "@parterre/planrender";
import { safeGet, safeSet, t } from "@parterre/ui";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useHttp } from "../lib/http.ts";
import { bufferRanks } from "../lib/plan.ts";
import type { MapContent, Meter, TicketMap } from "../lib/wire.ts";
import { MapDraft } from "./draft.ts";

const slot = (map: string): string => `parterre.map.${map}`;
function kept(map: string): { version: number; content: MapContent } | null {
  try {
    return JSON.parse(safeGet(slot(map)) ?? "null") as { version: number; content: MapContent } | null;
  } catch {
    return null;
  }
}

/** Keeps what is painted in the browser until it is saved, and brings it back. */
export function useKeptDraft(map: TicketMap, model: MapModel): { draft: MapDraft; restored: boolean; forget: () => void } {
  const made = useMemo(() => {
    const draft = new MapDraft(model, bufferRanks(model), map),
      earlier = kept(map.id);
    if (earlier !== null) draft.replace(earlier.content, t("m.step-restore"));
    return { draft, restored: earlier !== null };
  }, [map.id, model]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = (): void => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      safeSet(slot(map.id), made.draft.dirty ? JSON.stringify({ version: map.version, content: made.draft.content() }) : "null");
    };
    const stop = made.draft.listen(() => {
      clearTimeout(timer);
      timer = setTimeout(keep, 600);
    });
    window.addEventListener("pagehide", keep); // a reload right after a stroke loses nothing either
    return () => {
      stop();
      keep();
      window.removeEventListener("pagehide", keep);
    };
  }, [made, map.id, map.version]);
  return { ...made, forget: useCallback(() => safeSet(slot(map.id), "null"), [map.id]) };
}

/** The server's meter of what is painted, half a second after the last stroke. */
export function useMeter(map: string, draft: MapDraft, version: number): { meter: Meter | null; stale: boolean; problem: unknown } {
  const http = useHttp(),
    [state, setState] = useState<{ meter: Meter | null; at: number; problem: unknown }>({ meter: null, at: -1, problem: null });
  useEffect(() => {
    const stop = new AbortController(),
      timer = setTimeout(() => {
        http.ask<Meter>(`/api/v1/maps/${map}/meter`, draft.content(), stop.signal).then(
          (meter) => setState({ meter, at: version, problem: null }),
          (problem: unknown) => {
            if (!stop.signal.aborted) setState((s) => ({ ...s, at: version, problem }));
          },
        );
      }, 500);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [http, map, draft, version]);
  return { meter: state.meter, stale: state.at !== version, problem: state.problem };
}
