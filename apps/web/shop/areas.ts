/** Standing areas as the picker lists them and as the map draws them. */
import type { AreaLook, Zone } from "@parterre/planrender";
import { format, term, type AreaItem } from "@parterre/ui";
import { isPublic } from "./event.tsx";
import type { ShopDetail } from "./wire.ts";

export function areaItems(
  s: ShopDetail,
  zones: readonly Zone[],
  live: ReadonlyMap<number, number> | null,
  standing: ReadonlyMap<number, number>,
  lang: "zh" | "en",
): readonly AreaItem[] {
  const style = format.priceStyle(s.zones.map((z) => z.price));
  return s.areas.map((a) => {
    const at = s.zones.findIndex((z) => z.no === a.zone),
      zone = s.zones[at];
    return {
      id: a.id,
      label: [a.level, a.label]
        .filter((x) => x !== "")
        .map((x) => term(x, lang))
        .join(" "),
      free: live?.get(a.id) ?? a.free,
      mine: standing.get(a.id) ?? 0,
      price: zone === undefined ? "" : `${term(zone.name, lang)} ${format.price(zone.price, style)}`,
      off: zone === undefined || !isPublic(zone),
      ...(at < 0 ? {} : { colour: zones[at]!.colour!, letter: zones[at]!.letter! }),
    };
  });
}

/** By the area's code in the plan. */
export function areaLooks(
  s: ShopDetail,
  items: readonly AreaItem[],
  text: (key: string, params?: Readonly<Record<string, string | number>>) => string,
): ReadonlyMap<string, AreaLook> {
  return new Map(
    s.areas.map((a, i) => {
      const { off, mine, free } = items[i]!;
      return [
        a.code,
        {
          zone: s.zones.findIndex((z) => z.no === a.zone) + 1,
          note: off
            ? text("seat.off")
            : mine > 0
              ? text("area.chosen", { name: "", n: mine }).trim()
              : free === 0
                ? text("area.none")
                : text("area.left", { n: format.count(free) }),
          mine,
          off,
        },
      ];
    }),
  );
}
