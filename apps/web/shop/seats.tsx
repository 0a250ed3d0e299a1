import { ApiProblem, follow, uuidv7 } from "@parterre/api";
import { VIEWS } from "@parterre/planmodel/types";
import {
  decodeDelta,
  decodeSnapshot,
  levelCounts,
  objectOfSeat,
  seatName,
  StatusBoard,
  unitOf,
  zoneColour,
  zoneLetter,
  type AreaLook,
  type MapModel,
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
import { Steps, titleOf, useCountdown, useLoad } from "./parts.tsx";
import { dropPass, passHeader, passOf } from "./queue/place.ts";
import { WhyPrice } from "./why/why.tsx";
import {
  buyerPost,
  get,
  holdOf,
  keepHold,
  loadMap,
  releaseHold,
  request,
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

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The live states of a session: a snapshot first, then what changes. Draws again through `version`. */
export function useStatus(
  session: string,
  model: MapModel,
  plan: string,
  onMoved: () => void,
): { board: StatusBoard; version: number; live: boolean; areas: ReadonlyMap<number, number> | null } {
  const board = useMemo(() => new StatusBoard(model.seats.count), [model]),
    [version, setVersion] = useState(-1),
    [live, setLive] = useState(true),
    [areas, setAreas] = useState<ReadonlyMap<number, number> | null>(null);
  const moved = useMoved(onMoved);
  useEffect(() => {
    let frame = 0;
    const changed = (): void => {
      if (frame === 0)
        frame = requestAnimationFrame(() => {
          frame = 0;
          setVersion(board.version);
        });
    };
    const whole = (): void => {
      request(`/api/v1/shop/sessions/${session}/status`)
        .then((r) => r.arrayBuffer())
        .then((b) => {
          board.reset(decodeSnapshot(new Uint8Array(b)));
          changed();
        })
        .catch((e: unknown) => {
          if (e instanceof RangeError) moved();
          else setLive(false);
        });
    };
    whole();
    const stop = follow(`/api/v1/shop/sessions/${session}/status/stream`, {
      onState: (s) => setLive(s === "live"),
      onEvent: (e) => {
        if (e.event === "counts") {
          setAreas(new Map(((JSON.parse(e.data) as { areas?: { id: number; free: number }[] }).areas ?? []).map((a) => [a.id, a.free])));
          return;
        }
        if (e.event === "plan") {
          if (e.data !== plan) moved();
          return;
        }
        if (e.event === "snapshot") {
          const whole = decodeSnapshot(bytes(e.data));
          if (whole.states.length !== board.count) {
            moved();
            return;
          }
          board.reset(whole);
        } else if (e.event === "delta" && !board.apply(decodeDelta(bytes(e.data), model.seats.count))) whole();
        changed();
      },
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [session, board]);
  return { board, version, live, areas };
}

/** The session went to another plan version: the map is loaded anew, not more often than every two seconds. */
export function useMoved(onMoved: () => void): () => void {
  const latest = useRef(onMoved),
    timer = useRef(0);
  latest.current = onMoved;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    if (timer.current === 0)
      timer.current = window.setTimeout(
        () => {
          timer.current = 0;
          latest.current();
        },
        200 + Math.random() * 1800,
      );
  };
}

/** How long one may choose, where there is a line. */
function PassTimer(props: { session: string }): ReactNode {
  const text = useT(),
    pass = passOf(props.session),
    left = useCountdown(pass?.endsAt ?? 0, () => {
      if (pass !== null) navigate(`/sessions/${props.session}/queue`);
    });
  return pass === null ? null : (
    <span className={left < 60 ? "pass soon" : "pass"} role="timer">
      {text("shop.pass-left")} <b>{format.countdown(left)}</b>
    </span>
  );
}

const CHOSEN = "parterre.shop.seats.",
  STANDING = "parterre.shop.standing.";
function keptSeats(session: string): readonly number[] {
  try {
    return JSON.parse(sessionStorage.getItem(CHOSEN + session) ?? "[]") as number[];
  } catch {
    return [];
  }
}
function keptStanding(session: string): ReadonlyMap<number, number> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(STANDING + session) ?? "[]") as [number, number][]);
  } catch {
    return new Map();
  }
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
    ranks = [...mine].sort((a, b) => a - b),
    standingPrice = (id: number): number => s.zones.find((z) => z.no === s.areas.find((a) => a.id === id)?.zone)?.price ?? 0,
    sum = ranks.reduce((n, r) => n + (zoneAt(r)?.price ?? 0), 0) + [...standing].reduce((n, [id, x]) => n + x * standingPrice(id), 0);
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
        {levels.length > 1 && (
          <div className="seg" role="group" aria-label={text("shop.levels")}>
            <button type="button" aria-pressed={level === null} onClick={() => setLevel(null)}>
              {text("shop.all-levels")}
            </button>
            {levels.map((l) => (
              <button key={l.id} type="button" aria-pressed={level === l.id} onClick={() => setLevel(l.id)}>
                {term(l.name, lang)}
                <small>{format.count(l.free)}</small>
              </button>
            ))}
          </div>
        )}
        <div className="seg" role="group" aria-label={text("shop.map")}>
          <button type="button" aria-pressed={!asList} onClick={() => setAsList(false)}>
            {text("shop.map")}
          </button>
          <button type="button" aria-pressed={asList} onClick={() => setAsList(true)}>
            {text("shop.list")}
          </button>
        </div>
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
          <section className="basket" aria-label={text("shop.your-seats")}>
            {ranks.length === 0 && standing.size === 0 ? (
              <p className="quiet">{text("shop.none-chosen")}</p>
            ) : (
              <ul className="chosen">
                {groups(model, ranks).map((g) => {
                  const r = g[0]!,
                    box = g.length > 1 ? objectOfSeat(model, r) : null,
                    why = limited(r),
                    title = box === null ? g.map(name).join(" · ") : text("seat.box", { name: term(box.label, lang), n: g.length });
                  return (
                    <li key={r}>
                      <i className="swatch" style={{ background: zones[zoneOf[r]! - 1]?.colour }}>
                        {zones[zoneOf[r]! - 1]?.letter}
                      </i>
                      <span>
                        {title}
                        {why !== null && <small className="warn">{text("shop.view-note", { why })}</small>}
                      </span>
                      <WhyPrice session={s.id} zone={zoneAt(r)?.no ?? 0} timeZone={s.zone}>
                        {format.price(
                          g.reduce((n, x) => n + (zoneAt(x)?.price ?? 0), 0),
                          style,
                        )}
                      </WhyPrice>
                      <button
                        type="button"
                        className="button plain icon"
                        aria-label={text("shop.drop", { seat: title })}
                        onClick={() => choose(g)}
                      >
                        ×
                      </button>
                    </li>
                  );
                })}
                {areas
                  .filter((a) => a.mine > 0)
                  .map((a) => (
                    <li key={`a${a.id}`}>
                      <i className="swatch" style={{ background: a.colour }}>
                        {a.letter}
                      </i>
                      <span>
                        {a.label} × {a.mine}
                      </span>
                      <WhyPrice session={s.id} zone={s.areas.find((x) => x.id === a.id)!.zone} timeZone={s.zone}>
                        {format.price(a.mine * standingPrice(a.id), style)}
                      </WhyPrice>
                      <button
                        type="button"
                        className="button plain icon"
                        aria-label={text("shop.drop", { seat: a.label })}
                        onClick={() => count(a.id, 0)}
                      >
                        ×
                      </button>
                    </li>
                  ))}
              </ul>
            )}
            <div className="go">
              <button type="button" className="button" onClick={() => setBest(true)}>
                {text("shop.best")}
              </button>
              <button
                type="button"
                className="button main"
                disabled={(ranks.length === 0 && stands === 0) || busy}
                onClick={() =>
                  void take({
                    ...(ranks.length === 0 ? {} : { seats: ranks.map((r) => model.seats.ids[r]!) }),
                    ...(stands === 0 ? {} : { standing: [...standing].map(([id, n]) => ({ area: id, n })) }),
                    ...(accessible ? { accessible } : {}),
                  })
                }
              >
                {busy && <span className="busy" />}
                {busy ? text("shop.taking") : text("shop.to-people")}
                {sum > 0 && !busy && <span> {format.price(sum, style)}</span>}
              </button>
            </div>
          </section>
        )}
      </aside>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}

