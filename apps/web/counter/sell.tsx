import { ApiProblem, uuidv7 } from "@parterre/api";
import { seatName } from "@parterre/planrender";
import { EmptyState, ErrorState, format, Link, Loading, placeText, shortcuts, toast, useLanguage, useQuery, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { titleOf, useLoad } from "../shop/parts.tsx";
import { useStatus } from "../shop/seats.tsx";
import { loadMap, type SaleHold, type SessionMap, type ShopDetail, type ShopSession } from "../shop/wire.ts";
import { Basket, type Held } from "./basket.tsx";
import { DeskMap, useZones } from "./deskmap.tsx";
import { forget, isOver, serve, useDesk, type Customer } from "./desk.ts";
import { ParkedList } from "./desk/parked.tsx";
import { onCard } from "./devices/hub.ts";
import { onPayCode } from "./scan/code.ts";
import "./packages/messages.ts";
import { get, post, remove } from "./wire.ts";

/** Three columns: session, map, basket. */
export function SellPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    list = useLoad("sessions", () => get<{ items: readonly ShopSession[] }>("/shop/sessions?size=100")),
    [chosen, choose] = useQuery("session");
  const sessions = (list.data?.items ?? []).filter((s) => s.state === "on_sale"),
    id = chosen ?? sessions[0]?.id ?? null;
  useEffect(
    () =>
      shortcuts.add({
        id: "next-session",
        keys: "F4",
        label: "counter.k.next",
        run: () => {
          const i = sessions.findIndex((s) => s.id === id);
          choose(sessions[(i + 1) % Math.max(1, sessions.length)]?.id ?? null);
        },
      }),
    [sessions.length, id],
  );
  if (list.error !== null && list.data === null) return <ErrorState error={list.error} onRetry={list.again} />;
  if (list.data === null)
    return (
      <div className="pad">
        <Loading lines={6} />
      </div>
    );
  if (sessions.length === 0) return <EmptyState title={text("counter.none")}>{text("counter.none-lead")}</EmptyState>;
  return (
    <div className="desk">
      <nav className="sessions" aria-label={text("counter.sessions")}>
        <h1>
          {text("counter.sessions")} <kbd>F4</kbd>
        </h1>
        <ul>
          {sessions.map((s) => (
            <li key={s.id}>
              <button type="button" aria-pressed={s.id === id} onClick={() => choose(s.id)}>
                <b>{titleOf(s, lang)}</b>
                <span>{format.dateTime(s.startsAt, lang, { zone: s.zone })}</span>
                <small>
                  {s.venue} {s.hall}
                  {s.counts !== undefined && <em>{text("counter.left", { n: format.count(s.counts.free) })}</em>}
                </small>
              </button>
            </li>
          ))}
        </ul>
        <p className="more">
          <Link to="/packages" className="button block">
            {text("cp.link")}
          </Link>
        </p>
        <ParkedList />
      </nav>
      {id !== null && <Session key={id} id={id} />}
    </div>
  );
}

function Session(props: { id: string }): ReactNode {
  const both = useLoad(props.id, async () => {
    const [shop, desk] = await Promise.all([
        get<ShopDetail>(`/shop/sessions/${props.id}`),
        get<{ zones: readonly { zone: number; prices: readonly { kind: string; price: number }[] }[] }>(
          `/counter/sessions/${props.id}/prices`,
        ),
      ]),
      s = {
        ...shop,
        zones: shop.zones.map((z) => ({
          ...z,
          price: desk.zones.find((x) => x.zone === z.no)?.prices.find((p) => p.kind === "full")?.price ?? z.price,
        })),
      };
    return { s, map: await loadMap(s) };
  });
  if (both.error !== null && both.data === null)
    return (
      <div className="middle">
        <ErrorState error={both.error} onRetry={both.again} />
      </div>
    );
  return both.data === null ? (
    <div className="middle pad">
      <Loading lines={6} />
    </div>
  ) : (
    <Desk key={both.data.s.planId} s={both.data.s} map={both.data.map} onMoved={both.again} />
  );
}

