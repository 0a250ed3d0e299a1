/** The live states of a session's seats: snapshot, changes, and a plan that moved on. */
import { follow } from "@parterre/api";
import { decodeDelta, decodeSnapshot, StatusBoard, type MapModel } from "@parterre/planrender";
import { useEffect, useMemo, useRef, useState } from "react";
import { request } from "./wire.ts";

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The live states of a session: a snapshot first, then what changes. Draws again through `version`. */
export function useStatus(
  session: string,
  model: MapModel,
  plan: string,
  onMoved: () => void,
): { board: StatusBoard; version: number; live: boolean; areas: ReadonlyMap<number, number> | null } {
  const board = useMemo(() => new StatusBoard(model.seats.count), [model]),
    [version, setVersion] = useState(-1),
    [live, setLive] = useState(true),
    [areas, setAreas] = useState<ReadonlyMap<number, number> | null>(null);
  const moved = useMoved(onMoved);
  useEffect(() => {
    let frame = 0;
    const changed = (): void => {
      if (frame === 0)
        frame = requestAnimationFrame(() => {
          frame = 0;
          setVersion(board.version);
        });
    };
    const whole = (): void => {
      request(`/api/v1/shop/sessions/${session}/status`)
        .then((r) => r.arrayBuffer())
        .then((b) => {
          board.reset(decodeSnapshot(new Uint8Array(b)));
          changed();
        })
        .catch((e: unknown) => {
          if (e instanceof RangeError) moved();
          else setLive(false);
        });
    };
    whole();
    const stop = follow(`/api/v1/shop/sessions/${session}/status/stream`, {
      onState: (s) => setLive(s === "live"),
      onEvent: (e) => {
        if (e.event === "counts") {
          setAreas(new Map(((JSON.parse(e.data) as { areas?: { id: number; free: number }[] }).areas ?? []).map((a) => [a.id, a.free])));
          return;
        }
        if (e.event === "plan") {
          if (e.data !== plan) moved();
          return;
        }
        if (e.event === "snapshot") {
          const whole = decodeSnapshot(bytes(e.data));
          if (whole.states.length !== board.count) {
            moved();
            return;
          }
          board.reset(whole);
        } else if (e.event === "delta" && !board.apply(decodeDelta(bytes(e.data), model.seats.count))) whole();
        changed();
      },
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [session, board]);
  return { board, version, live, areas };
}

/** The session went to another plan version: the map is loaded anew, not more often than every two seconds. */
export function useMoved(onMoved: () => void): () => void {
  const latest = useRef(onMoved),
    timer = useRef(0);
  latest.current = onMoved;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    if (timer.current === 0)
      timer.current = window.setTimeout(
        () => {
          timer.current = 0;
          latest.current();
        },
        200 + Math.random() * 1800,
      );
  };
}
