import { format, shortcuts, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { devices, hasPrinter } from "./devices/hub.ts";
import { printReceipt, printTickets } from "./print.ts";
import type { Sold } from "./wire.ts";

/** What was sold: change to give, tickets to print. */
export function Done(props: { sold: Sold; onNext: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { order, change } = props.sold,
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
  const print = (): void => {
    if (!busy) void attempt(() => printTickets(order));
  };
  const latest = useRef(print);
  latest.current = print;
  useEffect(() => {
    main.current?.focus();
    if (!began.current && hasPrinter() && devices().settings.auto) {
      // once, also when React draws twice
      began.current = true;
      void attempt(async () => {
        await printReceipt(order.id, props.sold.taken ?? 0, props.sold.method === "cash");
        await printTickets(order);
      });
    }
    return shortcuts.add({ id: "print", keys: "F8", label: "counter.k.print", run: () => latest.current() });
  }, []);
  return (
    <div className="done">
      <h2>
        {text("counter.done")} <small className="quiet">{order.number}</small>
      </h2>
      {change > 0 && (
        <p className="give">
          <span>{text("counter.give")}</span>
          <b>{format.price(change)}</b>
        </p>
      )}
      <ul className="lines">
        {order.tickets.map((t) => (
          <li key={t.seat}>
            <span>{t.text}</span>
          </li>
        ))}
      </ul>
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
