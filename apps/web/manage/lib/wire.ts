/** What the server sends, as far as these pages read it. Money is integer 分, times are RFC 3339, days YYYY-MM-DD. */
export interface Me {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly login?: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly mustChangePassword: boolean;
  readonly tenant: string;
  readonly tenantName: string;
  readonly since: string;
}
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
export interface Account {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly mustChangePassword: boolean;
  readonly disabled: boolean;
  readonly createdAt: string;
}
export interface RoleInfo {
  readonly role: string;
  readonly zh: string;
  readonly en: string;
  readonly permissions: readonly string[];
}
export interface PermissionInfo {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly key: boolean;
}
export interface Roles {
  readonly roles: readonly RoleInfo[];
  readonly permissions: readonly PermissionInfo[];
}
export const DEVICE_KINDS = ["gate", "counter", "kiosk", "edge"] as const;
export interface Device {
  readonly id: string;
  readonly kind: (typeof DEVICE_KINDS)[number];
  readonly name: string;
  readonly venue?: string;
  readonly gate?: string;
  readonly pairedAt: string;
  readonly revokedAt?: string;
  readonly seenAt?: string;
}
export interface Pairing {
  readonly id: string;
  readonly code: string;
  readonly expiresAt: string;
}
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly permissions: readonly string[];
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  readonly seenAt?: string;
}
export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly actorName: string;
  readonly reason?: string;
  readonly approver?: string;
  readonly request?: string;
  readonly action: string;
  readonly target: string;
  readonly key: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly hash: string;
}
export interface AuditReport {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: { readonly seq: number; readonly hash: string };
  readonly faults: readonly { readonly seq: number; readonly kind: string; readonly text: string }[] | null;
  readonly more: boolean;
}
export interface Movement {
  readonly sold: number;
  readonly soldAmount: number;
  readonly refunded: number;
  readonly refundAmount: number;
}
export const DAY_STATUSES = ["open", "due", "received", "late", "problem", "missing"] as const;
export interface DailyDelivery {
  readonly channel: string;
  readonly seq: number;
  readonly state: string;
  readonly code: string;
  readonly text: string;
  readonly at: string;
}
export interface SessionDay {
  readonly daily: {
    readonly sessionCode: string;
    readonly day: string;
    readonly version: number;
    readonly late: boolean;
    readonly sellable: number;
    readonly held: number;
    readonly public: Movement;
    readonly complimentary: Movement;
    readonly work: Movement;
    readonly checked: number;
    readonly valid: number;
    readonly checkedTotal: number;
  };
  readonly madeAt: string;
  readonly versions: number;
  readonly deliveries: readonly DailyDelivery[] | null;
}
export interface DayProblem {
  readonly sessionCode: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}
