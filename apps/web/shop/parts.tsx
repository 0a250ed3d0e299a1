import { format, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { ShopSession } from "./wire.ts";

/** Loads when the key changes; again() loads anew and keeps what is shown meanwhile. */
export function useLoad<T>(
  key: string,
  load: () => Promise<T>,
): { data: T | null; error: unknown; again: () => void; set: (data: T) => void } {
  const [data, setData] = useState<T | null>(null),
    [error, setError] = useState<unknown>(null),
    [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    setError(null);
    load().then(
      (d) => {
        if (!gone) setData(d);
      },
      (e: unknown) => {
        if (!gone) setError(e);
      },
    );
    return () => {
      gone = true;
    };
  }, [key, round]);
  return { data, error, again: () => setRound((r) => r + 1), set: setData };
}

/** Whole seconds until a moment, drawn every second; calls onEnd once. */
export function useCountdown(endsAt: number, onEnd?: () => void): number {
  const seconds = (): number => Math.max(0, Math.ceil((endsAt - Date.now()) / 1000)),
    [left, setLeft] = useState(seconds),
    latest = useRef(onEnd);
  latest.current = onEnd;
  useEffect(() => {
    setLeft(seconds());
    const timer = setInterval(() => {
      const s = seconds();
      setLeft(s);
      if (s === 0) {
        clearInterval(timer);
        latest.current?.();
      }
    }, 1000);
    return () => clearInterval(timer);
  }, [endsAt]);
  return left;
}

export const titleOf = (s: { title: string; titleEn: string }, lang: "zh" | "en"): string =>
  lang === "en" && s.titleEn !== "" ? s.titleEn : s.title;
export const venueOf = (s: ShopSession, lang: "zh" | "en"): string =>
  `${lang === "en" && s.venueEn !== "" ? s.venueEn : s.venue} ${s.hall}`;

/** The date as on a calendar leaf: what eyes look for in a list of evenings. */
export function DateLeaf(props: { at: string; zone: string }): ReactNode {
  const lang = useLanguage(),
    words = format.date(props.at, lang, { zone: props.zone }).split(" ");
  const [month, day, week] =
    lang === "zh"
      ? [/^(\d+)月/.exec(words[0]!)![1] + "月", /月(\d+)日/.exec(words[0]!)![1]!, words[1]!]
      : [words[2]!, words[1]!, words[0]!];
  return (
    <div className="leaf" aria-hidden="true">
      <small>{month}</small>
      <b>{day}</b>
      <small>{week}</small>
    </div>
  );
}

export function Left(props: { session: ShopSession }): ReactNode {
  const text = useT(),
    c = props.session.counts;
  if (props.session.state !== "on_sale") return <span className="chip">{text(`shop.state.${props.session.state}`)}</span>;
  if (c === undefined) return null;
  if (c.free === 0) return <span className="chip">{text("shop.sold-out")}</span>;
  return (
    <span className={c.free <= 50 ? "chip few" : "chip ok"}>
      {text(c.free <= 50 ? "shop.left-few" : "shop.left", { n: format.count(c.free) })}
    </span>
  );
}

export function Steps(props: { at: 0 | 1 | 2 }): ReactNode {
  const text = useT();
  return (
    <ol className="steps">
      {["seats", "people", "pay"].map((s, i) => (
        <li key={s} aria-current={i === props.at ? "step" : undefined} data-done={i < props.at || undefined}>
          <i>{i < props.at ? "✓" : i + 1}</i>
          {text(`shop.steps.${s}`)}
        </li>
      ))}
    </ol>
  );
}

interface Span {
  readonly hoursBefore: number;
  readonly feePerMille: number;
}
/** Refund tiers as a line from now to the start: each stretch with its fee, and a mark for now. */
export function TierLine(props: { tiers: readonly Span[]; hoursLeft: number | null }): ReactNode {
  const text = useT(),
    tiers = props.tiers,
    hours = (h: number): string => (h % 24 === 0 && h > 0 ? text("shop.days", { n: h / 24 }) : text("shop.hours", { n: h }));
  if (tiers.length === 0) return <p className="quiet">{text("shop.tier-none")}</p>;
  const now = props.hoursLeft === null ? -1 : tiers.findIndex((t) => props.hoursLeft! >= t.hoursBefore);
  const here = props.hoursLeft === null ? -1 : now < 0 ? tiers.length : now;
  const parts = [
    ...tiers.map((t) => ({
      label: t.feePerMille === 0 ? text("shop.tier-free") : text("shop.tier-fee", { p: `${t.feePerMille / 10}%` }),
      edge: hours(t.hoursBefore),
      fee: t.feePerMille,
    })),
    { label: text("shop.tier-none"), edge: text("shop.start"), fee: 1000 },
  ];
  return (
    <ol className="tiers" aria-label={text("shop.refund-line")}>
      {parts.map((p, i) => (
        <li key={p.edge} data-fee={p.fee === 0 ? "free" : p.fee >= 1000 ? "none" : "some"} aria-current={i === here ? "step" : undefined}>
          {i === here && <em>{text("shop.now")}</em>}
          <b>{p.label}</b>
          <small>{i === parts.length - 1 ? p.edge : text("shop.before", { time: p.edge })}</small>
        </li>
      ))}
    </ol>
  );
}

export function Timer(props: { endsAt: number; onEnd: () => void }): ReactNode {
  const text = useT(),
    left = useCountdown(props.endsAt, props.onEnd);
  return (
    <p className={left < 60 ? "timer soon" : "timer"} role="timer">
      <span>{text("shop.left-time")}</span>
      <b>{format.countdown(left)}</b>
    </p>
  );
}
