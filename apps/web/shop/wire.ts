import { request, send, uuidv7 } from "@parterre/api";
export { request };
import { parseSkeleton } from "@parterre/planmodel/skeleton";
import { decodeGeometry, mapModel, type MapModel } from "@parterre/planrender";
import { language } from "@parterre/ui";

export interface Counts {
  readonly free: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}
export interface ShopSession {
  readonly id: string;
  readonly showId: string;
  readonly planId: string;
  readonly title: string;
  readonly titleEn: string;
  readonly venue: string;
  readonly venueEn: string;
  readonly hall: string;
  readonly address: string;
  readonly zone: string;
  readonly state: string;
  readonly startsAt: string;
  readonly doorsAt: string;
  readonly endsAt: string;
  readonly priceFrom: number;
  readonly priceTo: number;
  readonly counts?: Counts;
}
export interface ShopZone extends Counts {
  readonly no: number;
  readonly name: string;
  readonly letter: string;
  readonly color: string;
  readonly kind: string;
  readonly price: number;
}
export interface ShopArea extends Counts {
  readonly id: number;
  readonly code: string;
  readonly label: string;
  readonly level: string;
  readonly zone: number;
  readonly capacity: number;
}
export interface Tier {
  readonly hoursBefore: number;
  readonly feePerMille: number;
}
export interface Clause {
  readonly topic: string;
  readonly zh: string;
  readonly en: string;
}
export interface ShopDetail extends ShopSession {
  readonly performers: string;
  readonly synopsis: string;
  readonly notes: string;
  readonly rules: {
    readonly maxTickets: number;
    readonly holdMinutes: number;
    readonly refunds: readonly Tier[];
    readonly realName: { readonly perOrder: boolean; readonly perTicket: boolean; readonly atEntry: boolean };
  };
  readonly areas: readonly ShopArea[];
  readonly queue: boolean;
  readonly now: string;
  readonly opensAt?: string;
  readonly zones: readonly ShopZone[];
  readonly documents: readonly { readonly kind: string }[];
  readonly payments: readonly string[];
  readonly disclosures: {
    readonly organiser: string;
    readonly seller: string;
    readonly approval: string;
    readonly performers: string;
    readonly minutes: number;
    readonly audience: number;
    readonly places: number;
    readonly rules: readonly Clause[];
    readonly rulesHash: string;
  };
}

const V1 = "/api/v1";
let guest: Promise<void> | null = null;
/** What a buyer may do needs the buyer's cookie; it is made once, when first needed. */
function asBuyer(): Promise<void> {
  guest ??= send<unknown>(`${V1}/auth/guest`, { method: "POST", body: {}, key: uuidv7() }).then(
    () => undefined,
    (e: unknown) => {
      guest = null;
      throw e;
    },
  );
  return guest;
}
export const get = <T>(path: string): Promise<T> => send<T>(V1 + path, { language: language() });
export async function buyerGet<T>(path: string): Promise<T> {
  await asBuyer();
  return get<T>(path);
}
export async function buyerPost<T>(
  path: string,
  body: unknown,
  key: string = uuidv7(),
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  await asBuyer();
  return send<T>(V1 + path, { method: "POST", body, key, headers, language: language() });
}
/** With headers of its own and without a key: what is asked twice has one effect by itself. */
export async function buyerSend<T>(method: "GET" | "POST", path: string, headers: Readonly<Record<string, string>>): Promise<T> {
  await asBuyer();
  return send<T>(V1 + path, { method, headers, language: language() });
}

export interface PriceZone {
  readonly no: number;
  readonly seats: readonly (readonly [number, number])[];
}
/** Everything the map of a session needs: the drawing, and the zone of each seat by rank (index into zones + 1). */
export interface SessionMap {
  readonly model: MapModel;
  readonly zoneOf: Uint8Array;
}
export async function loadMap(s: ShopDetail): Promise<SessionMap> {
  const [skeleton, geometry, dressed] = await Promise.all([
    request(`${V1}/plans/${s.planId}/skeleton`).then((r) => r.text()),
    request(`${V1}/shop/sessions/${s.id}/geometry`).then((r) => r.arrayBuffer()),
    get<{ zones: PriceZone[] }>(`/sessions/${s.id}/zones`),
  ]);
  const model = mapModel(parseSkeleton(skeleton), decodeGeometry(new Uint8Array(geometry)));
  const zoneOf = new Uint8Array(model.seats.count),
    index = new Map(s.zones.map((z, i) => [z.no, i + 1]));
  for (const zone of dressed.zones) {
    const mark = index.get(zone.no) ?? 0;
    for (const [first, last] of zone.seats) {
      // Runs are of ids, which ascend with the rank.
      for (let rank = firstAtLeast(model.seats.ids, first); rank < model.seats.count && model.seats.ids[rank]! <= last; rank++)
        zoneOf[rank] = mark;
    }
  }
  return { model, zoneOf };
}
function firstAtLeast(ids: Int32Array, id: number): number {
  let low = 0,
    high = ids.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (ids[mid]! < id) low = mid + 1;
    else high = mid;
  }
  return low;
}

