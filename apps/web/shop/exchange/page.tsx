import { ApiProblem, uuidv7 } from "@parterre/api";
import { seatName, zoneColour, zoneLetter, type SeatMap } from "@parterre/planrender";
import {
  ErrorState,
  format,
  Link,
  Loading,
  MapView,
  navigate,
  placeText,
  ProblemNote,
  toast,
  useLanguage,
  useT,
  useTheme,
} from "@parterre/ui";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { isPublic } from "../event.tsx";
import { Timer, titleOf, useLoad } from "../parts.tsx";
import { PayChoice } from "../pay.tsx";
import { useStatus } from "../seats.tsx";
import {
  buyerGet,
  buyerPost,
  get,
  loadMap,
  releaseHold,
  type OrderDetail,
  type Quote,
  type SaleHold,
  type SessionMap,
  type ShopDetail,
} from "../wire.ts";
import "./messages.ts";

interface Place {
  readonly seat: number;
  readonly text: string;
  readonly level: string;
  readonly section: string;
  readonly row: string;
  readonly number: string;
}
export interface Due {
  readonly id: string;
  readonly order: string;
  readonly from: readonly Place[];
  readonly to: readonly Place[];
  readonly amount: number;
  readonly state: "pending" | "paid" | "done" | "lapsed" | "cancelled" | "refunded";
  readonly secondsLeft: number;
}
const ASKS = 3000;

export function ExchangePage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    all = useLoad(props.id, async () => {
      const [o, quote, open] = await Promise.all([
        buyerGet<OrderDetail>(`/shop/orders/${props.id}`),
        buyerGet<Quote>(`/shop/orders/${props.id}/refund-quote`),
        buyerGet<{ exchange?: Due }>(`/shop/orders/${props.id}/exchange-dues`),
      ]);
      const s = await get<ShopDetail>(`/shop/sessions/${o.session}`);
      return { o, quote, due: open.exchange ?? null, s, map: await loadMap(s) };
    }),
    [due, setDue] = useState<Due | null>(null);
  if (all.error !== null && all.data === null) return <ErrorState error={all.error} onRetry={all.again} />;
  if (all.data === null) return <Loading lines={8} />;
  const { o } = all.data,
    waits = due ?? all.data.due;
  return (
    <article className="order exchange">
      <header className="head">
        <div className="title">
          <h1>{text("x.title")}</h1>
          <small className="quiet">
            {titleOf(o, lang)} · {format.dateTime(o.startsAt, lang, { zone: o.zone })}
          </small>
        </div>
        <Link to={`/orders/${o.id}`}>{text("x.back")}</Link>
      </header>
      {waits !== null ? (
        <Paying due={waits} set={setDue} />
      ) : o.state !== "confirmed" || all.data.quote.tickets.every((t) => !t.possible) ? (
        <p className="note warning">
          <span className="body">{text("x.not")}</span>
        </p>
      ) : (
        <Choose key={all.data.s.planId} o={o} quote={all.data.quote} s={all.data.s} map={all.data.map} onDue={setDue} onMoved={all.again} />
      )}
    </article>
  );
}

