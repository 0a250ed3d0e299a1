import type { MapModel } from "@parterre/planrender";
import type { Allotment, HoldReason, ListPrice, MapContent, PriceZone, SeatHold, ZoneKind } from "../lib/wire.ts";

export interface ZoneMeta {
  readonly no: number;
  readonly name: string;
  readonly letter: string;
  readonly color: string;
  readonly price: number;
  readonly kind: ZoneKind;
  readonly areas: readonly string[];
}
export interface HoldMeta {
  readonly no: number;
  readonly reason: HoldReason;
  readonly note: string;
  readonly areas: readonly { readonly area: string; readonly count: number }[];
}
export type AllotMeta = Omit<Allotment, "seats">;
type Meta = {
  readonly zones: readonly ZoneMeta[];
  readonly holds: readonly HoldMeta[];
  readonly allots: readonly AllotMeta[];
  readonly prices: readonly ListPrice[];
};

/** A seat is held or in a channel's allotment (渠道配额), never both: allotments are marked in the layer of holds, from this number on. */
export const ALLOT = 0x8000;
interface Step {
  readonly label: string;
  readonly before: Meta;
  readonly after: Meta;
  readonly ranks: Int32Array;
  readonly zone: readonly [Uint16Array, Uint16Array];
  readonly hold: readonly [Uint16Array, Uint16Array];
}

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/**
 * A ticket map while one paints: the zone and hold number of each seat by rank (0: none), with undo without loss. Buffer
 * seats take neither (RL-8). Each change is one step, or joins the step of the same stroke.
 */
export class MapDraft {
  readonly zone: Uint16Array;
  readonly hold: Uint16Array;
  zones: readonly ZoneMeta[] = [];
  holds: readonly HoldMeta[] = [];
  allots: readonly AllotMeta[] = [];
  /** Prices that do not follow from the zones' prices. */
  prices: readonly ListPrice[] = [];
  private asLoaded: Pick<Meta, "zones" | "prices"> = { zones: [], prices: [] };
  private undos: Step[] = [];
  private redos: Step[] = [];
  private readonly listeners = new Set<() => void>();
  private clean = 0;
  private changes = 0;
  /** Grows with each change; for useSyncExternalStore. */
  version = 0;

  constructor(
    readonly model: MapModel,
    readonly buffer: ReadonlySet<number>,
    content: MapContent,
  ) {
    this.zone = new Uint16Array(model.seats.count);
    this.hold = new Uint16Array(model.seats.count);
    this.load(content);
    this.asLoaded = { zones: this.zones, prices: this.prices };
  }

  private load(content: MapContent): void {
    this.zone.fill(0);
    for (let r = 0; r < this.hold.length; r++) if (content.allotments !== undefined || this.hold[r]! < ALLOT) this.hold[r] = 0;
    this.zones = content.zones.map(({ seats: _, ...z }) => ({ ...z, areas: z.areas ?? [] }));
    this.holds = content.holds.map(({ seats: _, ...h }) => ({ ...h, areas: h.areas ?? [] }));
    // Content without them (a plan's categories, an older draft) says nothing of them: they stay.
    if (content.allotments !== undefined) this.allots = content.allotments.map(({ seats: _, ...a }) => ({ ...a, areas: a.areas ?? [] }));
    if (content.prices !== undefined) this.prices = content.prices;
    for (const z of content.zones) this.lay(this.zone, z.seats ?? [], z.no);
    for (const h of content.holds) this.lay(this.hold, h.seats ?? [], h.no);
    for (const a of content.allotments ?? []) this.lay(this.hold, a.seats ?? [], ALLOT + a.no);
  }

  private lay(into: Uint16Array, runs: readonly (readonly [number, number])[], no: number): void {
    for (const [first, last] of runs) {
      const start = this.model.rankOf.get(first),
        end = this.model.rankOf.get(last);
      if (start !== undefined && end !== undefined) into.fill(no, start, end + 1); // ranks ascend with ids
    }
  }

  listen = (l: () => void): (() => void) => {
    this.listeners.add(l);
    return () => this.listeners.delete(l);
  };
  private tell(): void {
    this.version++;
    for (const l of this.listeners) l();
  }

