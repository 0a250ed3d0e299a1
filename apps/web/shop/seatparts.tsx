/** Parts of the page of seats: the pass's timer, the legend, and the form for the best seats. */
import type { Zone } from "@parterre/planrender";
import { format, navigate, term, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { isPublic } from "./event.tsx";
import { useCountdown } from "./parts.tsx";
import { passOf } from "./queue/place.ts";
import type { ShopDetail, ShopZone } from "./wire.ts";

/** How long one may choose, where there is a line. */
export function PassTimer(props: { session: string }): ReactNode {
  const text = useT(),
    pass = passOf(props.session),
    left = useCountdown(pass?.endsAt ?? 0, () => {
      if (pass !== null) navigate(`/sessions/${props.session}/queue`);
    });
  return pass === null ? null : (
    <span className={left < 60 ? "pass soon" : "pass"} role="timer">
      {text("shop.pass-left")} <b>{format.countdown(left)}</b>
    </span>
  );
}

export function Legend(props: { zones: readonly ShopZone[]; look: readonly Zone[]; style: "whole" | "full" }): ReactNode {
  const lang = useLanguage();
  return (
    <ul className="legend" tabIndex={0} aria-label={useT()("shop.legend")}>
      {props.zones.map((z, i) =>
        isPublic(z) ? (
          <li key={z.no}>
            <i className="swatch" style={{ background: props.look[i]!.colour }}>
              {props.look[i]!.letter}
            </i>
            <span>{term(z.name, lang)}</span>
            <b>{format.price(z.price, props.style)}</b>
          </li>
        ) : null,
      )}
    </ul>
  );
}

interface Want {
  readonly n: number;
  readonly zones?: readonly number[];
  readonly together: boolean;
  readonly views: string;
}
export function Best(props: { s: ShopDetail; busy: boolean; onClose: () => void; onGo: (want: Want) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s } = props,
    [n, setN] = useState(Math.min(2, s.rules.maxTickets)),
    [zone, setZone] = useState(0),
    [together, setTogether] = useState(true),
    style = format.priceStyle(s.zones.map((z) => z.price));
  return (
    <form
      className="best"
      aria-label={text("shop.best")}
      onSubmit={(e) => {
        e.preventDefault();
        props.onGo({ n, together, views: "no-blocked", ...(zone === 0 ? {} : { zones: [zone] }) });
      }}
    >
      <h2>{text("shop.best")}</h2>
      <p className="quiet small">{text("shop.best-lead")}</p>
      <div className="field">
        <span id="count" className="label">
          {text("shop.count")}
        </span>
        <div className="seg wide" role="group" aria-labelledby="count">
          {Array.from({ length: Math.min(8, s.rules.maxTickets) }, (_, i) => (
            <button key={i} type="button" aria-pressed={n === i + 1} onClick={() => setN(i + 1)}>
              {i + 1}
            </button>
          ))}
        </div>
      </div>
      <div className="field">
        <label htmlFor="zone">{text("shop.zone")}</label>
        <select id="zone" value={zone} onChange={(e) => setZone(Number(e.currentTarget.value))}>
          <option value={0}>{text("shop.any-zone")}</option>
          {s.zones.filter(isPublic).map((z) => (
            <option key={z.no} value={z.no}>
              {z.letter} {term(z.name, lang)} {format.price(z.price, style)}
            </option>
          ))}
        </select>
      </div>
      <label className="check">
        <input type="checkbox" checked={together} onChange={(e) => setTogether(e.currentTarget.checked)} />
        <span>{text("shop.together")}</span>
      </label>
      <div className="go">
        <button type="button" className="button" onClick={props.onClose}>
          {text("action.back")}
        </button>
        <button className="button main" disabled={props.busy}>
          {props.busy && <span className="busy" />}
          {text(props.busy ? "shop.taking" : "shop.best-go")}
        </button>
      </div>
    </form>
  );
}

/** Which level the map shows, and whether seats are chosen on the map or in the list. */
export function Views(props: {
  levels: readonly { readonly id: string; readonly name: string; readonly free: number }[];
  level: string | null;
  onLevel: (id: string | null) => void;
  asList: boolean;
  onList: (on: boolean) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { levels, level, asList } = props;
  return (
    <>
      {levels.length > 1 && (
        <div className="seg" role="group" aria-label={text("shop.levels")}>
          <button type="button" aria-pressed={level === null} onClick={() => props.onLevel(null)}>
            {text("shop.all-levels")}
          </button>
          {levels.map((l) => (
            <button key={l.id} type="button" aria-pressed={level === l.id} onClick={() => props.onLevel(l.id)}>
              {term(l.name, lang)}
              <small>{format.count(l.free)}</small>
            </button>
          ))}
        </div>
      )}
      <div className="seg" role="group" aria-label={text("shop.map")}>
        <button type="button" aria-pressed={!asList} onClick={() => props.onList(false)}>
          {text("shop.map")}
        </button>
        <button type="button" aria-pressed={asList} onClick={() => props.onList(true)}>
          {text("shop.list")}
        </button>
      </div>
    </>
  );
}
