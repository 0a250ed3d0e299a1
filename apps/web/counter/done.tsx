import { format, placeWords, shortcuts, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { devices, hasPrinter } from "./devices/hub.ts";
import { printReceipt, printTickets } from "./print.ts";
import type { Sold } from "./wire.ts";

/** What was sold: change to give, tickets to print. */
export function Done(props: { sold: Sold; onNext: () => void }): ReactNode {
  const text = useT(),
    { order, change, taken, method } = props.sold;
  return (
    <DoneOrders
      title={text("counter.done")}
      number={order.number}
      orders={[order]}
      change={change}
      taken={taken ?? 0}
      cash={method === "cash"}
      onNext={props.onNext}
    />
  );
}

/** The same of one order or of all orders of a package; taken is the cash that was given, for the receipt: 0 exact. */
export function DoneOrders(props: {
  title: string;
  number?: string;
  orders: readonly (Sold["order"] & { readonly title?: string; readonly startsAt?: string; readonly zone?: string })[];
  change: number;
  taken?: number;
  cash: boolean;
  onNext: () => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { orders, change } = props,
    main = useRef<HTMLButtonElement>(null),
    [busy, setBusy] = useState(false),
    began = useRef(false);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (e) {
      toast(
        "warning",
        text("d.print-bad", {
          why:
            e instanceof Error && (e.message.startsWith("edge.") || e instanceof TypeError)
              ? text("d.print-why")
              : showProblem(e, lang).text,
        }),
      );
    } finally {
      setBusy(false);
    }
  };
  const tickets = async (): Promise<void> => {
    for (const o of orders) await printTickets(o);
  };
  const print = (): void => {
    if (!busy) void attempt(tickets);
  };
  const latest = useRef(print);
  latest.current = print;
  useEffect(() => {
    main.current?.focus();
    if (!began.current && hasPrinter() && devices().settings.auto) {
      // once, also when React draws twice
      began.current = true;
      void attempt(async () => {
        for (const [i, o] of orders.entries()) await printReceipt(o.id, props.taken ?? 0, props.cash && i === 0);
        await tickets();
      });
    }
    return shortcuts.add({ id: "print", keys: "F8", label: "counter.k.print", run: () => latest.current() });
  }, []);
  return (
    <div className="done">
      <h2>
        {props.title} {props.number !== undefined && <small className="quiet">{props.number}</small>}
      </h2>
      {change > 0 && (
        <p className="give">
          <span>{text("counter.give")}</span>
          <b>{format.price(change)}</b>
        </p>
      )}
      {orders.map((o) => (
        <div key={o.id}>
          {o.title !== undefined && (
            <h3>
              {o.title} <small className="quiet">{format.dateTime(o.startsAt!, lang, { zone: o.zone! })}</small>
            </h3>
          )}
          <ul className="lines">
            {o.tickets.map((t) => (
              <li key={t.seat}>
                <span>{placeWords(t.text, lang)}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className="foot">
        <button ref={main} type="button" className="button main block" disabled={busy} onClick={print}>
          {busy && <span className="busy" />}
          {text("counter.print")} <kbd>F8</kbd>
        </button>
        <button type="button" className="button block" onClick={props.onNext}>
          {text("counter.again")}
        </button>
      </div>
    </div>
  );
}
