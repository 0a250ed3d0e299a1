/** The page where the buyer chooses seats on the map, in the list, or standing places. */
import { ApiProblem, uuidv7 } from "@parterre/api";
import { VIEWS } from "@parterre/planmodel/types";
import {
  levelCounts,
  seatName,
  unitOf,
  zoneColour,
  zoneLetter,
  type AreaLook,
  type MapObject,
  type SeatMap,
  type Zone,
} from "@parterre/planrender";
import {
  AreaPicker,
  ErrorState,
  format,
  Link,
  Loading,
  MapView,
  navigate,
  placeText,
  ProblemNote,
  SeatList,
  term,
  toast,
  useLanguage,
  useT,
  useTheme,
  type AreaItem,
} from "@parterre/ui";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { isPublic } from "./event.tsx";
import { Steps, titleOf, useLoad } from "./parts.tsx";
import { dropPass, passHeader, passOf } from "./queue/place.ts";
import { SeatBasket } from "./seatbasket.tsx";
import { CHOSEN, keptSeats, keptStanding, STANDING } from "./seatchoice.ts";
import { Best, Legend, PassTimer, Views } from "./seatparts.tsx";
import { useStatus } from "./seats.tsx";
import {
  buyerPost,
  get,
  holdOf,
  keepHold,
  loadMap,
  releaseHold,
  type SaleHold,
  type SessionMap,
  type ShopDetail,
  type ShopZone,
} from "./wire.ts";

export function SeatsPage(props: { id: string }): ReactNode {
  const detail = useLoad(props.id, async () => {
    const s = await get<ShopDetail>(`/shop/sessions/${props.id}`);
    // Where there is a line, its pass comes first; the map is not loaded for those who wait.
    if (s.queue && passOf(s.id) === null) {
      navigate(`/sessions/${s.id}/queue`, { replace: true });
      return new Promise<never>(() => {});
    }
    return { s, map: await loadMap(s) };
  });
  if (detail.error !== null && detail.data === null) return <ErrorState error={detail.error} onRetry={detail.again} />;
  return detail.data === null ? (
    <Loading lines={8} />
  ) : (
    <Chooser key={detail.data.s.planId} s={detail.data.s} map={detail.data.map} onMoved={detail.again} />
  );
}

