/** What the server sends of venues, shows, sessions and ticket maps. Money is integer 分, times are RFC 3339, days YYYY-MM-DD. */
export interface Hall {
  readonly id: string;
  readonly venueId: string;
  readonly code: string;
  readonly name: string;
  readonly version: number;
  readonly createdAt: string;
}
export interface Venue {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  readonly address: string;
  readonly zone: string;
  readonly version: number;
  readonly createdAt: string;
  readonly halls: readonly Hall[];
}
export interface Finding {
  readonly severity: "error" | "warning" | "hint";
  readonly code: string;
  readonly path: string;
  readonly zh: string;
  readonly en: string;
}
export interface PlanInfo {
  readonly id: string;
  readonly hallId: string;
  readonly number: number;
  readonly state: "draft" | "published";
  readonly name: string;
  readonly hash: string;
  readonly places: number;
  readonly counts: {
    readonly seats: number;
    readonly rows: number;
    readonly sections: number;
    readonly areas: number;
    readonly tables: number;
    readonly categories: number;
  };
  readonly version: number;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly publishedAt?: string;
  readonly problems?: readonly Finding[] | null;
}
export interface Approval {
  readonly version: number;
  readonly number: string;
  readonly authority: string;
  readonly audience: number;
  readonly validFrom: string;
  readonly validTo: string;
  readonly note: string;
  readonly createdAt: string;
}
export interface Show {
  readonly id: string;
  readonly kind: "performance" | "film";
  readonly title: string;
  readonly titleEn: string;
  readonly performanceType: string;
  readonly organiser: string;
  readonly performers: string;
  readonly synopsis: string;
  readonly minutes: number;
  readonly notes: string;
  readonly state: "draft" | "active" | "cancelled" | "ended";
  readonly version: number;
  readonly createdAt: string;
  readonly approvals: readonly Approval[];
}
export interface RefundTier {
  readonly hoursBefore: number;
  readonly feePerMille: number;
}
export interface Rules {
  readonly realName: { readonly perOrder: boolean; readonly perTicket: boolean; readonly atEntry: boolean };
  readonly maxTickets: number;
  readonly holdMinutes: number;
  readonly refunds: readonly RefundTier[];
  readonly bindBeforeHours: number;
}
export const SESSION_STATES = ["created", "scheduled", "on_sale", "paused", "closed", "cancelled", "ended"] as const;
export type SessionState = (typeof SESSION_STATES)[number];
export interface Session {
  readonly id: string;
  readonly showId: string;
  readonly hallId: string;
  readonly planId: string;
  readonly mapId: string;
  readonly code: string;
  readonly startsAt: string;
  readonly doorsAt: string;
  readonly endsAt: string;
  readonly approvalVersion: number;
  readonly audience: number;
  readonly state: SessionState;
  readonly opensAt?: string;
  readonly closesAt?: string;
  readonly rules: Rules;
  readonly version: number;
  readonly createdAt: string;
}
export type ZoneKind = "public" | "package" | "work" | "complimentary";
export interface PriceZone {
  readonly no: number;
  readonly name: string;
  readonly letter: string;
  readonly color: string;
  readonly price: number;
  readonly kind: ZoneKind;
  readonly seats: readonly (readonly [number, number])[];
  readonly areas: readonly string[];
}
export const HOLD_REASONS = ["security", "work", "complimentary", "press", "anti-crush", "reserved"] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];
export interface SeatHold {
  readonly no: number;
  readonly reason: HoldReason;
  readonly note: string;
  readonly seats: readonly (readonly [number, number])[];
  readonly areas: readonly { readonly area: string; readonly count: number }[];
}
/** Places of zones kept for one channel (配额), until the release date if there is one. */
export interface Allotment {
  readonly no: number;
  readonly name: string;
  readonly channel: "online" | "counter" | "agent";
  readonly release?: string | null;
  readonly released?: boolean;
  readonly seats: readonly (readonly [number, number])[];
  readonly areas: readonly { readonly area: string; readonly count: number }[];
}
/** A kind of ticket sold beside the full price. */
export interface TicketKind {
  readonly code: string;
  readonly permille: number;
  readonly channels?: readonly string[];
  readonly zones?: readonly number[];
  readonly proof?: string;
  readonly proofEn?: string;
  readonly maxSeats?: number;
}
export interface ListPrice {
  readonly zone: number;
  readonly channel: string;
  readonly kind: string;
  readonly package?: string;
  readonly price: number;
}
export interface MapContent {
  readonly zones: readonly PriceZone[];
  readonly holds: readonly SeatHold[];
  readonly allotments?: readonly Allotment[];
  readonly kinds?: readonly TicketKind[];
  readonly prices?: readonly ListPrice[];
}
export interface TicketMap extends MapContent {
  readonly id: string;
  readonly planId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly approved: number;
  readonly live: boolean;
  readonly version: number;
  readonly createdAt: string;
  readonly changedAt: string;
}
export interface Meter {
  readonly approved: number;
  readonly percent: number;
  readonly required: number;
  readonly places: number;
  readonly buffer: number;
  readonly public: number;
  readonly internal: number;
  readonly held: number;
  readonly heldBy: Readonly<Record<string, number>>;
  readonly unzoned: number;
  readonly total: number;
  readonly byZone: Readonly<Record<string, number>>;
  readonly publicOk: boolean;
  readonly totalOk: boolean;
}
export interface Occupancy {
  readonly session: string;
  readonly inside: number;
  readonly approved: number;
  readonly byGate: readonly { readonly gate: string; readonly inside: number }[] | null;
  readonly refused: Readonly<Record<string, number>> | null;
}
export interface Counts {
  readonly free: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}
/** A session as the shop shows it: live counts by zone, while it is or will be on sale. */
export interface LiveSession {
  readonly id: string;
  readonly title: string;
  readonly titleEn: string;
  readonly hall: string;
  readonly venue: string;
  readonly counts?: Counts;
  readonly zones:
    | readonly (Counts & {
        readonly no: number;
        readonly name: string;
        readonly letter: string;
        readonly color: string;
        readonly kind: string;
        readonly price: number;
      })[]
    | null;
}
