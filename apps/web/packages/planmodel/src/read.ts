import { isMm, MAX_MM, type Box, type Mm, type Point, type Polygon } from "@parterre/geometry";
import type { Problems } from "./problems.ts";
import { MAX_SEAT_ID, type Parapet, type Rake, type RecordId, type Run } from "./types.ts";

/** Limits of a document (FORMAT.md of modules/ticketmap/plan). A hostile file meets them before it costs memory. */
export const LIMITS = {
  bytes: 64 << 20,
  seats: 250_000,
  rows: 60_000,
  sections: 5000,
  others: 20_000,
  outlinePoints: 20_000,
  points: 1_000_000,
  capacity: 1_000_000,
} as const;

const ID = /^[A-Za-z0-9._:-]{1,40}$/;
// Control characters would break tickets and CSV; lone surrogates cannot be stored as UTF-8.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function validText(value: string, max: number): boolean {
  return value !== "" && value.length <= 2 * max && [...value].length <= max && !FORBIDDEN.test(value) && value.trim() === value;
}
export const validId = (value: string): boolean => ID.test(value);

const clip = (value: unknown): string => String(value).slice(0, 40);

/**
 * Reads untyped JSON. Every method reports what is wrong and answers with a harmless value, so one pass lists all
 * problems.
 */
export class Reader {
  private points = 0;
  constructor(readonly problems: Problems) {}

  object(value: unknown, path: string, required: readonly string[], optional: readonly string[] = []): Record<string, unknown> | null {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.problems.add("plan.type", path, "对象", "an object");
      return null;
    }
    const record = value as Record<string, unknown>;
    for (const field of required) if (!Object.hasOwn(record, field)) this.problems.add("plan.missing_member", path, field);
    for (const field of Object.keys(record)) {
      if (!required.includes(field) && !optional.includes(field)) this.problems.add("plan.unknown_member", path, clip(field));
    }
    return record;
  }

  array(value: unknown, path: string, max: number): readonly unknown[] {
    if (!Array.isArray(value)) this.problems.add("plan.type", path, "数组", "an array");
    else if (value.length > max) this.problems.add("plan.too_many", path, max);
    else return value;
    return [];
  }

  int(value: unknown, path: string, min: number, max: number): number {
    if (typeof value !== "number") this.problems.add("plan.type", path, "整数", "a whole number");
    else if (!Number.isInteger(value)) this.problems.add("plan.not_integer", path);
    else if (value < min || value > max) this.problems.add("plan.range", path, min, max);
    else return value === 0 ? 0 : value;
    return min;
  }

  mm(value: unknown, path: string): Mm {
    return isMm(value) ? value : (this.int(value, path, -MAX_MM, MAX_MM) as Mm);
  }

  string(value: unknown, path: string): string {
    if (typeof value === "string") return value;
    this.problems.add("plan.type", path, "文字", "a text");
    return "";
  }

  text(value: unknown, path: string, max: number): string {
    const text = this.string(value, path);
    if (typeof value === "string" && !validText(text, max)) this.problems.add("plan.text", path, max);
    return text;
  }

  label(value: unknown, path: string): string {
    return this.text(value, path, 32);
  }
  name(value: unknown, path: string): string {
    return this.text(value, path, 100);
  }
  note(value: unknown, path: string): string {
    return this.text(value, path, 200);
  }

  id(value: unknown, path: string): RecordId {
    const id = this.string(value, path);
    if (typeof value === "string" && !validId(id)) this.problems.add("plan.id", path, clip(id));
    return id;
  }

  seatId(value: unknown, path: string): number {
    return this.int(value, path, 1, MAX_SEAT_ID);
  }

  oneOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T {
    if (allowed.includes(value as T)) return value as T;
    this.problems.add("plan.choice", path, clip(value), allowed.join(", "));
    return allowed[0]!;
  }

  code<T extends string>(value: unknown, path: string, names: readonly T[]): T {
    return names[this.int(value, path, 0, names.length - 1)]!;
  }

  point(value: unknown, path: string): Point {
    const pair = this.array(value, path, 2);
    if (pair.length === 2) return [this.mm(pair[0], `${path}[0]`), this.mm(pair[1], `${path}[1]`)];
    this.problems.add("plan.type", path, "[x, y]", "[x, y]");
    return [0, 0];
  }

  outline(value: unknown, path: string): Polygon {
    const list = this.array(value, path, LIMITS.outlinePoints);
    this.points += list.length;
    if (this.points > LIMITS.points) this.problems.add("plan.too_many", path, LIMITS.points);
    else if (list.length < 3) this.problems.add("plan.outline", path);
    else return list.map((p, i) => this.point(p, `${path}[${i}]`));
    return [];
  }

  box(value: unknown, path: string): Box {
    const v = this.array(value, path, 4).map((n, i) => this.mm(n, `${path}[${i}]`));
    if (v.length === 4 && v[0]! <= v[2]! && v[1]! <= v[3]!) return [v[0]!, v[1]!, v[2]!, v[3]!];
    this.problems.add("plan.bounds", path);
    return [0, 0, 0, 0];
  }

  rake(value: unknown, path: string): Rake {
    const o = this.object(value, path, ["base"], ["slope", "curve", "steps", "parapet"]);
    if (o === null) return { base: 0 };
    const some = (field: "slope" | "curve", max: number): object => {
      const n = o[field] === undefined ? 0 : this.int(o[field], `${path}.${field}`, 0, max);
      return n === 0 ? {} : { [field]: n };
    };
    const steps = o["steps"] === undefined ? [] : this.list(o["steps"], `${path}.steps`, 200, (v, p) => this.int(v, p, 0, 2000)),
      parapet = this.optional(o, "parapet", this.parapet, path);
    const rake: Rake = {
      base: this.int(o["base"], `${path}.base`, -20_000, 200_000),
      ...some("slope", 1500),
      ...some("curve", 200),
      ...(steps.length > 0 ? { steps } : {}),
      ...(parapet === undefined ? {} : { parapet }),
    };
    if (steps.length > 0 && (rake.slope !== undefined || rake.curve !== undefined)) this.problems.add("plan.rake", path);
    return rake;
  }

  parapet(value: unknown, path: string): Parapet {
    const o = this.object(value, path, ["height", "before"]);
    return o === null
      ? { height: 1, before: 0 }
      : { height: this.int(o["height"], `${path}.height`, 1, 3000), before: this.int(o["before"], `${path}.before`, 0, 5000) };
  }

  run(value: unknown, path: string): Run {
    const pair = this.array(value, path, 2);
    if (pair.length === 2) return [this.seatId(pair[0], `${path}[0]`), this.seatId(pair[1], `${path}[1]`)];
    this.problems.add("plan.runs", path);
    return [1, 1];
  }

  list<T>(value: unknown, path: string, max: number, read: (v: unknown, p: string) => T): T[] {
    return this.array(value, path, max).map((v, i) => read.call(this, v, `${path}[${i}]`));
  }

  seatIds(value: unknown, path: string): readonly number[] {
    return this.list(value, path, LIMITS.seats, this.seatId);
  }

  /** Absent and null are the same; so is empty text where text is optional. */
  optional<T>(record: Record<string, unknown>, field: string, read: (value: unknown, path: string) => T, path: string): T | undefined {
    const value = record[field];
    return value === undefined || value === null || value === "" ? undefined : read.call(this, value, `${path}.${field}`);
  }
}