  get canUndo(): boolean {
    return this.undos.length > 0;
  }
  get canRedo(): boolean {
    return this.redos.length > 0;
  }
  get dirty(): boolean {
    return this.changes !== this.clean;
  }
  get undoLabel(): string {
    return this.undos.at(-1)?.label ?? "";
  }
  /** What is here is what the server has. */
  markClean(): void {
    this.clean = this.changes;
    this.asLoaded = { zones: this.zones, prices: this.prices };
    this.tell();
  }

  /** Replaces everything by another content, as one step. */
  replace(content: MapContent, label: string): void {
    const z0 = this.zone.slice(),
      h0 = this.hold.slice(),
      before = this.meta();
    this.load(content);
    this.record(label, before, Int32Array.from(z0.keys()), z0, h0);
  }

  /** Paints a zone number on seats, 0 takes it off. Answers how many changed. */
  paintZone(ranks: Iterable<number>, no: number, label: string, join = false): number {
    return this.paint(ranks, this.zone, no, label, join);
  }
  paintHold(ranks: Iterable<number>, no: number, label: string, join = false): number {
    return this.paint(ranks, this.hold, no, label, join);
  }

  private paint(ranks: Iterable<number>, into: Uint16Array, no: number, label: string, join: boolean): number {
    const touched = Int32Array.from([...new Set(ranks)].filter((r) => into[r] !== no && !this.buffer.has(r)));
    if (touched.length === 0) return 0;
    const z0 = pick(this.zone, touched),
      h0 = pick(this.hold, touched),
      meta = this.meta();
    for (const r of touched) into[r] = no;
    this.record(label, meta, touched, z0, h0, join);
    return touched.length;
  }

  setZone(no: number, change: Partial<Omit<ZoneMeta, "no">>, label: string): void {
    this.setMeta(
      { ...this.meta(), zones: this.zones.map((z) => (z.no === no ? { ...z, ...change } : z)) },
      label,
      `zone ${no} ${Object.keys(change).join()}`,
    );
  }
  setHold(no: number, change: Partial<Omit<HoldMeta, "no">>, label: string): void {
    this.setMeta({ ...this.meta(), holds: this.holds.map((h) => (h.no === no ? { ...h, ...change } : h)) }, label);
  }

  addZone(name: string, colours: readonly string[], label: string): number {
    const no = this.zones.reduce((n, z) => Math.max(n, z.no), 0) + 1,
      used = new Set(this.zones.map((z) => z.letter));
    const letter = [...LETTERS].find((l) => !used.has(l)) ?? "Z",
      color = colours.find((c) => !this.zones.some((z) => z.color === c)) ?? colours[(no - 1) % colours.length]!;
    this.setMeta({ ...this.meta(), zones: [...this.zones, { no, name, letter, color, price: 0, kind: "public", areas: [] }] }, label);
    return no;
  }

  removeZone(no: number, label: string): void {
    const ranks = Int32Array.from(ranksWith(this.zone, no)),
      z0 = pick(this.zone, ranks),
      h0 = pick(this.hold, ranks),
      before = this.meta();
    for (const r of ranks) this.zone[r] = 0;
    this.zones = this.zones.filter((z) => z.no !== no);
    this.record(label, before, ranks, z0, h0);
  }

  /** The hold of a reason, made when there is none. */
  holdFor(reason: HoldReason, label: string): number {
    const there = this.holds.find((h) => h.reason === reason);
    if (there !== undefined) return there.no;
    const no = this.holds.reduce((n, h) => Math.max(n, h.no), 0) + 1;
    this.setMeta({ ...this.meta(), holds: [...this.holds, { no, reason, note: "", areas: [] }] }, label);
    return no;
  }

  /** An allotment of a channel's own; places come to it with paintHold(ranks, ALLOT + no). */
  addAllot(name: string, channel: Allotment["channel"], label: string): number {
    const no = this.allots.reduce((n, a) => Math.max(n, a.no), 0) + 1;
    this.setMeta({ ...this.meta(), allots: [...this.allots, { no, name, channel, areas: [] }] }, label);
    return no;
  }

