import { ApiProblem, uuidv7 } from "@parterre/api";
import { ErrorState, format, Link, Loading, placeText, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Bindings, Invoices } from "./after/invoice.tsx";
import { PickupCode } from "./after/pickup.tsx";
import { Reduced } from "./after/reduced.tsx";
import { StateChip } from "./orders.tsx";
import { PayChoice } from "./pay.tsx";
import { Steps, TierLine, Timer, titleOf, useLoad } from "./parts.tsx";
import { Tickets } from "./ticket.tsx";
import "./exchange/messages.ts";
import { buyerGet, buyerPost, type OrderDetail, type Quote } from "./wire.ts";

const ASKS = 3000;

export function OrderPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data: o, error, again, set } = useLoad(props.id, () => buyerGet<OrderDetail>(`/shop/orders/${props.id}`));
  if (error !== null && o === null) return <ErrorState error={error} onRetry={again} />;
  if (o === null) return <Loading lines={8} />;
  const style = format.priceStyle([o.amount, ...o.tickets.flatMap((t) => [t.price, t.list, ...t.off.map((x) => x.fen)])]);
  return (
    <article className="order">
      <header className="head">
        <div className="title">
          <h1>{titleOf(o, lang)}</h1>
          <small className="quiet">{text("shop.order", { n: o.number })}</small>
        </div>
        {o.state === "pending" ? <Steps at={2} /> : <StateChip state={o.state} />}
      </header>
      {(o.state === "pending" || o.state === "paid") && <Waiting o={o} style={style} set={set} again={again} />}
      {o.state === "expired" && (
        <div className="note warning">
          <div className="body">
            <p>{text("shop.expired-order")}</p>
            <Link to={`/sessions/${o.session}/seats`}>{text("shop.choose-again")}</Link>
          </div>
        </div>
      )}
      {o.state === "refund_due" && (
        <div className="note info">
          <div className="body">{text("shop.refund-due-lead")}</div>
        </div>
      )}
      <PickupCode o={o} />
      {o.state === "confirmed" || o.state === "refunded" ? <Tickets o={o} /> : <Summary o={o} style={style} />}
      {o.state === "confirmed" && o.refundable && (
        <p className="row">
          <Link to={`/orders/${o.id}/exchange`} className="button">
            {text("x.open")}
          </Link>
        </p>
      )}
      {o.state === "confirmed" && <Refund o={o} style={style} onDone={again} />}
      {o.state === "confirmed" && <Bindings o={o} onDone={set} />}
      {o.state === "confirmed" && <Invoices order={o.id} />}
      <Where o={o} />
    </article>
  );
}

function Where(props: { o: OrderDetail }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { o } = props;
  return (
    <dl className="facts">
      <div>
        <dt>{text("shop.when")}</dt>
        <dd>
          {format.dateTime(o.startsAt, lang, { zone: o.zone })}
          <small>{text("shop.doors", { time: format.time(o.doorsAt, o.zone) })}</small>
        </dd>
      </div>
      <div>
        <dt>{text("shop.where")}</dt>
        <dd>
          {o.venue} {o.hall}
          <small>{o.address}</small>
        </dd>
      </div>
    </dl>
  );
}

function Summary(props: { o: OrderDetail; style: "whole" | "full" }): ReactNode {
  const lang = useLanguage();
  return (
    <ul className="chosen card">
      {props.o.tickets.map((t) => (
        <li key={t.seat}>
          <span>
            {placeText(t, lang)}
            {t.person !== undefined && (
              <small className="quiet">
                {" "}
                · {t.person.name} {t.person.number}
              </small>
            )}
          </span>
          <b>
            <Reduced t={t} style={props.style} />
          </b>
        </li>
      ))}
    </ul>
  );
}

