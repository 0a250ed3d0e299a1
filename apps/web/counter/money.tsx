/** How a sale's money is taken. */
import { format, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { Cash } from "./cash.tsx";
import { ScanPane, type Scan } from "./scan/scan.tsx";
import { fen } from "./wire.ts";

const METHODS = ["cash", "scan", "wechat", "alipay", "card"] as const;
export type Method = (typeof METHODS)[number];

/** The id of the field in which a method wants the focus. */
export const fieldOf = (m: Method): string => (m === "cash" ? "taken" : m === "scan" ? "pay-code" : "sell");

/** Whether the cash that was given is enough; other methods need none. */
export function enough(m: Method, taken: string, due: number): boolean {
  const given = fen(taken);
  return m !== "cash" || (given !== null && given >= due);
}

/** The ways to pay, what is due, and the way that was chosen; the button sells, but for a payment by code, which sells by itself. */
export function Money(props: {
  due: number;
  method: Method;
  onMethod: (m: Method) => void;
  taken: string;
  onTaken: (taken: string) => void;
  scan: Scan;
  mayScan: () => boolean;
  tried: boolean;
  busy: boolean;
}): ReactNode {
  const text = useT(),
    { due, method, scan, busy } = props;
  return (
    <>
      <div className="seg" role="group" aria-label={text("counter.method")}>
        {METHODS.filter((m) => m !== "scan" || scan.ways.length > 0 || scan.placed).map((m) => (
          <button
            key={m}
            type="button"
            aria-pressed={method === m}
            disabled={scan.open}
            onClick={() => {
              props.onMethod(m);
              if (m === "scan") requestAnimationFrame(() => document.getElementById("pay-code")?.focus());
            }}
          >
            {text(`counter.m.${m}`)}
          </button>
        ))}
      </div>
      <p className="due">
        <span>{text("counter.total")}</span>
        <b>{format.price(due)}</b>
      </p>
      {method === "cash" && <Cash due={due} taken={props.taken} given={fen(props.taken)} tried={props.tried} onTaken={props.onTaken} />}
      {method === "scan" && <ScanPane scan={scan} ready={props.mayScan} />}
      {method !== "scan" && (
        <button id="sell" className="button main block" disabled={busy}>
          {busy && <span className="busy" />}
          {text(busy ? "counter.selling" : "counter.sell-go")} <kbd>F9</kbd>
        </button>
      )}
    </>
  );
}
