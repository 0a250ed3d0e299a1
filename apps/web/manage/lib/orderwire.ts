/** What the server sends of orders, their tickets and refunds. Money is integer 分. */

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