/** A pending order: the countdown, the way to the cashier, and asking until the money is there. */
function Waiting(props: { o: OrderDetail; style: "whole" | "full"; set: (o: OrderDetail) => void; again: () => void }): ReactNode {
  const text = useT(),
    { o } = props,
    [busy, setBusy] = useState<"pay" | "check" | "cancel" | null>(null),
    [error, setError] = useState<unknown>(null),
    [endsAt] = useState(() => Date.now() + o.secondsLeft * 1000),
    latest = useRef(props);
  latest.current = props;
  // Back from the cashier the provider's notice may still be on its way: ask until the order moves.
  useEffect(() => {
    let stop = false,
      timer = 0;
    const ask = (): void => {
      buyerPost<OrderDetail>(`/shop/orders/${o.id}/check`, undefined)
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
  }, [o.id]);
  const run = async (what: "pay" | "check" | "cancel", work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setError(null);
    try {
      await work();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(null);
    }
  };
  if (o.state === "paid")
    return (
      <div className="note info" role="status">
        <div className="body">{text("shop.paid-lead")}</div>
      </div>
    );
  return (
    <section className="card paying">
      <Timer endsAt={endsAt} onEnd={props.again} />
      <p className="due">
        <span>{text("shop.amount")}</span>
        <b>{format.price(o.amount, props.style)}</b>
      </p>
      <p className="quiet small">{text("shop.pay-lead")}</p>
      {error !== null && <ProblemNote error={error} />}
      <PayChoice
        order={o.id}
        at={`/shop/orders/${o.id}`}
        amount={o.amount}
        busy={busy === "pay"}
        onBusy={(on) => setBusy(on ? "pay" : null)}
      />
      <div className="row between">
        <button
          type="button"
          className="button plain"
          disabled={busy !== null}
          onClick={() => void run("check", async () => props.set(await buyerPost<OrderDetail>(`/shop/orders/${o.id}/check`, undefined)))}
        >
          {text(busy === "check" ? "shop.checking" : "shop.check")}
        </button>
        <button
          type="button"
          className="button plain"
          disabled={busy !== null}
          onClick={() =>
            void run("cancel", async () => {
              props.set(await buyerPost<OrderDetail>(`/shop/orders/${o.id}/cancel`, undefined));
              toast("success", text("shop.cancelled-toast"));
            })
          }
        >
          {text("shop.cancel")}
        </button>
      </div>
    </section>
  );
}

function Refund(props: { o: OrderDetail; style: "whole" | "full"; onDone: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { o } = props,
    [open, setOpen] = useState(false),
    [picked, setPicked] = useState<ReadonlySet<number>>(new Set()),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    id = useRef(uuidv7());
  const quote = useLoad(`${o.id} ${open}`, () => (open ? buyerGet<Quote>(`/shop/orders/${o.id}/refund-quote`) : Promise.resolve(null)));
  const lines = (quote.data?.tickets ?? []).filter((l) => picked.has(l.seat)),
    back = lines.reduce((n, l) => n + l.back, 0),
    fee = lines.reduce((n, l) => n + l.fee, 0);
  // Which tier is on now, by what the server quotes: its clock decides.
  const sample = quote.data?.tickets.find((l) => l.price > 0),
    tier =
      sample === undefined || quote.data === null
        ? -1
        : quote.data.tiers.findIndex((t) => sample.possible && Math.round((sample.price * t.feePerMille) / 1000) === sample.fee);
  const hoursLeft = sample === undefined || quote.data === null ? null : tier >= 0 ? quote.data.tiers[tier]!.hoursBefore : -1;
  const seatOf = (seat: number): string => {
    const t = o.tickets.find((x) => x.seat === seat);
    return t === undefined ? "" : placeText(t, lang);
  };
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const done = await buyerPost<{ back: number; seats: readonly number[] }>(
        `/shop/orders/${o.id}/refunds`,
        { id: id.current, seats: lines.map((l) => l.seat), fee },
        id.current,
      );
      toast("success", text("shop.refund-done", { n: done.seats.length, price: format.price(done.back, props.style) }));
      id.current = uuidv7();
      setPicked(new Set());
      setOpen(false);
      props.onDone();
    } catch (e) {
      if (e instanceof ApiProblem && e.document.code === "sales.fee_changed") {
        id.current = uuidv7();
        quote.again();
      }
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card refund" aria-labelledby="refund">
      <div className="row between">
        <h2 id="refund">{text("shop.refund")}</h2>
        {!open && (
          <button type="button" className="button" onClick={() => setOpen(true)}>
            {text("shop.refund")}
          </button>
        )}
      </div>
      {!open ? (
        <TierLine tiers={o.tiers} hoursLeft={null} />
      ) : quote.error !== null ? (
        <ProblemNote error={quote.error} />
      ) : quote.data === null ? (
        <Loading lines={3} />
      ) : (
        <>
          <p className="quiet">{text(quote.data.free ? "shop.free-refund" : "shop.refund-lead")}</p>
          {!quote.data.free && <TierLine tiers={quote.data.tiers} hoursLeft={hoursLeft} />}
          {quote.data.tickets.every((l) => !l.possible) && (
            <p className="note warning">
              <span className="body">{text("shop.refund-none")}</span>
            </p>
          )}
          <ul className="pick">
            {quote.data.tickets.map((l) => (
              <li key={l.seat}>
                <label className="check">
                  <input
                    type="checkbox"
                    disabled={!l.possible}
                    checked={picked.has(l.seat)}
                    onChange={(e) => {
                      const next = new Set(picked);
                      if (e.currentTarget.checked) next.add(l.seat);
                      else next.delete(l.seat);
                      setPicked(next);
                    }}
                  />
                  <span>
                    {seatOf(l.seat)}
                    <small className="quiet">
                      {text("shop.fee")} {format.price(l.fee, props.style)}
                    </small>
                  </span>
                </label>
                <b>{text("shop.back", { price: format.price(l.back, props.style) })}</b>
              </li>
            ))}
          </ul>
          {error !== null && <ProblemNote error={error} />}
          <div className="go">
            <button type="button" className="button" onClick={() => setOpen(false)}>
              {text("action.cancel")}
            </button>
            <button type="button" className="button main" disabled={busy || lines.length === 0} onClick={() => void go()}>
              {busy && <span className="busy" />}
              {lines.length === 0
                ? text("shop.refund-pick")
                : text("shop.refund-go", { n: lines.length, price: format.price(back, props.style) })}
            </button>
          </div>
        </>
      )}
    </section>
  );
}