/** Chosen seats, those that are sold together as one line. */
function groups(model: MapModel, ranks: readonly number[]): readonly (readonly number[])[] {
  const done = new Set<number>();
  return ranks.flatMap((r) => {
    if (done.has(r)) return [];
    const unit = unitOf(model, r).filter((x) => ranks.includes(x));
    for (const x of unit) done.add(x);
    return [unit];
  });
}

function Legend(props: { zones: readonly ShopZone[]; look: readonly Zone[]; style: "whole" | "full" }): ReactNode {
  const lang = useLanguage();
  return (
    <ul className="legend" tabIndex={0} aria-label={useT()("shop.legend")}>
      {props.zones.map((z, i) =>
        isPublic(z) ? (
          <li key={z.no}>
            <i className="swatch" style={{ background: props.look[i]!.colour }}>
              {props.look[i]!.letter}
            </i>
            <span>{term(z.name, lang)}</span>
            <b>{format.price(z.price, props.style)}</b>
          </li>
        ) : null,
      )}
    </ul>
  );
}

interface Want {
  readonly n: number;
  readonly zones?: readonly number[];
  readonly together: boolean;
  readonly views: string;
}
function Best(props: { s: ShopDetail; busy: boolean; onClose: () => void; onGo: (want: Want) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s } = props,
    [n, setN] = useState(Math.min(2, s.rules.maxTickets)),
    [zone, setZone] = useState(0),
    [together, setTogether] = useState(true),
    style = format.priceStyle(s.zones.map((z) => z.price));
  return (
    <form
      className="best"
      aria-label={text("shop.best")}
      onSubmit={(e) => {
        e.preventDefault();
        props.onGo({ n, together, views: "no-blocked", ...(zone === 0 ? {} : { zones: [zone] }) });
      }}
    >
      <h2>{text("shop.best")}</h2>
      <p className="quiet small">{text("shop.best-lead")}</p>
      <div className="field">
        <span id="count" className="label">
          {text("shop.count")}
        </span>
        <div className="seg wide" role="group" aria-labelledby="count">
          {Array.from({ length: Math.min(8, s.rules.maxTickets) }, (_, i) => (
            <button key={i} type="button" aria-pressed={n === i + 1} onClick={() => setN(i + 1)}>
              {i + 1}
            </button>
          ))}
        </div>
      </div>
      <div className="field">
        <label htmlFor="zone">{text("shop.zone")}</label>
        <select id="zone" value={zone} onChange={(e) => setZone(Number(e.currentTarget.value))}>
          <option value={0}>{text("shop.any-zone")}</option>
          {s.zones.filter(isPublic).map((z) => (
            <option key={z.no} value={z.no}>
              {z.letter} {term(z.name, lang)} {format.price(z.price, style)}
            </option>
          ))}
        </select>
      </div>
      <label className="check">
        <input type="checkbox" checked={together} onChange={(e) => setTogether(e.currentTarget.checked)} />
        <span>{text("shop.together")}</span>
      </label>
      <div className="go">
        <button type="button" className="button" onClick={props.onClose}>
          {text("action.back")}
        </button>
        <button className="button main" disabled={props.busy}>
          {props.busy && <span className="busy" />}
          {text(props.busy ? "shop.taking" : "shop.best-go")}
        </button>
      </div>
    </form>
  );
}
