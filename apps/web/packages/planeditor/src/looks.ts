/** What the seats are coloured by while one designs: their zone, view, kind or entrance; with how many of each there are. */
import { SEAT_KINDS, VIEWS } from "@parterre/planmodel";
import { KIND_LABELS, VIEW_LABELS } from "./actions/registry.ts";
import { categoryNumbers } from "./actions/categories.ts";
import { effectiveEntrances } from "./actions/entrances.ts";
import type { Editor } from "./editor.ts";

export const LOOKS = ["zone", "view", "kind", "entrance"] as const;
export type SeatLook = (typeof LOOKS)[number];

export interface LookGroup {
  readonly zh: string;
  readonly en: string;
  readonly colour: string;
  readonly count: number;
}
export interface ColouredSeats {
  readonly groups: readonly LookGroup[];
  /** By rank: 0 for none, else the group's index + 1. */
  readonly numbers: Uint8Array;
  /** Seats in no group. */
  readonly rest: number;
}

const VIEW_COLOURS = { clear: "#1a7f4b", partial: "#b26a00", blocked: "#c0362c" } as const;
const KIND_COLOURS = {
  normal: "#6b7480",
  accessible: "#2463c2",
  companion: "#068380",
  "couple-left": "#da1072",
  "couple-right": "#9f5bae",
  sofa: "#826f3a",
} as const;
/** Colours of entrances, in their order; the same as those of zones. */
const DOORS = ["#355cc9", "#b16100", "#068380", "#9f5bae", "#826f3a", "#da1072", "#002c68", "#392f25"];

/** The seats by what the option `look` says. At most 31 groups; those beyond count as none. */
export function colouredSeats(editor: Editor): ColouredSeats {
  const { look } = editor.options;
  return editor.derived(`look-${look}`, () => {
    const numbers = numbersBy(editor, look),
      counts = new Uint32Array(32);
    for (const n of numbers.numbers) counts[n]!++;
    return {
      numbers: numbers.numbers,
      groups: numbers.groups.slice(0, 31).map((g, i) => ({ ...g, count: counts[i + 1]! })),
      rest: counts[0]!,
    };
  });
}

type Bare = Omit<LookGroup, "count">;
function numbersBy(editor: Editor, look: SeatLook): { groups: readonly Bare[]; numbers: Uint8Array } {
  const { plan } = editor,
    { seats } = editor.model;
  if (look === "zone")
    return {
      groups: [...plan.categories.values()].map((c) => ({ zh: c.name, en: c.name, colour: c.color })),
      numbers: categoryNumbers(editor),
    };
  const numbers = new Uint8Array(seats.count);
  if (look === "entrance") {
    const of = effectiveEntrances(plan),
      names = [...new Set(of.values())].sort((a, b) => a.localeCompare(b, "zh", { numeric: true })),
      index = new Map(names.map((n, i) => [n, i + 1]));
    for (let rank = 0; rank < seats.count; rank++) {
      const n = index.get(of.get(seats.ids[rank]!) ?? "") ?? 0;
      numbers[rank] = n > 31 ? 0 : n;
    }
    return { groups: names.map((n, i) => ({ zh: n, en: n, colour: DOORS[i % DOORS.length]! })), numbers };
  }
  const order: readonly string[] = look === "view" ? VIEWS : SEAT_KINDS,
    labels: Readonly<Record<string, readonly [string, string]>> = look === "view" ? VIEW_LABELS : KIND_LABELS,
    colours: Readonly<Record<string, string>> = look === "view" ? VIEW_COLOURS : KIND_COLOURS;
  for (let rank = 0; rank < seats.count; rank++) numbers[rank] = order.indexOf(plan.seats.get(seats.ids[rank]!)![look]) + 1;
  return { groups: order.map((k) => ({ zh: labels[k]![0], en: labels[k]![1], colour: colours[k]! })), numbers };
}