function Choose(props: {
  o: OrderDetail;
  quote: Quote;
  s: ShopDetail;
  map: SessionMap;
  onDue: (d: Due) => void;
  onMoved: () => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    theme = useTheme(),
    { o, quote, s } = props,
    { model, zoneOf } = props.map,
    { board, version } = useStatus(s.id, model, s.planId, props.onMoved),
    map = useRef<SeatMap | null>(null),
    id = useRef(uuidv7());
  const may = quote.tickets.filter((t) => t.possible),
    [from, setFrom] = useState<ReadonlySet<number>>(new Set(may.length === 1 ? [may[0]!.seat] : [])),
    [mine, setMine] = useState<ReadonlySet<number>>(new Set()),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const zones = useMemo(
    () =>
      s.zones.map((z, i) => ({
        name: z.name,
        letter: z.letter || zoneLetter(i),
        colour: theme === "dark" ? zoneColour("dark", i) : z.color,
      })),
    [s, theme],
  );
  useEffect(() => {
    map.current?.setZones(zones, zoneOf);
  }, [zones]);
  useEffect(() => {
    map.current?.setStates(board.states);
  }, [version]);
  useEffect(() => {
    map.current?.setMine(mine);
  }, [mine]);
  const zoneAt = (r: number): ShopDetail["zones"][number] | undefined => s.zones[zoneOf[r]! - 1],
    priceOf = (r: number): number => zoneAt(r)?.price ?? 0;
  const pick = (rank: number): void => {
    const next = new Set(mine),
      zone = zoneAt(rank);
    if (!next.delete(rank) && board.states[rank] === 0 && zone !== undefined && isPublic(zone) && from.size > 0) {
      if (next.size >= from.size) next.delete([...next][0]!); // the oldest choice makes room
      next.add(rank);
    }
    setMine(next);
  };
  const old = may.filter((t) => from.has(t.seat)),
    diff = [...mine].reduce((n, r) => n + priceOf(r), 0) - old.reduce((n, t) => n + t.price, 0),
    whole = mine.size === from.size && from.size > 0;
  const name = (seat: number): string => {
    const t = o.tickets.find((x) => x.seat === seat);
    return t === undefined ? "" : placeText(t, lang);
  };
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    let hold: SaleHold | null = null;
    try {
      hold = await buyerPost<SaleHold>("/shop/holds", { id: uuidv7(), session: s.id, seats: [...mine].map((r) => model.seats.ids[r]) });
      const body = { id: id.current, from: old.map((t) => t.seat), hold: hold.hold };
      try {
        // the server knows the prices: it says when there is something to pay
        await buyerPost(`/shop/orders/${o.id}/exchanges`, body, id.current);
        toast("success", text("x.done"));
        navigate(`/orders/${o.id}`);
      } catch (e) {
        if (!(e instanceof ApiProblem && e.document.code === "sales.difference")) throw e;
        props.onDue(await buyerPost<Due>(`/shop/orders/${o.id}/exchange-dues`, body, id.current));
      }
    } catch (e) {
      if (hold !== null) void releaseHold(s.id, hold.hold).catch(() => undefined);
      id.current = uuidv7();
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p className="quiet">{text("x.lead")}</p>
      <p>{text("x.pick")}</p>
      <ul className="pick">
        {may.map((t) => (
          <li key={t.seat}>
            <label className="check">
              <input
                type="checkbox"
                checked={from.has(t.seat)}
                onChange={(e) => {
                  const next = new Set(from);
                  if (e.currentTarget.checked) next.add(t.seat);
                  else next.delete(t.seat);
                  setFrom(next);
                  setMine(new Set([...mine].slice(0, next.size)));
                }}
              />
              <span>{name(t.seat)}</span>
            </label>
            <b>{format.price(t.price)}</b>
          </li>
        ))}
      </ul>
      <div className="exchange-map">
        <MapView
          model={model}
          options={{ onPick: pick }}
          onReady={(m) => {
            map.current = m;
            m.setZones(zones, zoneOf);
            m.setStates(board.states);
            m.setMine(mine);
          }}
        />
      </div>
      <ul className="legend-line">
        {s.zones.filter(isPublic).map((z) => (
          <li key={z.no}>
            <i style={{ background: zones[s.zones.indexOf(z)]!.colour }}>{zones[s.zones.indexOf(z)]!.letter}</i>
            {z.name} {format.price(z.price)}
          </li>
        ))}
      </ul>
      <section className="card" aria-live="polite">
        <h2>{text("x.to")}</h2>
        {mine.size === 0 ? (
          <p className="quiet">{text("x.none", { n: Math.max(1, from.size) })}</p>
        ) : (
          <ul className="chosen">
            {[...mine].map((r) => (
              <li key={r}>
                <span>{placeText(seatName(model, r), lang)}</span>
                <b>{format.price(priceOf(r))}</b>
              </li>
            ))}
          </ul>
        )}
        {mine.size > 0 && !whole && <p className="quiet">{text("x.count", { n: from.size - mine.size })}</p>}
        {whole && o.bundle !== undefined && <p className="quiet">{text("x.package")}</p>}
        {whole && o.bundle === undefined && (
          <p className="due">
            <span>{text(diff > 0 ? "x.more" : diff < 0 ? "x.less" : "x.same")}</span>
            {diff !== 0 && <b>{format.price(Math.abs(diff))}</b>}
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

/** The difference, until it is paid, given up, or its time is over. */
function Paying(props: { due: Due; set: (d: Due) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { due } = props,
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [endsAt] = useState(() => Date.now() + due.secondsLeft * 1000),
    at = `/shop/exchange-dues/${due.id}`,
    latest = useRef(props),
    open = due.state === "pending" || due.state === "paid";
  latest.current = props;
  useEffect(() => {
    if (!open) return;
    let stop = false,
      timer = 0;
    const ask = (): void => {
      buyerPost<Due>(`${at}/check`, undefined)
        .then(
          (d) => {
            if (!stop) latest.current.set(d);
          },
          () => undefined,
        )
        .finally(() => {
          if (!stop) timer = window.setTimeout(ask, ASKS);
        });
    };
    ask();
    return () => {
      stop = true;
      clearTimeout(timer);
    };
  }, [due.id, open]);
  useEffect(() => {
    if (due.state === "done") {
      toast("success", text("x.done"));
      navigate(`/orders/${due.order}`, { replace: true });
    }
    if (due.state === "cancelled") {
      toast("info", text("x.cancelled"));
      navigate(`/orders/${due.order}`, { replace: true });
    }
  }, [due.state]);
  const cancel = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      props.set(await buyerPost<Due>(`${at}/cancel`, undefined));
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  if (due.state === "lapsed" || due.state === "refunded")
    return (
      <div className="note warning" role="status">
        <div className="body">
          <p>{text(`x.${due.state}`)}</p>
          <Link to={`/orders/${due.order}`}>{text("x.back")}</Link>
        </div>
      </div>
    );
  if (due.state !== "pending")
    return (
      <div className="note info" role="status">
        <div className="body">{text("x.paid")}</div>
      </div>
    );
  const places = (list: readonly Place[]): string => list.map((p) => placeText(p, lang)).join("、");
  return (
    <section className="card paying">
      <Timer endsAt={endsAt} onEnd={() => undefined} />
      <dl className="facts">
        <div>
          <dt>{text("x.from")}</dt>
          <dd>{places(due.from)}</dd>
        </div>
        <div>
          <dt>{text("x.to")}</dt>
          <dd>{places(due.to)}</dd>
        </div>
      </dl>
      <p className="due">
        <span>{text("x.more")}</span>
        <b>{format.price(due.amount)}</b>
      </p>
      <p className="quiet small">{text("x.waiting")}</p>
      {error !== null && <ProblemNote error={error} />}
      <PayChoice order={due.order} at={at} amount={due.amount} busy={busy} onBusy={setBusy} />
      <button type="button" className="button plain" disabled={busy} onClick={() => void cancel()}>
        {text("x.cancel")}
      </button>
    </section>
  );
}