export interface ReportDay {
  readonly day: string;
  readonly deadline: string;
  readonly status: (typeof DAY_STATUSES)[number];
  readonly closedAt: string | null;
  readonly lastRunAt: string | null;
  readonly runs: number;
  readonly sessions: readonly SessionDay[];
  readonly totals: Movement;
  readonly checked: number;
  readonly problems: readonly DayProblem[] | null;
}
export interface ReportChannel {
  readonly code: string;
  readonly name: string;
  readonly adapter: string;
  readonly venues: readonly string[];
  readonly kinds: readonly string[];
  readonly active: boolean;
  readonly version: number;
  readonly pending: number;
  readonly parked: number;
  readonly oldestAt?: string;
  readonly lastAt?: string;
  readonly nextAt?: string;
  readonly failures: number;
  readonly blocked?: string;
  readonly blockedSince?: string;
}
export const DELIVERY_STATES = ["pending", "sending", "accepted", "parked", "requeued", "dropped"] as const;
export const FACT_KINDS = ["VENUE", "HALL", "SEATMAP", "SHOW", "SESSION", "PRICE", "SALE", "REFUND", "CHECKIN", "DAILY"] as const;
export interface Delivery {
  readonly channel: string;
  readonly seq: number;
  readonly state: (typeof DELIVERY_STATES)[number];
  readonly code?: string;
  readonly text?: string;
  readonly updatedAt: string;
  readonly factId: string;
  readonly kind: string;
  readonly venue: string;
  readonly subject: string;
  readonly at: string;
  readonly messageId?: string;
}
export interface DeliveryDetail extends Delivery {
  readonly fact: unknown;
  readonly message?: string;
  readonly receipt?: string;
  readonly records: number;
  readonly index: number;
  readonly attempts: readonly {
    readonly number: number;
    readonly startedAt: string;
    readonly deadline: string;
    readonly endedAt?: string;
    readonly class?: string;
    readonly code?: string;
    readonly text?: string;
  }[];
  readonly decision?: {
    readonly action: "requeue" | "drop";
    readonly reason: string;
    readonly actor: string;
    readonly newSeq?: number;
    readonly at: string;
  };
}
export interface Occupancy {
  readonly session: string;
  readonly inside: number;
  readonly approved: number;
  readonly byGate: readonly { readonly gate: string; readonly inside: number }[] | null;
  readonly refused: Readonly<Record<string, number>> | null;
}
export interface CodeDescription {
  readonly kind?: string;
  readonly valid: boolean;
  readonly titleZh?: string;
  readonly titleEn?: string;
  readonly form?: string;
  readonly clause?: string;
  readonly origin?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly fields?: readonly {
    readonly name: string;
    readonly zh: string;
    readonly en: string;
    readonly value: unknown;
    readonly from?: number;
    readonly to?: number;
    readonly note?: string;
  }[];
  readonly warnings?: readonly { readonly code: string; readonly zh: string; readonly en: string }[];
  readonly alsoReadAs?: readonly string[];
  readonly error?: {
    readonly code: string;
    readonly from?: number;
    readonly to?: number;
    readonly rule: string;
    readonly found?: string;
    readonly zh: string;
    readonly en: string;
  };
}
export interface CodeKind {
  readonly kind: string;
  readonly zh: string;
  readonly en: string;
  readonly form: string;
}
export interface CodeTable {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly provisional: boolean;
  readonly entries?: readonly { readonly code: string; readonly zh: string; readonly en: string }[];
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
export const ORDER_STATES = ["pending", "paid", "confirmed", "expired", "cancelled", "refund_due", "refunded"] as const;
export const CHANNELS = ["online", "counter", "agent"] as const;
export interface Order {
  readonly id: string;
  readonly number: string;
  readonly session: string;
  readonly title: string;
  readonly titleEn: string;
  readonly startsAt: string;
  readonly channel: string;
  readonly state: (typeof ORDER_STATES)[number];
  readonly amount: number;
  readonly places: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly confirmedAt?: string;
}
export interface OrderTicket {
  readonly seat: number;
  readonly text: string;
  readonly zone: number;
  readonly price: number;
  readonly state: "ordered" | "valid" | "refunded" | "exchanged" | "void";
  readonly code?: string;
  readonly qr?: string;
  readonly kind: string;
  readonly soldAt?: string;
  readonly prints: number;
  readonly person?: { readonly name?: string; readonly number?: string; readonly kind?: string; readonly kindName?: string };
}
export interface OrderRefund {
  readonly id: string;
  readonly seats: readonly number[];
  readonly paid: number;
  readonly fee: number;
  readonly back: number;
  readonly reason: string;
  readonly state: "asked" | "seats_back" | "done" | "refused";
  readonly askedBy: string;
  readonly createdAt: string;
  readonly doneAt?: string;
}
export interface OrderTier {
  readonly until: string;
  readonly hoursBefore: number;
  readonly feePerMille: number;
}
export interface OrderDetail extends Order {
  readonly venue: string;
  readonly hall: string;
  readonly doorsAt: string;
  readonly organiser: string;
  readonly phone: string;
  readonly tickets: readonly OrderTicket[];
  readonly pdf?: string;
  readonly payments: readonly {
    readonly id: string;
    readonly provider: string;
    readonly amount: number;
    readonly state: string;
    readonly ref: string;
    readonly paidAt?: string;
  }[];
  readonly refunds: readonly OrderRefund[];
  readonly tiers: readonly OrderTier[];
  readonly paid: number;
  readonly back: number;
  readonly refundable: boolean;
}
export interface RefundQuote {
  readonly free: boolean;
  readonly tiers: readonly OrderTier[] | null;
  readonly tickets:
    | readonly { readonly seat: number; readonly price: number; readonly fee: number; readonly back: number; readonly possible: boolean }[]
    | null;
}