export interface SalePlace {
  readonly seat: number;
  readonly text: string;
  readonly level: string;
  readonly section: string;
  readonly row: string;
  readonly number: string;
  readonly zone: number;
  readonly price: number;
  readonly view: string;
  readonly note: string;
  readonly entrance?: string;
  readonly gate?: string;
}
/** What the places of a hold cost as one kind of ticket, below zero where it is not sold so. */
export interface KindOffer {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  readonly proof?: string;
  readonly proofEn?: string;
  readonly prices: readonly number[];
}
export interface SaleHold {
  readonly kinds?: readonly KindOffer[];
  readonly hold: string;
  readonly session: string;
  readonly places: readonly (SalePlace & { readonly kind?: string })[];
  readonly amount: number;
  readonly expiresAt: string;
  readonly secondsLeft: number;
  readonly why?: { readonly reasons: readonly string[] };
}
export interface Off {
  readonly rule: string;
  readonly name: string;
  readonly nameEn: string;
  readonly fen: number;
}
/** list: before discounts; off: what each took off; price is what was paid. */
export interface SaleTicket extends SalePlace {
  readonly list: number;
  readonly off: readonly Off[];
  readonly state: "ordered" | "valid" | "refunded" | "exchanged" | "void";
  readonly code?: string;
  readonly qr?: string;
  readonly person?: { readonly name: string; readonly kind: string; readonly number: string };
}
export interface OrderItem {
  readonly id: string;
  readonly number: string;
  readonly session: string;
  readonly title: string;
  readonly titleEn: string;
  readonly startsAt: string;
  readonly state: string;
  readonly amount: number;
  readonly places: number;
  readonly createdAt: string;
  readonly secondsLeft: number;
}
export interface SaleTier {
  readonly until: string;
  readonly hoursBefore: number;
  readonly feePerMille: number;
}
export interface OrderDetail extends OrderItem {
  readonly hold: string;
  readonly bundle?: string;
  readonly pickup?: string;
  readonly venue: string;
  readonly hall: string;
  readonly address: string;
  readonly zone: string;
  readonly doorsAt: string;
  readonly endsAt: string;
  readonly organiser: string;
  readonly phone: string;
  readonly tickets: readonly SaleTicket[];
  readonly pdf?: string;
  readonly refunds: readonly { readonly id: string; readonly seats: readonly number[]; readonly back: number; readonly state: string }[];
  readonly tiers: readonly SaleTier[];
  readonly paid: number;
  readonly back: number;
  readonly refundable: boolean;
}
export interface Quote {
  readonly free: boolean;
  readonly tiers: readonly SaleTier[];
  readonly tickets: readonly {
    readonly seat: number;
    readonly price: number;
    readonly fee: number;
    readonly back: number;
    readonly possible: boolean;
  }[];
}

/** A hold as this tab keeps it: when it ends by this machine's clock, so that a reload counts on. */
export interface KeptHold extends SaleHold {
  readonly endsAt: number;
}
const HOLD = "parterre.shop.hold.";
export function keptHold(session: string): KeptHold | null {
  try {
    return JSON.parse(sessionStorage.getItem(HOLD + session) ?? "null") as KeptHold | null;
  } catch {
    return null;
  }
}
const held = new Map<string, KeptHold>();
export const holdOf = (session: string): KeptHold | null => held.get(session) ?? keptHold(session);
export function keepHold(session: string, hold: SaleHold | null): void {
  const kept = hold === null ? null : { ...hold, endsAt: Date.now() + hold.secondsLeft * 1000 };
  if (kept === null) held.delete(session);
  else held.set(session, kept);
  try {
    if (kept === null) sessionStorage.removeItem(HOLD + session);
    else sessionStorage.setItem(HOLD + session, JSON.stringify(kept));
  } catch {
    /* private mode: it stays in memory */
  }
}
export async function releaseHold(session: string, hold: string): Promise<void> {
  keepHold(session, null);
  await asBuyer();
  await send(`${V1}/shop/sessions/${session}/holds/${hold}`, { method: "DELETE", key: uuidv7(), language: language() });
}