  setAllot(no: number, change: Partial<Omit<AllotMeta, "no">>, label: string): void {
    this.setMeta(
      { ...this.meta(), allots: this.allots.map((a) => (a.no === no ? { ...a, ...change } : a)) },
      label,
      `allot ${no} ${Object.keys(change).join()}`,
    );
  }

  /** Takes an allotment away; its places are on sale as their zones are. */
  removeAllot(no: number, label: string): void {
    const ranks = Int32Array.from(ranksWith(this.hold, ALLOT + no)),
      z0 = pick(this.zone, ranks),
      h0 = pick(this.hold, ranks),
      before = this.meta();
    for (const r of ranks) this.hold[r] = 0;
    this.allots = this.allots.filter((a) => a.no !== no);
    this.record(label, before, ranks, z0, h0);
  }

  /** The full price of a zone that was set by hand for a channel; null: it follows the zone's. */
  channelPrice(zone: number, channel: string): number | null {
    return this.prices.find((p) => isFull(p, zone, channel))?.price ?? null;
  }

  setChannelPrice(zone: number, channel: string, price: number | null, label: string): void {
    const rest = this.prices.filter((p) => !isFull(p, zone, channel));
    this.setMeta(
      { ...this.meta(), prices: price === null ? rest : [...rest, { zone, channel, kind: "full", price }] },
      label,
      `price ${zone} ${channel}`,
    );
  }

  private meta(): Meta {
    return { zones: this.zones, holds: this.holds, allots: this.allots, prices: this.prices };
  }
  private setTo(meta: Meta): void {
    this.zones = meta.zones;
    this.holds = meta.holds;
    this.allots = meta.allots;
    this.prices = meta.prices;
  }

  private setMeta(next: Meta, label: string, joinKey?: string): void {
    const before = this.meta(),
      none = new Uint16Array(0),
      last = this.undos.at(-1);
    this.setTo(next);
    // Typing in one field is one step.
    if (
      joinKey !== undefined &&
      last !== undefined &&
      last.label === label &&
      last.ranks.length === 0 &&
      this.joinKey === joinKey &&
      this.redos.length === 0
    ) {
      this.undos[this.undos.length - 1] = { ...last, after: next };
      this.changes++;
      this.tell();
    } else this.record(label, before, new Int32Array(0), none, none);
    this.joinKey = joinKey;
  }
  private joinKey: string | undefined;

  private record(label: string, before: Meta, ranks: Int32Array, z0: Uint16Array, h0: Uint16Array, join = false): void {
    const last = this.undos.at(-1);
    this.joinKey = undefined;
    this.redos = [];
    if (join && last !== undefined) {
      // One stroke of the brush: what a seat was before the stroke counts.
      const seen = new Map<number, number>();
      last.ranks.forEach((r, i) => seen.set(r, i));
      const fresh = [...ranks.keys()].filter((i) => !seen.has(ranks[i]!)),
        all = Int32Array.from([...last.ranks, ...fresh.map((i) => ranks[i]!)]);
      const zb = Uint16Array.from([...last.zone[0], ...fresh.map((i) => z0[i]!)]),
        hb = Uint16Array.from([...last.hold[0], ...fresh.map((i) => h0[i]!)]);
      this.undos[this.undos.length - 1] = {
        label,
        before: last.before,
        after: this.meta(),
        ranks: all,
        zone: [zb, pick(this.zone, all)],
        hold: [hb, pick(this.hold, all)],
      };
    } else {
      this.undos.push({ label, before, after: this.meta(), ranks, zone: [z0, pick(this.zone, ranks)], hold: [h0, pick(this.hold, ranks)] });
      if (this.undos.length > 300) this.undos.shift();
    }
    this.changes++;
    this.tell();
  }

  undo(): boolean {
    return this.turn(this.undos, this.redos, 0);
  }
  redo(): boolean {
    return this.turn(this.redos, this.undos, 1);
  }

