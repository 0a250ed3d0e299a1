import type { Plan, Seat } from "@parterre/planmodel";

/**
 * The seats of one row in walking order: along the line through the two seats farthest apart; the end with the
 * smaller x (then y) comes first. The same order as modules/ticketmap/plan numbers in.
 */
export function walkingOrder(seats: readonly Seat[]): Seat[] {
  if (seats.length < 2) return [...seats];
  const far = (from: Seat): Seat => {
    let best = from,
      most = -1;
    for (const s of seats) {
      const d = Math.hypot(s.x - from.x, s.y - from.y);
      if (d > most) {
        most = d;
        best = s;
      }
    }
    return best;
  };
  let a = far(seats[0]!),
    b = far(a);
  if (b.x < a.x || (b.x === a.x && b.y < a.y)) [a, b] = [b, a];
  const ux = b.x - a.x,
    uy = b.y - a.y,
    key = (s: Seat): number => (s.x - a.x) * ux + (s.y - a.y) * uy;
  return [...seats].sort((p, q) => key(p) - key(q) || p.id - q.id);
}

/** The seats of every row, each in walking order. Rows without seats have an empty list. */
export function seatsOfRows(plan: Plan): Map<string, Seat[]> {
  const rows = new Map<string, Seat[]>([...plan.rows.keys()].map((id) => [id as string, []]));
  for (const s of plan.seats.values()) if (s.row !== null) rows.get(s.row)?.push(s);
  for (const [id, list] of rows) rows.set(id, walkingOrder(list));
  return rows;
}

/** Rows of a section from the front (near the focal point, or the top where there is none) to the back. */
export function rowsFromFront(plan: Plan, section: string, rows: ReadonlyMap<string, readonly Seat[]>): string[] {
  const focal = plan.sections.get(section)?.focal;
  const away = (id: string): number => {
    const list = rows.get(id) ?? [],
      mid = list[list.length >> 1];
    if (mid === undefined) return Infinity;
    return focal === undefined ? mid.y : Math.hypot(mid.x - focal[0], mid.y - focal[1]);
  };
  return [...plan.rows.values()]
    .filter((r) => r.section === section)
    .map((r) => r.id)
    .sort((a, b) => away(a) - away(b));
}
