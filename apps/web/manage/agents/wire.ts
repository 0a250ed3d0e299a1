export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly sandbox: boolean;
  readonly disabled: boolean;
  readonly rate: number;
  readonly burst: number;
  readonly pool: string;
  readonly version: number;
  readonly createdAt: string;
}
export interface AgentKey {
  readonly id: string;
  readonly prefix: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  readonly seenAt?: string;
}
export interface Hook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: string;
}
export interface Allotment {
  readonly pool: string;
  readonly name: string;
  readonly session: string;
  readonly title: string;
  readonly startsAt: string;
  readonly places: number;
  readonly left: number;
  readonly release?: string;
}
export interface Profile extends Agent {
  readonly keys: readonly AgentKey[] | null;
  readonly webhooks: readonly Hook[] | null;
  readonly allotments: readonly Allotment[] | null;
}
export interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly state: "waiting" | "sent" | "parked";
  readonly attempts: number;
  readonly status: number;
  readonly error: string;
  readonly createdAt: string;
  readonly sentAt?: string;
}
export interface Day {
  readonly day: string;
  readonly final: boolean;
  readonly sha256: string;
  readonly entries:
    | readonly {
        readonly kind: "order" | "refund";
        readonly id: string;
        readonly order: string;
        readonly ref: string;
        readonly at: string;
        readonly places: number;
        readonly amount: number;
        readonly fee: number;
        readonly net: number;
      }[]
    | null;
  readonly totals: {
    readonly orders: number;
    readonly places: number;
    readonly amount: number;
    readonly refunds: number;
    readonly returned: number;
    readonly back: number;
    readonly fees: number;
    readonly net: number;
  };
}
export type KeyState = "active" | "expired" | "revoked";
export const keyState = (k: AgentKey, now: number): KeyState =>
  k.revokedAt !== undefined ? "revoked" : new Date(k.expiresAt).getTime() < now ? "expired" : "active";