  private turn(from: Step[], to: Step[], side: 0 | 1): boolean {
    const step = from.pop();
    if (step === undefined) return false;
    to.push(step);
    const meta = side === 0 ? step.before : step.after;
    this.setTo(meta);
    step.ranks.forEach((r, i) => {
      this.zone[r] = step.zone[side][i]!;
      this.hold[r] = step.hold[side][i]!;
    });
    this.joinKey = undefined;
    this.changes += side === 0 ? -1 : 1;
    this.tell();
    return true;
  }

  /** What the server takes: runs of seat ids without holes; holds without places are left out. */
  content(): MapContent {
    const runs = (marks: Uint16Array): Map<number, [number, number][]> => {
      const out = new Map<number, [number, number][]>(),
        ids = this.model.seats.ids;
      for (let rank = 0; rank < marks.length; rank++) {
        const no = marks[rank]!;
        if (no === 0) continue;
        const list = out.get(no) ?? out.set(no, []).get(no)!,
          last = list.at(-1);
        if (last !== undefined && last[1] === ids[rank]! - 1) last[1] = ids[rank]!;
        else list.push([ids[rank]!, ids[rank]!]);
      }
      return out;
    };
    const z = runs(this.zone),
      h = runs(this.hold);
    return {
      zones: this.zones.map((zone): PriceZone => ({ ...zone, seats: z.get(zone.no) ?? [] })),
      holds: this.holds
        .map((hold): SeatHold => ({ ...hold, seats: h.get(hold.no) ?? [] }))
        .filter((hold) => hold.seats.length > 0 || hold.areas.length > 0),
      allotments: this.allots
        .map((a): Allotment => ({ ...a, seats: h.get(ALLOT + a.no) ?? [] }))
        .filter((a) => a.seats.length > 0 || a.areas.length > 0),
      ...(this.prices === this.asLoaded.prices ? {} : { prices: this.pricesToSend() }),
    };
  }

  /** Prices set by hand go along only when one was touched; kinds of a zone whose price is another follow it again, as the server does it. */
  private pricesToSend(): readonly ListPrice[] {
    const stays = (zone: number): boolean =>
      this.zones.find((z) => z.no === zone)?.price === this.asLoaded.zones.find((z) => z.no === zone)?.price;
    return this.prices.filter((p) => this.zones.some((z) => z.no === p.zone) && (isFull(p, p.zone, p.channel) || stays(p.zone)));
  }

  /** Places on sale by zone (not held), held by reason, and those in no zone: as the server's meter counts them. */
  counts(): { byZone: Map<number, number>; byHold: Map<number, number>; unzoned: number } {
    const byZone = new Map<number, number>(),
      byHold = new Map<number, number>();
    let unzoned = 0;
    const add = (m: Map<number, number>, k: number, n: number): void => {
      m.set(k, (m.get(k) ?? 0) + n);
    };
    for (let r = 0; r < this.zone.length; r++) {
      if (this.buffer.has(r)) continue;
      if (this.hold[r]! > 0) add(byHold, this.hold[r]!, 1);
      else if (this.zone[r]! > 0) add(byZone, this.zone[r]!, 1);
      else unzoned++;
    }
    for (const area of this.model.plan.areas.values()) {
      let free = area.capacity;
      for (const h of [...this.holds, ...this.allots.map((a) => ({ no: ALLOT + a.no, areas: a.areas }))])
        for (const a of h.areas)
          if (a.area === area.id) {
            add(byHold, h.no, a.count);
            free -= a.count;
          }
      const zone = this.zones.find((z) => z.areas.includes(area.id));
      if (zone === undefined) unzoned += free;
      else add(byZone, zone.no, free);
    }
    return { byZone, byHold, unzoned };
  }
}

const isFull = (p: ListPrice, zone: number, channel: string): boolean =>
  p.zone === zone && p.channel === channel && p.kind === "full" && (p.package ?? "") === "";
const pick = (from: Uint16Array, ranks: Int32Array): Uint16Array => Uint16Array.from(ranks, (r) => from[r]!);
function* ranksWith(marks: Uint16Array, no: number): Generator<number> {
  for (let r = 0; r < marks.length; r++) if (marks[r] === no) yield r;
}
