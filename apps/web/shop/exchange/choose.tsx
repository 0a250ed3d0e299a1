/** Which tickets are exchanged for which seats or standing places. */
import { ApiProblem, uuidv7 } from "@parterre/api";
import { seatName, type MapObject } from "@parterre/planrender";
import { AreaPicker, format, navigate, placeText, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { areaItems, areaLooks } from "../areas.ts";
import { useWords } from "../choice.ts";
import { isPublic } from "../event.tsx";
import { comeBackTo, dropPass, passHeader } from "../queue/place.ts";
import { ShopMap, useZones } from "../seatmap.tsx";
import { Legend, PassTimer } from "../seatparts.tsx";
import { useStatus } from "../seats.tsx";
import { buyerPost, releaseHold, type OrderDetail, type Quote, type SaleHold, type SessionMap, type ShopDetail } from "../wire.ts";
import type { Due } from "./page.tsx";

/** The choice outlives the way through a waiting room: seat ids of the tickets and the new seats, and places by area. */
interface Kept {
  readonly from: readonly number[];
  readonly seats: readonly number[];
  readonly standing: readonly (readonly [number, number])[];
}
const KEPT = "parterre.shop.exchange.";
function keep(order: string, k: Kept): void {
  try {
    sessionStorage.setItem(KEPT + order, JSON.stringify(k));
  } catch {
    /* private mode: one chooses again */
  }
}
function kept(order: string): Kept | null {
  try {
    const k = JSON.parse(sessionStorage.getItem(KEPT + order) ?? "null") as Kept | null;
    sessionStorage.removeItem(KEPT + order);
    return k;
  } catch {
    return null;
  }
}

interface Props {
  readonly o: OrderDetail;
  readonly quote: Quote;
  readonly s: ShopDetail;
  readonly map: SessionMap;
  readonly onDue: (d: Due) => void;
  readonly onMoved: () => void;
}

export function Choose(props: Props): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { o, quote, s, map } = props,
    { model } = map,
    status = useStatus(s.id, model, s.planId, props.onMoved),
    { board, version } = status,
    zones = useZones(s),
    { name, zoneAt, style } = useWords(s, map),
    may = quote.tickets.filter((t) => t.possible);
  const [before] = useState(() => kept(o.id)),
    [from, setFrom] = useState<ReadonlySet<number>>(
      () => new Set(before?.from.filter((x) => may.some((t) => t.seat === x)) ?? (may.length === 1 ? [may[0]!.seat] : [])),
    ),
    [mine, setMine] = useState<ReadonlySet<number>>(() => new Set(before?.seats.flatMap((x) => model.rankOf.get(x) ?? []) ?? [])),
    [standing, setStanding] = useState<ReadonlyMap<number, number>>(() => new Map(before?.standing ?? [])),
    [area, setArea] = useState<number | null>(null);
  const { busy, error, go } = useExchange(props, { from, mine, standing });
  const areas = areaItems(s, zones, status.areas, standing, lang),
    stands = [...standing.values()].reduce((n, x) => n + x, 0),
    chosen = mine.size + stands,
    whole = chosen === from.size && from.size > 0;
  useEffect(() => {
    if (busy || version < 0) return;
    const lost = [...mine].filter((r) => board.states[r] !== 0);
    for (const r of lost) toast("warning", text("shop.gone", { seat: name(r) }));
    if (lost.length > 0) setMine(new Set([...mine].filter((r) => !lost.includes(r))));
  }, [version, busy]);
  const pick = (rank: number): void => {
    const next = new Set(mine),
      zone = zoneAt(rank);
    if (!next.delete(rank)) {
      if (board.states[rank] !== 0 || zone === undefined || !isPublic(zone) || from.size === 0) return;
      if (chosen >= from.size) {
        // the oldest choice makes room
        if (next.size > 0) next.delete([...next][0]!);
        else setStanding(new Map());
      }
      next.add(rank);
    }
    setMine(next);
  };
  const count = (id: number, n: number): void => setStanding(new Map([...standing, [id, n] as const].filter(([, x]) => x > 0)));
  const pickObject = (x: MapObject): void => {
    const item = x.kind === "area" ? areas[s.areas.findIndex((a) => a.code === x.id)] : undefined;
    if (item === undefined || item.off || item.free === 0 || from.size === 0) return;
    setArea(item.id);
    if (item.mine > 0) return;
    if (chosen < from.size) count(item.id, 1);
    else if (mine.size > 0) {
      setMine(new Set([...mine].slice(1)));
      count(item.id, 1);
    } else setStanding(new Map([[item.id, 1]]));
  };
  const old = may.filter((t) => from.has(t.seat)),
    priceOf = (id: number): number => s.zones.find((z) => z.no === s.areas.find((a) => a.id === id)?.zone)?.price ?? 0,
    diff =
      [...mine].reduce((n, r) => n + (zoneAt(r)?.price ?? 0), 0) +
      [...standing].reduce((n, [id, x]) => n + x * priceOf(id), 0) -
      old.reduce((n, t) => n + t.price, 0);
  return (
    <>
      <p className="quiet">{text("x.lead")}</p>
      {s.queue && <PassTimer session={s.id} />}
      <p>{text("x.pick")}</p>
      <Tickets
        o={o}
        quote={quote}
        from={from}
        onFrom={(next) => {
          setFrom(next);
          const seats = [...mine].slice(0, next.size);
          setMine(new Set(seats));
          if (seats.length + stands > next.size) setStanding(new Map());
        }}
      />
      <div className="exchange-map">
        <ShopMap
          map={map}
          zones={zones}
          board={board}
          version={version}
          mine={mine}
          areas={areaLooks(s, areas, text)}
          onPick={pick}
          onPickObject={pickObject}
        />
      </div>
      <Legend zones={s.zones} look={zones} style={style} />
      <AreaPicker areas={areas} room={Math.max(0, from.size - chosen)} focus={area} onCount={count} />
      <section className="card" aria-live="polite">
        <h2>{text("x.to")}</h2>
        {chosen === 0 ? (
          <p className="quiet">{text("x.none", { n: Math.max(1, from.size) })}</p>
        ) : (
          <ul className="chosen">
            {[...mine].map((r) => (
              <li key={r}>
                <span>{placeText(seatName(model, r), lang)}</span>
                <b>{format.price(zoneAt(r)?.price ?? 0, style)}</b>
              </li>
            ))}
            {areas
              .filter((a) => a.mine > 0)
              .map((a) => (
                <li key={`area ${a.id}`}>
                  <span>{text("area.chosen", { name: a.label, n: a.mine })}</span>
                  <b>{format.price(a.mine * priceOf(a.id), style)}</b>
                </li>
              ))}
          </ul>
        )}
        {chosen > 0 && chosen < from.size && <p className="quiet">{text("x.count", { n: from.size - chosen })}</p>}
        {whole && o.bundle !== undefined && <p className="quiet">{text("x.package")}</p>}
        {whole && o.bundle === undefined && (
          <p className="due">
            <span>{text(diff > 0 ? "x.more" : diff < 0 ? "x.less" : "x.same")}</span>
            {diff !== 0 && <b>{format.price(Math.abs(diff), style)}</b>}
          </p>
        )}
        {error !== null && <ProblemNote error={error} />}
        <button type="button" className="button main block" disabled={busy || !whole} onClick={() => void go()}>
          {busy && <span className="busy" />}
          {text(busy ? "x.busy" : diff > 0 && o.bundle === undefined ? "x.go" : "x.go-free")}
        </button>
      </section>
    </>
  );
}

