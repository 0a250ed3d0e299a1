import { boxOf, mm, type Point } from "@parterre/geometry";
import { docOf, planExtent, type Key, type Plan, type TableName } from "@parterre/planmodel";
import type { Editor, Ghost } from "../editor.ts";
import { ofSeats } from "../selection.ts";
import { ARENA, arena, STADIUM, stadium } from "./bowls.ts";
import { CINEMA, cinema, THEATRE, theatre, THRUST, thrust } from "./rooms.ts";

export { GenerateError } from "./builder.ts";
export type Parameters = Readonly<Record<string, number>>;
/** A way to make a hall from numbers. Lengths are millimetres; the same numbers give the same plan. */
export interface Generator {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly defaults: Parameters;
  readonly make: (p: Parameters) => Plan;
}
const of = <P extends object>(id: string, zh: string, en: string, defaults: P, make: (p: P) => Plan): Generator => ({
  id,
  zh,
  en,
  defaults: { ...defaults } as unknown as Parameters,
  make: (p) => make(p as unknown as P),
});

/** The kinds of halls, as the server's generators name them. */
export const GENERATORS: readonly Generator[] = [
  of("theatre", "扇形观众厅", "Fan-shaped auditorium", THEATRE, theatre),
  of("cinema", "影厅", "Cinema", CINEMA, cinema),
  of("thrust", "伸出式舞台", "Thrust stage", THRUST, thrust),
  of("arena", "体育馆（演唱会）", "Arena (concert)", ARENA, arena),
  of("stadium", "体育场碗形看台", "Stadium bowl", STADIUM, stadium),
];

/**
 * Puts a generated plan into the document as one step: on an empty plan where it was made, else right of what is drawn.
 * Everything gets ids of this document; categories of the same name are shared.
 */
/** How far a generated hall is moved to stand to the right of what is drawn, mm. */
function besides(editor: Editor, made: Plan): number {
  const have = planExtent(editor.plan),
    own = planExtent(made);
  return have === null || own === null ? 0 : have[2] - own[0] + 3000;
}

/** What insertPlan would put in, where it would stand. */
export function ghostOf(editor: Editor, made: Plan): Ghost {
  const dx = besides(editor, made),
    shift = (p: Point): Point => [p[0] + dx, p[1]];
  return {
    dots: [...made.seats.values()].map((s) => shift([s.x, s.y])),
    rings: [...made.sections.values(), ...made.boxes.values(), ...made.areas.values(), ...made.shapes.values()].flatMap((r) =>
      r.outline === undefined ? [] : [r.outline.map(shift)],
    ),
  };
}

export function insertPlan(editor: Editor, made: Plan): void {
  const have = planExtent(editor.plan),
    dx = besides(editor, made),
    shift = (p: Point): Point => [mm(p[0] + dx), mm(p[1])];
  const seats = editor.change("generate", (store) => {
    const to = new Map<Key, string>(),
      seatTo = new Map<number, number>(),
      id = (k: Key | undefined | null): string => to.get(k ?? "") ?? "";
    const fresh = (table: TableName, prefix: string): void => {
      for (const k of made[table].keys()) to.set(k, editor.ids.next(prefix));
    };
    for (const l of made.levels.values()) {
      const same = [...editor.plan.levels.values()].find((x) => x.name === l.name);
      to.set(l.id, same?.id ?? editor.ids.next("L"));
      if (same === undefined) store.put("levels", { ...l, id: id(l.id), order: editor.plan.levels.size });
      else if (same.rake === undefined && l.rake !== undefined) store.put("levels", { ...same, rake: l.rake }); // a level of that name that nobody gave a rake
    }
    // A level that nothing stands on is the one a new plan begins with: it gives way.
    for (const l of [...editor.plan.levels.values()])
      if (have === null && !made.levels.has(l.id) && ![...to.values()].includes(l.id)) store.remove("levels", l.id);
    fresh("sections", "s");
    fresh("rows", "r");
    fresh("areas", "a");
    fresh("tables", "t");
    fresh("boxes", "b");
    fresh("shapes", "g");
    for (const s of made.sections.values())
      store.put("sections", {
        ...s,
        id: id(s.id),
        level: id(s.level),
        outline: s.outline.map(shift),
        ...(s.focal === undefined ? {} : { focal: shift(s.focal) }),
      });
    for (const r of made.rows.values()) store.put("rows", { ...r, id: id(r.id), section: id(r.section) });
    for (const s of made.seats.values()) seatTo.set(s.id, store.allocateSeatId());
    for (const s of made.seats.values()) {
      const [x, y] = shift([s.x, s.y]);
      store.put("seats", {
        ...s,
        id: seatTo.get(s.id)!,
        row: s.row === null ? null : id(s.row),
        x: mm(x),
        y: mm(y),
        companionOf: s.companionOf === null ? null : seatTo.get(s.companionOf)!,
      });
    }
    for (const b of made.boxes.values())
      store.put("boxes", {
        ...b,
        id: id(b.id),
        level: id(b.level),
        outline: b.outline.map(shift),
        seats: b.seats.map((s) => seatTo.get(s)!),
      });
    for (const g of made.shapes.values()) {
      const { level: _, ...rest } = g;
      store.put("shapes", {
        ...rest,
        id: id(g.id),
        ...(g.level === undefined ? {} : { level: id(g.level) }),
        ...(g.outline === undefined ? { at: shift(g.at!) } : { outline: g.outline.map(shift) }),
      });
    }
    for (const c of made.categories.values()) {
      const same = [...editor.plan.categories.values()].find((x) => x.name === c.name),
        offset = (seatTo.values().next().value ?? 1) - 1;
      // Seats are allocated in order, so runs stay runs.
      const runs = (c.seats ?? []).map(([a, z]): readonly [number, number] => [a + offset, z + offset]);
      store.put(
        "categories",
        same === undefined ? { ...c, id: editor.ids.next("c"), seats: runs } : { ...same, seats: [...(same.seats ?? []), ...runs] },
      );
    }
    if (have === null && docOf(editor.plan).name === "-") store.update("doc", "doc", { name: docOf(made).name });
    return [...seatTo.values()];
  });
  editor.setLevel(null);
  editor.select(ofSeats(have === null ? [] : seats));
  const box =
    have === null
      ? null
      : boxOf(
          seats.map((s): Point => {
            const r = editor.plan.seats.get(s)!;
            return [r.x, r.y];
          }),
        );
  editor.fit(box ?? editor.extent);
}
