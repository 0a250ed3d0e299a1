/** What the server sends of reports to regulators, their deliveries and the codes on tickets. */

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
