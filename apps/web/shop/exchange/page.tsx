import { ErrorState, format, Link, Loading, navigate, placeText, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Timer, titleOf, useLoad } from "../parts.tsx";
import { PayChoice } from "../pay.tsx";
import { buyerGet, buyerPost, get, loadMap, type OrderDetail, type Quote, type ShopDetail } from "../wire.ts";
import { Choose } from "./choose.tsx";
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

/** Where the cashier comes back to: one exchange as it stands, which may be done by then. */
export function ExchangeReturn(props: { id: string }): ReactNode {
  const text = useT(),
    found = useLoad(props.id, () => buyerGet<Due>(`/shop/exchange-dues/${props.id}`)),
    [due, setDue] = useState<Due | null>(null),
    now = due ?? found.data;
  if (found.error !== null && now === null) return <ErrorState error={found.error} onRetry={found.again} />;
  return now === null ? (
    <Loading lines={8} />
  ) : (
    <article className="order exchange">
      <header className="head">
        <h1>{text("x.title")}</h1>
        <Link to={`/orders/${now.order}`}>{text("x.back")}</Link>
      </header>
      <Paying due={now} set={setDue} />
    </article>
  );
}

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
