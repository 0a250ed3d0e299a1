import { objectOfSeat, objectsOf, type MapModel } from "@parterre/planrender";

/** One line of the list: a section, a row or a seat. */
export interface SeatListGroup {
  readonly key: number;
  readonly label: string;
  readonly level: string;
  readonly free: number;
  readonly ranks: readonly number[];
}

/** Sections that hold seats, with how many are free. Seats of no section come last under an empty label. */
export function sectionGroups(m: MapModel, states: Uint8Array): SeatListGroup[] {
  const by = new Map<number, number[]>();
  for (let rank = 0; rank < m.seats.count; rank++) {
    const list = by.get(m.section[rank]!);
    if (list === undefined) by.set(m.section[rank]!, [rank]);
    else list.push(rank);
  }
  return [...by]
    .sort((a, b) => a[0] - b[0])
    .map(([key, ranks]) => ({
      key,
      ranks,
      label: m.sections[key]?.label ?? "",
      level: m.levels[m.level[ranks[0]!]!]?.name ?? "",
      free: ranks.reduce((n, r) => n + (states[r] === 0 ? 1 : 0), 0),
    }));
}

/** The rows of a section in the order of the plan. */
export function rowGroups(m: MapModel, section: SeatListGroup, states: Uint8Array): SeatListGroup[] {
  const by = new Map<number, number[]>(),
    others = objectsOf(m);
  for (const rank of section.ranks) {
    // Tables and boxes come after the rows, in the plan's order.
    const own = m.seats.row[rank]!,
      object = own < 0 ? objectOfSeat(m, rank) : null,
      row = object === null ? own : m.rows.length + others.indexOf(object),
      list = by.get(row);
    if (list === undefined) by.set(row, [rank]);
    else list.push(rank);
  }
  return [...by]
    .sort((a, b) => a[0] - b[0])
    .map(([key, ranks]) => ({
      key,
      level: section.level,
      label: key < 0 ? "" : key < m.rows.length ? m.rows[key]!.label : others[key - m.rows.length]!.label,
      // As one walks along the row: by place, not by number (odd and even sit on either side); round a table by number.
      ranks: ranks.sort(
        (a, b) =>
          (key < m.rows.length
            ? m.seats.x[a]! - m.seats.x[b]!
            : Number.parseInt(m.seats.numbers[a]!) - Number.parseInt(m.seats.numbers[b]!) || 0) || a - b,
      ),
      free: ranks.reduce((n, r) => n + (states[r] === 0 ? 1 : 0), 0),
    }));
}

/** Where an arrow, Home, End or a typed character leads in a list of labels; -1 when the key means nothing. */
export function listMove(key: string, at: number, labels: readonly string[]): number {
  const last = labels.length - 1;
  if (last < 0) return -1;
  if (key === "ArrowDown") return Math.min(last, at + 1);
  if (key === "ArrowUp") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key === "PageDown") return Math.min(last, at + 10);
  if (key === "PageUp") return Math.max(0, at - 10);
  if ([...key].length !== 1 || key === " ") return -1;
  for (let step = 1; step <= labels.length; step++) {
    const i = (at + step) % labels.length;
    if (labels[i]!.toLowerCase().startsWith(key.toLowerCase())) return i;
  }
  return -1;
}
