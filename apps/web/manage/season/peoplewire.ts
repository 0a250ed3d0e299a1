/** Unbound tickets, passes and gifts as the server sends them. */

export interface Ticket {
  readonly order: string;
  readonly number: string;
  readonly buyer: string;
  readonly channel: string;
  readonly seat: number;
  readonly text: string;
  readonly reminded?: string;
}
export interface Unbound {
  readonly needed: boolean;
  readonly deadline: string;
  readonly over: boolean;
  readonly policy: { readonly remind: readonly number[]; readonly action: string };
  readonly bound: number;
  readonly tickets: readonly Ticket[];
  readonly steps: readonly { readonly step: number; readonly unbound: number; readonly action: string; readonly at: string }[];
}
export interface Pass {
  readonly id: string;
  readonly organisation: string;
  readonly role: string;
  readonly areas: readonly string[];
  readonly entrance: string;
  readonly state: string;
  readonly person?: { readonly name: string; readonly number: string };
  readonly issuedAt: string;
  readonly tickets: readonly { readonly session: string; readonly code: string }[];
  readonly pdf?: string;
}
export interface Passes {
  readonly quota: { readonly work: number; readonly gifts: number };
  readonly live: number;
  readonly gifts: number;
  readonly passes: readonly Pass[];
  readonly given: readonly {
    readonly order: string;
    readonly number: string;
    readonly recipient: string;
    readonly reason: string;
    readonly tickets: number;
    readonly at: string;
  }[];
}

/** Passes are printed in Chinese, so that is how an area is kept; the usual ones are shown in the reader's language. */
export const AREAS = [
  ["舞台", "mt.area-stage"],
  ["后台", "mt.area-backstage"],
  ["观众厅", "mt.area-house"],
  ["控制室", "mt.area-control"],
] as const;
export function areaName(area: string, text: (key: string) => string): string {
  const known = AREAS.find(([zh]) => zh === area);
  return known === undefined ? area : text(known[1]);
}