function Desk(props: { s: ShopDetail; map: SessionMap; onMoved: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s } = props,
    { model, zoneOf } = props.map,
    { board, version } = useStatus(s.id, model, s.planId, props.onMoved),
    look = useZones(s);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set()),
    { current } = useDesk(),
    held: Held | null = current?.session === s.id ? current : null,
    [zone, setZone] = useState(0),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const mine = held === null ? picked : new Set(held.hold.places.flatMap((p) => model.rankOf.get(p.seat) ?? []));
  const take = async (choice: object): Promise<void> => {
    if (busy || held !== null) return;
    setBusy(true);
    setError(null);
    const id = uuidv7();
    try {
      const hold = await post<SaleHold>("/counter/holds", { id, session: s.id, ...choice }, id);
      const c: Customer = {
        hold,
        endsAt: Date.now() + hold.secondsLeft * 1000,
        order: uuidv7(),
        session: s.id,
        title: s.title,
        titleEn: s.titleEn,
        startsAt: s.startsAt,
        zone: s.zone,
      };
      serve(c);
      setPicked(new Set());
    } catch (e) {
      setError(e);
      if (e instanceof ApiProblem && e.document.code === "inventory.seat_taken") setPicked(new Set());
    } finally {
      setBusy(false);
    }
  };
  const best = (n: number): Promise<void> =>
    take({ best: { n, together: true, views: "no-blocked", ...(zone === 0 ? {} : { zones: [zone] }) } });
  const drop = (giveBack: boolean): void => {
    if (giveBack && held !== null)
      void remove(`/counter/sessions/${s.id}/holds/${held.hold.hold}`).catch(() => toast("warning", text("problem.network")));
    if (held !== null) forget(held.hold.hold);
    setPicked(new Set());
    setError(null);
  };
  // What ended while nobody looked, such as over a reload, is said and cleared.
  useEffect(() => {
    if (held !== null && isOver(held, Date.now())) {
      toast("warning", text("counter.expired"));
      forget(held.hold.hold);
    }
  }, [held]);
  useEffect(() => onCard(() => toast("info", text("d.card-nobody"))), []);
  useEffect(() => onPayCode({ first: () => false, take: () => toast("info", text("c.nobody")) }), []);
  const latest = useRef({ best, drop });
  latest.current = { best, drop };
  useEffect(
    () =>
      shortcuts.add(
        ...Array.from({ length: 9 }, (_, i) => ({
          id: `best-${i + 1}`,
          keys: String(i + 1),
          label: "counter.k.best",
          run: () => void latest.current.best(i + 1),
          enabled: () => true,
        })),
      ),
    [],
  );
  // A sale gives itself up: its order may wait for money.
  useEffect(
    () =>
      held === null
        ? shortcuts.add({ id: "clear", keys: "F10", label: "counter.k.clear", run: () => latest.current.drop(true) })
        : undefined,
    [held === null],
  );
  const name = (r: number): string => placeText(seatName(model, r), lang);
  const toggle = (rank: number): void => {
    if (held !== null) return;
    const next = new Set(picked);
    if (!next.delete(rank) && board.states[rank] === 0 && zoneOf[rank] !== 0) next.add(rank);
    setPicked(next);
  };
  return (
    <>
      <section className="middle" aria-label={text("seats.map")}>
        <div className="best-bar">
          <label className="visually-hidden" htmlFor="zone">
            {text("counter.zone")}
          </label>
          <select id="zone" value={zone} onChange={(e) => setZone(Number(e.currentTarget.value))}>
            <option value={0}>{text("counter.any")}</option>
            {s.zones.map((z) => (
              <option key={z.no} value={z.no}>
                {z.letter} {z.name} {format.price(z.price)}
              </option>
            ))}
          </select>
          <span className="quiet">{text("counter.best")}</span>
          {Array.from({ length: 6 }, (_, i) => (
            <button
              key={i}
              type="button"
              className="button"
              disabled={busy || held !== null}
              aria-label={text("counter.best-n", { n: i + 1 })}
              onClick={() => void best(i + 1)}
            >
              {i + 1}
            </button>
          ))}
          <ul className="zones">
            {s.zones.map((z, i) => (
              <li key={z.no}>
                <i style={{ background: look[i]!.colour }}>{look[i]!.letter}</i>
                {format.price(z.price)}
                <small>{format.count(z.free)}</small>
              </li>
            ))}
          </ul>
        </div>
        {s.areas.some((a) => a.zone !== 0) && (
          <div className="areas" role="group" aria-label={text("d.areas")}>
            {s.areas
              .filter((a) => a.zone !== 0)
              .map((a) => (
                <span key={a.id}>
                  <small>{text("d.area-left", { label: a.label, n: format.count(a.free) })}</small>
                  {[1, 2, 3, 4].map((n) => (
                    <button
                      key={n}
                      type="button"
                      className="button"
                      disabled={busy || held !== null || a.free < n}
                      aria-label={text("d.area-n", { label: a.label, n })}
                      onClick={() => void take({ standing: [{ area: a.id, n }] })}
                    >
                      {n}
                    </button>
                  ))}
                </span>
              ))}
          </div>
        )}
        <DeskMap map={props.map} zones={look} board={board} version={version} mine={mine} onPick={toggle} />
      </section>
      <Basket
        s={s}
        held={held}
        picked={[...picked].map((r) => ({ rank: r, text: name(r), price: s.zones[zoneOf[r]! - 1]?.price ?? 0 }))}
        error={error}
        busy={busy}
        onTake={() =>
          void take({
            seats: [...picked].map((r) => model.seats.ids[r]!),
            ...([...picked].some((r) => model.seats.kind[r] === 1 || model.seats.kind[r] === 2) ? { accessible: true } : {}),
          })
        }
        onUnpick={toggle}
        onHold={(hold) => {
          if (current?.session === s.id) serve({ ...current, hold, endsAt: Date.now() + hold.secondsLeft * 1000 });
        }}
        onDrop={drop}
      />
    </>
  );
}
