/** Price programs (parterre.prices) as the page handles them. Amounts are whole fen; the server has the last word on what a program may say. */
import type { PriceZone } from "../lib/wire.ts";

export interface Reason {
  readonly rule?: string;
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly zh: string;
  readonly en: string;
}
export interface Facts {
  readonly zone: number;
  readonly channel?: string;
  readonly ticketKind?: string;
  readonly capacity: number;
  readonly taken: number;
  readonly sold: readonly { readonly minutes: number; readonly tickets: number }[] | null;
}
export interface Decision {
  readonly zone: number;
  readonly price: number;
  readonly from: number;
  readonly change: boolean;
  readonly limited?: string;
  readonly steps: readonly Reason[];
}
export interface ProposalLine extends Decision {
  readonly facts: Facts;
}
export interface Proposal {
  readonly id: string;
  readonly program: number;
  readonly revision: number;
  readonly lines: readonly ProposalLine[] | null;
  readonly state: "open" | "confirmed" | "rejected" | "superseded";
  readonly createdAt: string;
  readonly decidedBy: string;
}
export interface ProgramInfo {
  readonly version: number;
  readonly name: string;
  readonly note: string;
  readonly actor: string;
  readonly createdAt: string;
  readonly document?: Program;
}
export interface PriceState {
  readonly program: number;
  readonly mode: "manual" | "automatic";
  readonly activatedAt: string;
}
export interface PriceChange {
  readonly revision: number;
  readonly zone: number;
  readonly channel: string;
  readonly kind: string;
  readonly package?: string;
  readonly old: number | null;
  readonly new: number | null;
  readonly source: "hand" | "program";
  readonly program?: number;
  readonly steps: readonly Reason[] | null;
  readonly actor: string;
  readonly at: string;
}
export interface Why {
  readonly zone: number;
  readonly name: string;
  readonly onSale: number;
  readonly revision: number;
  readonly applied: { readonly revision: number; readonly problem?: string };
  readonly last?: PriceChange;
  readonly steps: readonly Reason[] | null;
  readonly program: number;
  readonly byHand: boolean;
  readonly now?: Decision;
}
export interface Fault {
  readonly path: string;
  readonly code: string;
  readonly warning?: boolean;
  readonly zh: string;
  readonly en: string;
}
export interface RunPath {
  readonly zone: number;
  readonly capacity: number;
  readonly points: readonly { readonly at: string; readonly price: number; readonly sold: number; readonly was: number }[] | null;
  readonly sold: number;
  readonly revenue: number;
  readonly wasSold: number;
  readonly wasRevenue: number;
  readonly changes: number;
  readonly low: number;
  readonly high: number;
}
export interface RunResult {
  readonly zones: readonly RunPath[] | null;
  readonly revenue: number;
  readonly wasRevenue: number;
  readonly sold: number;
  readonly wasSold: number;
  readonly changes: number;
  readonly source: "recorded" | "generated";
  readonly skipped: number;
}

export interface Rule {
  id: string;
  name: string;
  when: Record<string, unknown>;
  effect: Record<string, unknown>;
  stop?: boolean;
}
export interface Program {
  format: "parterre.prices";
  version: 1;
  name: string;
  rounding: { to: number; direction: "nearest" | "up" | "down" };
  limits: Record<string, number>;
  zones: { no: number; base?: number; floor: number; cap: number }[];
  rules: Rule[];
}

const ten = (fen: number): number => Math.round(fen / 1000) * 1000;

/** A program that changes nothing yet: the prices on sale with a floor and a cap of 30 % around them. */
export function programOf(name: string, zones: readonly PriceZone[]): Program {
  return {
    format: "parterre.prices",
    version: 1,
    name,
    rounding: { to: 1000, direction: "nearest" },
    limits: { changesPerDay: 3, movePermille: 200, minutesBetween: 60 },
    zones: zones
      .filter((z) => z.kind === "public" || z.kind === "package")
      .map((z) => ({ no: z.no, base: z.price, floor: Math.min(ten(z.price * 0.7), z.price), cap: Math.max(ten(z.price * 1.3), z.price) })),
    rules: [],
  };
}

/** The usual rules to begin with. */
export const SAMPLES: Readonly<Record<"early" | "full" | "rush" | "late", Omit<Rule, "id" | "name">>> = {
  early: { when: { minutesToShow: { min: 30 * 24 * 60 } }, effect: { kind: "percent", permille: 900 } },
  full: { when: {}, effect: { kind: "step", amount: 2000, step: { of: "occupancyPermille", from: 500, every: 100, times: 4 } } },
  rush: { when: { velocity: { windowMinutes: 60, min: 100 } }, effect: { kind: "add", amount: 3000 } },
  late: { when: { minutesToShow: { max: 24 * 60 }, occupancyPermille: { max: 500 } }, effect: { kind: "percent", permille: 800 } },
};

/** Adds a rule under an id that is not used yet. */
export function withRule(p: Program, kind: keyof typeof SAMPLES, name: string): Program {
  const used = new Set(p.rules.map((r) => r.id));
  let id: string = kind;
  for (let n = 2; used.has(id); n++) id = `${kind}-${n}`;
  return { ...p, rules: [...p.rules, { id, name, ...structuredClone(SAMPLES[kind]) }] };
}

/** Reads the editor's text; null where it is no JSON object. */
export function parse(text: string): Program | null {
  try {
    const p = JSON.parse(text) as unknown;
    return typeof p === "object" && p !== null && !Array.isArray(p) ? (p as Program) : null;
  } catch {
    return null;
  }
}

export const print = (p: Program): string => JSON.stringify(p, null, 2);
