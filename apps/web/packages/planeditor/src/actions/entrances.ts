/** Entrances (入口) as marks on the plan and as what seats and sections print, and the way from the one to the other. */
import { polygon, type Point } from "@parterre/geometry";
import type { Plan, Seat, Section } from "@parterre/planmodel";
import type { Editor } from "../editor.ts";
import { keyRef } from "../selection.ts";

interface Door {
  readonly name: string;
  readonly at: Point;
  readonly level: string | undefined;
}

/** The marks of entrances that have a name. */
export function doorsOf(plan: Plan): readonly Door[] {
  return [...plan.shapes.values()]
    .filter((s) => s.kind === "entrance" && s.text !== undefined)
    .map((s) => ({ name: s.text!.slice(0, 32), at: s.at ?? polygon.centroid(s.outline!), level: s.level }));
}

/** Names that an entrance can have: of the marks, and what seats and sections say already. */
export function entranceNames(plan: Plan): string[] {
  const names = new Set(doorsOf(plan).map((d) => d.name));
  for (const s of plan.sections.values()) if (s.entrance !== undefined) names.add(s.entrance);
  for (const s of plan.seats.values()) if (s.entrance !== null) names.add(s.entrance);
  return [...names].sort((a, b) => a.localeCompare(b, "zh", { numeric: true }));
}

/** What is printed as each seat's entrance: its own, else its section's. Seats without one are left out. */
export function effectiveEntrances(plan: Plan): Map<number, string> {
  const out = new Map<number, string>(),
    of = (section: string | undefined): string | undefined => plan.sections.get(section ?? "")?.entrance;
  for (const t of plan.tables.values()) for (const id of t.seats) if (of(t.section) !== undefined) out.set(id, of(t.section)!);
  for (const s of plan.seats.values()) {
    const name = s.entrance ?? (s.row === null ? out.get(s.id) : of(plan.rows.get(s.row)?.section));
    if (name !== undefined) out.set(s.id, name);
  }
  return out;
}

function mostOf(names: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const n of names) if (n !== null) counts.set(n, (counts.get(n) ?? 0) + 1);
  return [...counts].reduce<[string, number] | null>((a, b) => (a === null || b[1] > a[1] ? b : a), null)?.[0] ?? null;
}

/** The next name of an entrance: 1号门, 2号门, … */
export function nextDoorName(plan: Plan): string {
  const used = new Set(doorsOf(plan).map((d) => d.name));
  let n = 1;
  while (used.has(`${n}号门`)) n++;
  return `${n}号门`;
}

/**
 * Gives what is selected the entrance whose mark is nearest on its level: seats each their own, sections the
 * one of most of their seats and the others theirs; all sections where nothing is selected. Answers how many seats and sections have one now.
 */
export function assignNearestEntrance(editor: Editor): number {
  const { plan, selection } = editor,
    doors = doorsOf(plan);
  const nearest = (at: Point, level: string | undefined): string | null => {
    const fits = doors.filter((d) => d.level === undefined || level === undefined || d.level === level),
      best = (fits.length > 0 ? fits : doors).reduce<Door | null>((a, d) => (a === null || far(d, at) < far(a, at) ? d : a), null);
    return best?.name ?? null;
  };
  const far = (d: Door, at: Point): number => (d.at[0] - at[0]) ** 2 + (d.at[1] - at[1]) ** 2;
  const chosen = [...selection.objects]
      .map(keyRef)
      .filter((r) => r.table === "sections")
      .map((r) => plan.sections.get(r.id)!),
    sections: readonly Section[] = chosen.length > 0 ? chosen : selection.seats.size > 0 ? [] : [...plan.sections.values()];
  const of = new Map<string, Seat[]>();
  if (sections.length > 0)
    for (const s of plan.seats.values()) {
      const section = s.row === null ? undefined : plan.rows.get(s.row)?.section;
      if (section !== undefined) {
        const list = of.get(section);
        if (list === undefined) of.set(section, [s]);
        else list.push(s);
      }
    }
  return editor.change("entrance", (store) => {
    let n = 0;
    for (const s of sections) {
      const seats = of.get(s.id) ?? [],
        names = seats.map((seat) => nearest([seat.x, seat.y], s.level)),
        most = mostOf(names) ?? nearest(polygon.centroid(s.outline), s.level);
      if (most === null) continue;
      store.put("sections", { ...s, entrance: most });
      // A section that reaches from one door to another: who is nearer to the other one is sent there.
      seats.forEach((seat, i) => {
        const own = names[i] === most ? null : names[i]!;
        if (seat.entrance !== own) store.update("seats", seat.id, { entrance: own });
      });
      n++;
    }
    for (const id of selection.seats) {
      const s = plan.seats.get(id)!,
        name = nearest([s.x, s.y], s.row === null ? undefined : plan.sections.get(plan.rows.get(s.row)!.section)?.level);
      if (name === null) continue;
      store.update("seats", id, { entrance: name });
      n++;
    }
    return n;
  });
}
