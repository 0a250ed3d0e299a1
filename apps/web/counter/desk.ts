import { useSyncExternalStore } from "react";
import { NOBODY, type Person } from "../shop/people.ts";
import type { SaleHold } from "../shop/wire.ts";

/** A customer's seats at this counter: held until endsAt by this machine's clock, which counts from the server's word. */
export interface Held {
  readonly hold: SaleHold;
  readonly endsAt: number;
  readonly order: string;
}
export interface Customer extends Held {
  readonly session: string;
  readonly title: string;
  readonly titleEn: string;
  readonly startsAt: string;
  readonly zone: string;
}
export interface Desk {
  readonly current: Customer | null;
  readonly parked: readonly Customer[];
  readonly lastOrder: string | null;
}

/** Lives as long as the tab: parked customers survive a reload, and go when the counter's tab is closed. */
const KEY = "parterre.counter.desk",
  DRAFT = "parterre.counter.draft.";
const EMPTY: Desk = { current: null, parked: [], lastOrder: null };
const store = (): Storage | null => {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
};
function read(): Desk {
  try {
    return { ...EMPTY, ...(JSON.parse(store()?.getItem(KEY) ?? "{}") as Partial<Desk>) };
  } catch {
    return EMPTY;
  }
}
let desk: Desk | null = null;
const listeners = new Set<() => void>();
export const deskNow = (): Desk => (desk ??= read());
function set(next: Desk): void {
  desk = next;
  try {
    store()?.setItem(KEY, JSON.stringify(next));
  } catch {
    /* private mode: it stays in memory */
  }
  for (const l of listeners) l();
}
export const useDesk = (): Desk =>
  useSyncExternalStore((l) => {
    listeners.add(l);
    return () => listeners.delete(l);
  }, deskNow);

export function serve(c: Customer | null): void {
  set({ ...deskNow(), current: c });
}
/** Puts the present customer aside; the hold goes on running. */
export function park(): void {
  const d = deskNow();
  if (d.current !== null) set({ ...d, current: null, parked: [...d.parked, d.current] });
}
/** Serves a parked customer; who is being served meanwhile is parked. */
export function takeBack(hold: string): Customer | null {
  const d = deskNow(),
    c = d.parked.find((p) => p.hold.hold === hold) ?? null;
  if (c !== null) set({ ...d, current: c, parked: [...d.parked.filter((p) => p !== c), ...(d.current === null ? [] : [d.current])] });
  return c;
}
export function forget(hold: string): void {
  const d = deskNow();
  keepDraft(hold, null);
  set({ ...d, current: d.current?.hold.hold === hold ? null : d.current, parked: d.parked.filter((p) => p.hold.hold !== hold) });
}
export const sold = (order: string): void => set({ ...deskNow(), lastOrder: order });
export const isOver = (c: Held, now: number): boolean => c.endsAt <= now;

/** What was typed for a hold. */
export interface Draft {
  readonly people: readonly Person[];
  readonly method: string;
  readonly taken: string;
  readonly placed?: boolean;
}
export function draftOf(hold: string, people: number): Draft {
  const empty: Draft = { people: Array.from({ length: people }, () => NOBODY), method: "cash", taken: "" };
  try {
    const kept = JSON.parse(store()?.getItem(DRAFT + hold) ?? "null") as Draft | null;
    return kept !== null && kept.people.length === people ? kept : empty;
  } catch {
    return empty;
  }
}
export function keepDraft(hold: string, draft: Draft | null): void {
  try {
    if (draft === null) store()?.removeItem(DRAFT + hold);
    else store()?.setItem(DRAFT + hold, JSON.stringify(draft));
  } catch {
    /* private mode */
  }
}
