import { ApiProblem, send, uuidv7, type SendOptions } from "@parterre/api";
import { language, sessionEnded } from "@parterre/ui";
import { useEffect, useRef, useState } from "react";

export interface Health {
  readonly app: string;
  readonly name: string;
  readonly lastAt: string;
  readonly lastCode: string;
  readonly lastType: string;
  readonly sequence: number;
  readonly messages: number;
  readonly repeats: number;
  readonly refusals: number;
  readonly deviations: number;
}
export interface Overview {
  readonly now: string;
  readonly profile: string;
  readonly profileVersion: number;
  readonly provisional: boolean;
  readonly note: Readonly<Record<"zh" | "en", string>>;
  readonly apps: readonly Health[];
  readonly known: Readonly<Record<string, number>>;
  readonly faultsOn: number;
}
export interface Fault {
  readonly path: string;
  readonly code: string;
  readonly why: string;
  readonly clause?: string;
  readonly start: number;
  readonly end: number;
  readonly note?: boolean;
}
export interface Exchange {
  readonly number: number;
  readonly at: string;
  readonly app: string;
  readonly messageId: string;
  readonly type: string;
  readonly sequence: number;
  readonly records: number;
  readonly code: string;
  readonly text: string;
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly msg: string }[] | null;
  readonly faults: readonly Fault[] | null;
  readonly notes: readonly string[] | null;
  readonly rule: string;
  readonly action?: string;
  readonly effect: boolean;
  readonly repeat: boolean;
  readonly remote: string;
}
export interface Leaf {
  readonly depth: number;
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly zh: string;
  readonly en: string;
  readonly origin: string;
  readonly clause: string;
  readonly start: number;
  readonly end: number;
  readonly faults: readonly Fault[];
}
export interface Detail {
  readonly exchange: Exchange;
  readonly request: string;
  readonly answer: string;
  readonly fields: readonly Leaf[];
  readonly answerFields: readonly Leaf[];
  readonly more: boolean;
  readonly group: readonly number[];
}
export interface Sum {
  readonly sold: number;
  readonly soldAmount: number;
  readonly refunded: number;
  readonly refundAmount: number;
}
export interface Cell {
  readonly day: string;
  readonly status: string;
  readonly sessions: number;
  readonly received: number;
  readonly sold: number;
  readonly amount: number;
}
export interface CalendarRow {
  readonly venue: string;
  readonly name: string;
  readonly days: readonly Cell[];
}
export interface Totals {
  readonly session: string;
  readonly show: string;
  readonly day: string;
  readonly increments: Readonly<Record<string, Sum>>;
  readonly report: Readonly<Record<string, Sum>>;
  readonly checked: number;
  readonly valid: number;
  readonly version: number;
  readonly late: boolean;
  readonly receivedAt: string | null;
  readonly agrees: boolean;
}
export interface Rule {
  readonly name: string;
  readonly match: object;
  readonly action: string;
  readonly code?: string;
  readonly effect: boolean;
  readonly delayMs?: number;
  readonly times?: number;
  readonly acted: number;
}
export interface Rules {
  readonly rules: readonly Rule[] | null;
  readonly menu: readonly { readonly rule: Rule; readonly zh: string; readonly en: string; readonly hope: string }[];
  readonly codes: readonly { readonly code: string; readonly zh: string; readonly name: string }[];
}
export interface Clock {
  readonly now: string;
  readonly simulated: boolean;
}

async function call<T>(path: string, options: SendOptions = {}): Promise<T> {
  try {
    return await send<T>(`/lab/api/${path}`, { language: language(), ...options });
  } catch (e) {
    if (e instanceof ApiProblem && e.status === 401) sessionEnded();
    throw e;
  }
}
export const get = <T>(path: string): Promise<T> => call<T>(path);
export const post = <T>(path: string, body: unknown): Promise<T> => call<T>(path, { method: "POST", body, key: uuidv7() });
export const setRules = (rules: readonly Rule[]): Promise<Rules> => call<Rules>("performance/rules", { method: "PUT", body: { rules } });

/** Loads, and again every `every` milliseconds while the page is in view. */
export function usePoll<T>(path: string | null, every: number | null): { data: T | null; error: unknown; again: () => void } {
  const [data, setData] = useState<T | null>(null),
    [error, setError] = useState<unknown>(null),
    [round, setRound] = useState(0),
    shown = useRef<string | null>(null);
  useEffect(() => {
    if (path === null) {
      setData(null);
      return;
    }
    let gone = false,
      timer = 0;
    if (shown.current !== path) {
      setData(null);
      shown.current = path;
    }
    const ask = (): void => {
      const done = (): void => {
        if (!gone && every !== null) timer = window.setTimeout(ask, every);
      };
      if (document.hidden) {
        done();
        return;
      }
      get<T>(path)
        .then(
          (d) => {
            if (!gone) {
              setData(d);
              setError(null);
            }
          },
          (e: unknown) => {
            if (!gone) setError(e);
          },
        )
        .finally(done);
    };
    ask();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [path, round]);
  return { data, error, again: () => setRound((r) => r + 1) };
}

/** Cuts a text at places counted in UTF-8 bytes, as the server counts them. */
export function byteCuts(text: string): (start: number, end: number) => [number, number] {
  const at: number[] = [];
  let bytes = 0,
    chars = 0;
  for (const c of text) {
    const code = c.codePointAt(0)!,
      size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let i = 0; i < size; i++) at[bytes++] = chars;
    chars += c.length;
  }
  at[bytes] = chars;
  return (start, end) => [at[Math.max(0, start)] ?? chars, at[Math.max(0, end)] ?? chars];
}