/** Holds the new places and exchanges; what is dearer waits for its difference. A line that has formed comes first. */
function useExchange(
  { o, s, map: { model }, onDue }: Props,
  c: { from: ReadonlySet<number>; mine: ReadonlySet<number>; standing: ReadonlyMap<number, number> },
): { busy: boolean; error: unknown; go: () => Promise<void> } {
  const text = useT(),
    id = useRef(uuidv7()),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const seats = [...c.mine].map((r) => model.seats.ids[r]!),
      stand = [...c.standing].map(([area, n]) => ({ area, n }));
    let hold: SaleHold | null = null;
    try {
      const choice = { ...(seats.length > 0 ? { seats } : {}), ...(stand.length > 0 ? { standing: stand } : {}) };
      hold = await buyerPost<SaleHold>("/shop/holds", { id: uuidv7(), session: s.id, ...choice }, uuidv7(), passHeader([s.id]));
      const body = { id: id.current, from: [...c.from], hold: hold.hold };
      try {
        // the server knows the prices: it says when there is something to pay
        await buyerPost(`/shop/orders/${o.id}/exchanges`, body, id.current);
        toast("success", text("x.done"));
        navigate(`/orders/${o.id}`);
      } catch (e) {
        if (!(e instanceof ApiProblem && e.document.code === "sales.difference")) throw e;
        onDue(await buyerPost<Due>(`/shop/orders/${o.id}/exchange-dues`, body, id.current));
      }
    } catch (e) {
      if (hold !== null) void releaseHold(s.id, hold.hold).catch(() => undefined);
      id.current = uuidv7();
      if (e instanceof ApiProblem && e.document.code === "waiting.pass") {
        keep(o.id, { from: [...c.from], seats, standing: [...c.standing] });
        dropPass(s.id);
        comeBackTo(s.id, `/orders/${o.id}/exchange`);
        navigate(`/sessions/${s.id}/queue`);
        return;
      }
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, go };
}

function Tickets(props: {
  o: OrderDetail;
  quote: Quote;
  from: ReadonlySet<number>;
  onFrom: (next: ReadonlySet<number>) => void;
}): ReactNode {
  const lang = useLanguage(),
    name = (seat: number): string => {
      const t = props.o.tickets.find((x) => x.seat === seat);
      return t === undefined ? "" : placeText(t, lang);
    };
  return (
    <ul className="pick">
      {props.quote.tickets
        .filter((t) => t.possible)
        .map((t) => (
          <li key={t.seat}>
            <label className="check">
              <input
                type="checkbox"
                checked={props.from.has(t.seat)}
                onChange={(e) => {
                  const next = new Set(props.from);
                  if (e.currentTarget.checked) next.add(t.seat);
                  else next.delete(t.seat);
                  props.onFrom(next);
                }}
              />
              <span>{name(t.seat)}</span>
            </label>
            <b>{format.price(t.price)}</b>
          </li>
        ))}
    </ul>
  );
}