function Chooser(props: { s: ShopDetail; map: SessionMap; onMoved: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    theme = useTheme(),
    { s } = props,
    { model, zoneOf } = props.map,
    {
      board,
      version,
      live,
      areas: liveAreas,
    } = useStatus(s.id, model, s.planId, () => {
      toast("info", text("shop.plan-moved"));
      props.onMoved();
    });
  const [mine, setMine] = useState<ReadonlySet<number>>(() => new Set(keptSeats(s.id).flatMap((id) => model.rankOf.get(id) ?? []))),
    [standing, setStanding] = useState(() => keptStanding(s.id)),
    [area, setArea] = useState<number | null>(null),
    [level, setLevel] = useState<string | null>(null),
    [asList, setAsList] = useState(false);
  const [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [said, setSaid] = useState(""),
    [best, setBest] = useState(false),
    map = useRef<SeatMap | null>(null),
    attempt = useRef<{ for: string; id: string } | null>(null);
  const zones = useMemo<readonly Zone[]>(
    () =>
      s.zones.map((z, i) => ({
        name: term(z.name, lang),
        letter: z.letter || zoneLetter(i),
        colour: theme === "dark" ? zoneColour("dark", i) : z.color,
      })),
    [s, theme, lang],
  );
  const zoneAt = (rank: number): ShopZone | undefined => s.zones[zoneOf[rank]! - 1];
  const name = (rank: number): string => placeText(seatName(model, rank), lang);
  const style = format.priceStyle(s.zones.map((z) => z.price)),
    price = (rank: number): string => `${term(zoneAt(rank)?.name ?? "", lang)} ${format.price(zoneAt(rank)?.price ?? 0, style)}`.trim();
  // A hold that this tab had is given back: the seats are chosen anew here.
  // Until the live status tells of it, they stand as held there: by this buyer, not by somebody else.
  const back = useRef<Set<number>>(new Set());
  useEffect(() => {
    const old = holdOf(s.id);
    if (old === null) return;
    for (const p of old.places) {
      const rank = model.rankOf.get(p.seat);
      if (rank !== undefined) back.current.add(rank);
    }
    void releaseHold(s.id, old.hold).catch(() => undefined);
  }, []);
  useEffect(() => {
    try {
      sessionStorage.setItem(CHOSEN + s.id, JSON.stringify([...mine].map((r) => model.seats.ids[r])));
    } catch {
      /* not kept */
    }
    map.current?.setMine(mine);
  }, [mine]);
  useEffect(() => {
    try {
      sessionStorage.setItem(STANDING + s.id, JSON.stringify([...standing]));
    } catch {
      /* not kept */
    }
  }, [standing]);
  useEffect(() => {
    map.current?.setZones(zones, zoneOf);
  }, [zones]);
  useEffect(() => {
    map.current?.setLevel(level);
  }, [level]);
  useEffect(() => {
    map.current?.setStates(board.states);
  }, [version]);
  useEffect(() => {
    if (busy || version < 0) return;
    for (const rank of back.current) if (board.states[rank] !== 1) back.current.delete(rank);
    const lost = [...mine].filter((rank) => board.states[rank] !== 0 && !back.current.has(rank));
    if (lost.length === 0) return;
    for (const rank of lost) toast("warning", text("shop.gone", { seat: name(rank) }));
    setMine(new Set([...mine].filter((r) => !lost.includes(r))));
  }, [version, busy]);
  const stands = [...standing.values()].reduce((n, x) => n + x, 0),
    room = s.rules.maxTickets - mine.size - stands;
  const limited = (rank: number): string | null =>
    model.seats.view[rank]! === 0 ? null : (model.seats.extras.get(rank)?.note ?? text(`view.${VIEWS[model.seats.view[rank]!]!}`));
  const sold = (rank: number): boolean => {
    const zone = zoneAt(rank);
    return zone !== undefined && isPublic(zone);
  };
  // Seats that are sold together come and go together; several at once are all or nothing.
  const choose = (ranks: readonly number[]): void => {
    setError(null);
    if (ranks.every((r) => mine.has(r))) {
      setMine(new Set([...mine].filter((r) => !ranks.includes(r))));
      return;
    }
    const wanted = ranks.filter((r) => !mine.has(r));
    if (wanted.some((r) => board.states[r] !== 0 || !sold(r))) return;
    if (wanted.length > room) {
      toast("info", text("shop.max", { n: s.rules.maxTickets }));
      return;
    }
    setMine(new Set([...mine, ...wanted]));
    setSaid(`${text("seat.mine")} ${wanted.map((r) => `${name(r)} ${price(r)}`).join(", ")}`);
    const why = wanted.map(limited).find((w) => w !== null);
    if (why != null) toast("warning", text("shop.limited", { why }));
  };
  const toggle = (rank: number): void => choose(unitOf(model, rank));
  const areas: readonly AreaItem[] = s.areas.map((a) => {
    const at = s.zones.findIndex((z) => z.no === a.zone),
      zone = s.zones[at];
    return {
      id: a.id,
      label: [a.level, a.label]
        .filter((x) => x !== "")
        .map((x) => term(x, lang))
        .join(" "),
      free: liveAreas?.get(a.id) ?? a.free,
      mine: standing.get(a.id) ?? 0,
      price: zone === undefined ? "" : `${term(zone.name, lang)} ${format.price(zone.price, style)}`,
      off: zone === undefined || !isPublic(zone),
      ...(at < 0 ? {} : { colour: zones[at]!.colour!, letter: zones[at]!.letter! }),
    };
  });
  const count = (id: number, n: number): void => {
    setError(null);
    setStanding(new Map([...standing, [id, n] as const].filter(([, x]) => x > 0)));
  };
  const pickObject = (o: MapObject): void => {
    if (o.kind !== "area") {
      // A tap on a table or a box takes all of it that is free, at once.
      const free = o.whole ? o.ranks : o.ranks.filter((r) => mine.has(r) || (board.states[r] === 0 && sold(r)));
      if (free.length > 0) choose(free);
      return;
    }
    const found = s.areas.find((a) => a.code === o.id),
      item = areas.find((a) => a.id === found?.id);
    if (item === undefined || item.off) return;
    if (item.mine === 0 && item.free > 0 && room > 0) count(item.id, 1);
    setBest(false);
    setArea(item.id);
  };
  const looks = (): ReadonlyMap<string, AreaLook> =>
    new Map(
      s.areas.map((a, i) => [
        a.code,
        {
          zone: s.zones.findIndex((z) => z.no === a.zone) + 1,
          note: areas[i]!.off
            ? text("seat.off")
            : areas[i]!.mine > 0
              ? text("area.chosen", { name: "", n: areas[i]!.mine }).trim()
              : areas[i]!.free === 0
                ? text("area.none")
                : text("area.left", { n: format.count(areas[i]!.free) }),
          mine: areas[i]!.mine,
          off: areas[i]!.off,
        },
      ]),
    );
  useEffect(() => {
    map.current?.setAreas(looks());
  }, [liveAreas, standing, zones]);
  useEffect(() => {
    if (busy || liveAreas === null) return;
    for (const a of areas)
      if (a.mine > a.free) {
        toast("warning", text("shop.gone", { seat: a.label }));
        count(a.id, a.free);
        return;
      }
  }, [liveAreas]);
  const take = async (choice: object): Promise<void> => {
    const mark = JSON.stringify(choice);
    // The same choice tried again after a lost answer is the same hold.
    if (attempt.current?.for !== mark) attempt.current = { for: mark, id: uuidv7() };
    const { id } = attempt.current;
    setBusy(true);
    setError(null);
    try {
      const hold = await buyerPost<SaleHold>("/shop/holds", { id, session: s.id, ...choice }, id, passHeader([s.id]));
      keepHold(s.id, hold);
      try {
        sessionStorage.setItem(CHOSEN + s.id, JSON.stringify(hold.places.map((p) => p.seat)));
      } catch {
        /* not kept */
      }
      navigate(`/sessions/${s.id}/people`);
    } catch (e) {
      if (e instanceof ApiProblem) attempt.current = null;
      // A line has formed, or the pass has ended: to the end of it, the choice is kept in the tab.
      if (e instanceof ApiProblem && e.document.code === "waiting.pass") {
        dropPass(s.id);
        navigate(`/sessions/${s.id}/queue`);
        return;
      }
      setError(e);
      setBusy(false);
    }
  };
  const levels = useMemo(() => levelCounts(model, board.states).filter((l) => l.seats > 0), [version]),
    ranks = [...mine].sort((a, b) => a - b);
  const accessible = ranks.some((r) => model.seats.kind[r] === 1 || model.seats.kind[r] === 2);
  return (
    <div className="chooser" data-list={asList || undefined}>
      <header>
        <div className="title">
          <Link to={`/sessions/${s.id}`}>{titleOf(s, lang)}</Link>
          <small className="quiet">{format.dateTime(s.startsAt, lang, { zone: s.zone })}</small>
        </div>
        <Steps at={0} />
      </header>
      <div className="views">
        <Views levels={levels} level={level} onLevel={setLevel} asList={asList} onList={setAsList} />
        {s.queue && <PassTimer session={s.id} />}
        <span className={live ? "live" : "live off"} role="status">
          {text(live ? "shop.live" : "shop.live-wait")}
        </span>
      </div>
      <div className="stage">
        {asList ? (
          model.seats.count > 0 ? (
            <SeatList model={model} states={board.states} version={version} mine={mine} priceOf={price} onToggle={toggle} />
          ) : (
            <p className="quiet pad">{text("shop.only-standing")}</p>
          )
        ) : (
          <MapView
            model={model}
            options={{
              onPick: toggle,
              onPickObject: pickObject,
              onFocusSeat: (r) =>
                setSaid(
                  `${name(r)} ${text(mine.has(r) ? "seat.mine" : `seat.${["free", "held", "sold", "off"][board.states[r]!]}`)} ${price(r)}`,
                ),
            }}
            onReady={(m) => {
              map.current = m;
              m.setZones(zones, zoneOf);
              m.setStates(board.states);
              m.setMine(mine);
              m.setLevel(level);
              m.setAreas(looks());
            }}
          />
        )}
      </div>
      <aside>
        <Legend zones={s.zones} look={zones} style={style} />
        {error !== null && <ProblemNote error={error} />}
        {!best && <AreaPicker areas={areas} room={room} focus={area} onCount={count} />}
        {best ? (
          <Best s={s} busy={busy} onClose={() => setBest(false)} onGo={(want) => void take({ best: want })} />
        ) : (
          <SeatBasket
            s={s}
            model={model}
            zoneOf={zoneOf}
            zones={zones}
            ranks={ranks}
            areas={areas}
            standing={standing}
            style={style}
            accessible={accessible}
            busy={busy}
            limited={limited}
            onDrop={choose}
            onCount={count}
            onBest={() => setBest(true)}
            onTake={(choice) => void take(choice)}
          />
        )}
      </aside>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}
