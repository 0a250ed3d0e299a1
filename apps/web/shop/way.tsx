import { toScreen, type AreaLook, type SeatMap } from "@parterre/planrender";
import { ErrorState, Loading, MapView, term, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { useLoad } from "./parts.tsx";
import { get, loadMap, type SaleTicket, type SessionMap, type ShopDetail } from "./wire.ts";

/** The hall with one's own places and the doors that lead to them. */
export default function WayMap(props: { session: string; tickets: readonly SaleTicket[] }): ReactNode {
  const loaded = useLoad(props.session, async () => {
    const s = await get<ShopDetail>(`/shop/sessions/${props.session}`);
    return { s, map: await loadMap(s) };
  });
  if (loaded.error !== null && loaded.data === null) return <ErrorState error={loaded.error} onRetry={loaded.again} />;
  return loaded.data === null ? <Loading lines={4} /> : <Picture s={loaded.data.s} map={loaded.data.map} tickets={props.tickets} />;
}

function Picture(props: { s: ShopDetail; map: SessionMap; tickets: readonly SaleTicket[] }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { model } = props.map,
    ranks = props.tickets.flatMap((t) => model.rankOf.get(t.seat) ?? []);
  const words = new Set(props.tickets.flatMap((t) => [t.gate, t.entrance]).filter((w) => w !== undefined && w !== ""));
  const doors = [...model.plan.shapes.values()].flatMap((x) => {
    if (x.kind !== "entrance" || x.text === undefined || !words.has(x.text)) return [];
    const ring = x.outline ?? [],
      at = x.at ?? ([ring.reduce((n, p) => n + p[0], 0) / ring.length, ring.reduce((n, p) => n + p[1], 0) / ring.length] as const);
    return [{ text: x.text, at }];
  });
  const standing = props.s.areas.filter((a) => props.tickets.some((t) => t.seat < 0 && t.section === a.label));
  const draw = (ctx: CanvasRenderingContext2D, map: SeatMap): void => {
    const ink = getComputedStyle(map.host).getPropertyValue("--accent") || "#b4232c";
    for (const d of doors) pin(ctx, toScreen(map.camera, map.view, d.at), term(d.text, lang), ink);
    for (const r of ranks.slice(0, 1)) {
      const [x, y] = toScreen(map.camera, map.view, [model.seats.x[r]!, model.seats.y[r]!]);
      ctx.beginPath();
      ctx.arc(x, y, 14, 0, 2 * Math.PI);
      ctx.lineWidth = 3;
      ctx.strokeStyle = ink;
      ctx.stroke();
    }
  };
  const ready = (m: SeatMap): void => {
    m.setZones(
      [{ name: "", colour: getComputedStyle(m.host).getPropertyValue("--accent") || "#b4232c" }],
      new Uint8Array(model.seats.count),
    );
    m.setStates(new Uint8Array(model.seats.count).fill(2)); // what is for sale now is of no concern here
    m.setMine(ranks);
    m.setAreas(new Map(standing.map((a) => [a.code, { zone: 1, note: text("shop.way-here"), mine: 1, off: false } satisfies AreaLook])));
    m.addPainter(draw);
  };
  return (
    <div className="way">
      <MapView model={model} options={{ interaction: "none" }} onReady={ready} />
    </div>
  );
}

function pin(ctx: CanvasRenderingContext2D, [x, y]: readonly [number, number], text: string, ink: string): void {
  ctx.font = "600 14px system-ui, sans-serif";
  const half = ctx.measureText(text).width / 2 + 8;
  ctx.fillStyle = ink;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - 6, y - 9);
  ctx.lineTo(x + 6, y - 9);
  ctx.fill();
  ctx.beginPath();
  ctx.roundRect(x - half, y - 33, half * 2, 25, 5);
  ctx.fill();
  ctx.fillStyle = "#fff";
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x, y - 20);
}
