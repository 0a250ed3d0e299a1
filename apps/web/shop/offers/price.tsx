import { format, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import "./messages.ts";
import "./price.css";

interface Off {
  readonly rule: string;
  readonly name: string;
  readonly nameEn: string;
  readonly fen: number;
}
export interface PriceQuote {
  readonly places: readonly {
    readonly seat: number;
    readonly text: string;
    readonly price: number;
    readonly list: number;
    readonly off: readonly Off[];
  }[];
  readonly list: number;
  readonly due: number;
  readonly not: readonly {
    readonly rule: string;
    readonly name: string;
    readonly nameEn: string;
    readonly code: boolean;
    readonly why: string;
  }[];
}
/** What is to be paid and with which codes: goes with the order, which is refused if it costs something else. */
export interface Priced {
  readonly due: number;
  readonly codes: readonly string[];
}

/** Asks what a hold costs, takes voucher codes, and says why it costs that. key: asked again when it changes. */
export function PriceBox(props: {
  of: string;
  amount: number;
  ask: (codes: readonly string[]) => Promise<PriceQuote>;
  onPrice: (p: Priced | null) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [codes, setCodes] = useState<readonly string[]>([]),
    [typed, setTyped] = useState(""),
    [quote, setQuote] = useState<PriceQuote | null>(null),
    [error, setError] = useState<unknown>(null),
    [busy, setBusy] = useState(false),
    [open, setOpen] = useState(false),
    [refused, setRefused] = useState<unknown>(null),
    latest = useRef(props),
    round = useRef(0);
  latest.current = props;
  // A code that was refused stays refused until it is typed anew: asking again for other reasons does not wipe that.
  const ask = async (next: readonly string[], fail: (e: unknown) => void = setError): Promise<boolean> => {
    const mine = ++round.current;
    setBusy(true);
    setError(null);
    if (fail === setRefused) setRefused(null);
    try {
      const q = await latest.current.ask(next);
      if (mine !== round.current) return false;
      setQuote(q);
      setCodes(next);
      latest.current.onPrice({ due: q.due, codes: next });
      return true;
    } catch (e) {
      if (mine === round.current || fail === setRefused) fail(e);
      return false;
    } finally {
      if (mine === round.current) setBusy(false);
    }
  };
  useEffect(() => {
    const timer = setTimeout(() => void ask(codes), 300);
    return () => clearTimeout(timer);
  }, [props.of]);
  const add = (): void => {
    const code = typed.trim().toUpperCase();
    if (code !== "" && !codes.includes(code))
      void ask([...codes, code], setRefused).then((ok) => {
        if (ok) setTyped("");
      });
  };
  const named = (x: { name: string; nameEn: string }): string => (lang === "en" && x.nameEn !== "" ? x.nameEn : x.name),
    saved = quote === null ? 0 : quote.list - quote.due;
  const not = (quote?.not ?? []).filter((n) => !n.code || codes.length > 0);
  return (
    <div className="pricebox">
      <details open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{text("off.use")}</summary>
        <div className="row">
          <input
            aria-label={text("off.code")}
            placeholder="XXXX-XXXX-XXXX-XXXX"
            autoComplete="off"
            autoCapitalize="characters"
            maxLength={40}
            value={typed}
            aria-invalid={refused !== null}
            onChange={(e) => {
              setTyped(e.currentTarget.value);
              setRefused(null);
            }}
            onKeyDown={(e) => {
              if (e.key === "Enter") {
                e.preventDefault();
                add();
              }
            }}
          />
          <button type="button" className="button" disabled={busy || typed.trim() === ""} onClick={add}>
            {text("off.add")}
          </button>
        </div>
        {codes.map((c) => (
          <button
            key={c}
            type="button"
            className="button small"
            aria-label={text("off.remove", { code: c })}
            onClick={() => void ask(codes.filter((x) => x !== c))}
          >
            {c} ×
          </button>
        ))}
      </details>
      {(refused ?? error) !== null && <ProblemNote error={refused ?? error} />}
      {quote !== null && saved > 0 && (
        <dl className="sums">
          <div>
            <dt>{text("off.list")}</dt>
            <dd>
              <s>{format.price(quote.list)}</s>
            </dd>
          </div>
          <div>
            <dt>{text("off.saved")}</dt>
            <dd>−{format.price(saved, saved % 100 === 0 ? "whole" : "full")}</dd>
          </div>
          <div>
            <dt>{text("off.due")}</dt>
            <dd>
              <b>{format.price(quote.due, quote.due % 100 === 0 ? "whole" : "full")}</b>
            </dd>
          </div>
        </dl>
      )}
      {quote !== null && (saved > 0 || not.length > 0) && (
        <details>
          <summary>{text("off.why")}</summary>
          <ul className="plain small">
            {quote.places.flatMap((p) =>
              p.off.map((o) => (
                <li key={`${p.seat} ${o.rule}`}>
                  {text("off.seat-off", { seat: p.text, name: named(o), price: format.price(o.fen, o.fen % 100 === 0 ? "whole" : "full") })}
                </li>
              )),
            )}
          </ul>
          {not.length > 0 && (
            <>
              <p className="quiet small">{text("off.not")}</p>
              <ul className="plain small quiet">
                {not.map((n) => (
                  <li key={n.rule}>
                    {named(n)} — {text(`off.n.${n.why}`)}
                  </li>
                ))}
              </ul>
            </>
          )}
        </details>
      )}
    </div>
  );
}
