import { format, useT } from "@parterre/ui";
import type { ReactNode } from "react";

/** Cash: what the customer gave, likely notes, the change. given is taken in fen, null while it is no sum. */
export function Cash(props: {
  due: number;
  taken: string;
  given: number | null;
  tried: boolean;
  onTaken: (taken: string) => void;
}): ReactNode {
  const text = useT(),
    { due, taken, given, tried } = props,
    change = (given ?? 0) - due;
  return (
    <>
      <div className="cash">
        <label htmlFor="taken">{text("counter.taken")}</label>
        <input
          id="taken"
          inputMode="decimal"
          autoComplete="off"
          value={taken}
          aria-invalid={tried && (given === null || change < 0)}
          onChange={(e) => props.onTaken(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter" && taken.trim() === "") {
              e.preventDefault();
              props.onTaken(String(due / 100));
            }
          }}
        />
        <button type="button" className="button" onClick={() => props.onTaken(String(due / 100))}>
          {text("counter.exact")}
        </button>
      </div>
      <div className="notes">
        {notes(due).map((n) => (
          <button key={n} type="button" className="button" onClick={() => props.onTaken(String(n / 100))}>
            {format.price(n)}
          </button>
        ))}
      </div>
      <p className={given === null || change < 0 ? "change short" : "change"} role="status">
        <span>{text("counter.change")}</span>
        <b>{given === null ? "–" : change < 0 ? text("counter.short", { price: format.price(-change) }) : format.price(change)}</b>
      </p>
    </>
  );
}

/** Sums that customers are likely to hand over: the next full 10, 50, 100 and 500 yuan. */
function notes(due: number): number[] {
  return [...new Set([1000, 5000, 10_000, 50_000].map((n) => Math.ceil(due / n) * n))].filter((n) => n > due).slice(0, 4);
}
