import type { Key, SeatId } from "@parterre/planmodel";

/** Things on a plan that are no seats and can be picked up. */
export const OBJECT_TABLES = ["tables", "areas", "boxes", "shapes", "sections"] as const;
export type ObjectTable = (typeof OBJECT_TABLES)[number];
export interface ObjectRef {
  readonly table: ObjectTable;
  readonly id: string;
}

/** What is selected: seats by id, other things as "table/id". Immutable. */
export interface Selection {
  readonly seats: ReadonlySet<SeatId>;
  readonly objects: ReadonlySet<string>;
}
export const NOTHING: Selection = { seats: new Set(), objects: new Set() };

export const refKey = (ref: ObjectRef): string => `${ref.table}/${ref.id}`;
export function keyRef(key: string): ObjectRef {
  const at = key.indexOf("/");
  return { table: key.slice(0, at) as ObjectTable, id: key.slice(at + 1) };
}
export const refsOf = (s: Selection): ObjectRef[] => [...s.objects].map(keyRef);
export const isEmpty = (s: Selection): boolean => s.seats.size === 0 && s.objects.size === 0;
export const ofSeats = (seats: Iterable<SeatId>): Selection => ({ seats: new Set(seats), objects: new Set() });
export const ofObjects = (...refs: readonly ObjectRef[]): Selection => ({ seats: new Set(), objects: new Set(refs.map(refKey)) });

/** Both together; with toggle, what is in both drops out when all of b stands in a already (shift and click). */
export function combine(a: Selection, b: Selection, toggle = false): Selection {
  const inside = toggle && [...b.seats].every((s) => a.seats.has(s)) && [...b.objects].every((o) => a.objects.has(o));
  const join = <T extends Key>(x: ReadonlySet<T>, y: ReadonlySet<T>): Set<T> => {
    const out = new Set(x);
    for (const v of y)
      if (inside) out.delete(v);
      else out.add(v);
    return out;
  };
  return { seats: join(a.seats, b.seats), objects: join(a.objects, b.objects) };
}

export const sameSelection = (a: Selection, b: Selection): boolean =>
  a.seats.size === b.seats.size &&
  a.objects.size === b.objects.size &&
  [...a.seats].every((s) => b.seats.has(s)) &&
  [...a.objects].every((o) => b.objects.has(o));
