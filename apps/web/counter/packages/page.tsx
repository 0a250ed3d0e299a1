import { ApiProblem, uuidv7 } from "@parterre/api";
import { EmptyState, ErrorState, format, Link, Loading, ProblemNote, toast, useLanguage, useQuery, useT } from "@parterre/ui";
import { useRef, useState, type ReactNode } from "react";
import { titleOf, useLoad } from "../../shop/parts.tsx";
import { nameOf } from "../../shop/packages/links.tsx";
import type { Bundle } from "../../shop/packages/wire.ts";
import type { ShopSession } from "../../shop/wire.ts";
import { get, post } from "../wire.ts";
import { SaleForm } from "./sale.tsx";
import "./messages.ts";
import "./packages.css";

interface Pack {
  readonly id: string;
  readonly state: string;
  readonly content: {
    readonly name: string;
    readonly nameEn: string;
    readonly note: string;
    readonly sessions: readonly string[];
    readonly choose: number;
    readonly tickets: number;
    readonly channels: readonly string[];
    readonly options: readonly { readonly no: number; readonly name: string; readonly price: number }[];
  };
}

/** Packages at the counter: choose, hold all seats or none, name the people, take the money once. */
export function PackagesPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    both = useLoad("counter-packages", async () => {
      const [packs, sessions] = await Promise.all([
        get<{ items: readonly Pack[] }>("/packages"),
        get<{ items: readonly ShopSession[] }>("/shop/sessions?size=100"),
      ]);
      return {
        packs: packs.items.filter((p) => p.state === "on_sale" && p.content.channels.includes("counter")),
        sessions: new Map(sessions.items.map((s) => [s.id, s])),
      };
    }),
    [chosen, choose] = useQuery("package"),
    [held, setHeld] = useState<Bundle | null>(null),
    [sold, setSold] = useState<Bundle | null>(null);
  if (both.error !== null && both.data === null) return <ErrorState error={both.error} onRetry={both.again} />;
  if (both.data === null)
    return (
      <div className="pad">
        <Loading lines={6} />
      </div>
    );
  const { packs, sessions } = both.data,
    pack = packs.find((p) => p.id === chosen) ?? packs[0];
  return (
    <div className="package-desk">
      <p>
        <Link to="/">{text("cp.back")}</Link>
      </p>
      <h1>{text("cp.title")}</h1>
      {sold !== null ? (
        <Sold
          b={sold}
          onNext={() => {
            setSold(null);
            both.again();
          }}
        />
      ) : held !== null ? (
        <SaleForm b={held} onSold={(b) => (setHeld(null), setSold(b))} onEnd={() => setHeld(null)} />
      ) : pack === undefined ? (
        <EmptyState title={text("cp.none")}>{text("cp.none-lead")}</EmptyState>
      ) : (
        <>
          <fieldset>
            <legend>{text("cp.link")}</legend>
            {packs.map((p) => (
              <label key={p.id} className="check">
                <input type="radio" name="package" checked={p.id === pack.id} onChange={() => choose(p.id)} />
                <span>
                  {nameOf(p.content, lang)}
                  {p.content.note !== "" && <small className="quiet"> · {p.content.note}</small>}
                </span>
              </label>
            ))}
          </fieldset>
          <Choose key={pack.id} pack={pack} sessions={sessions} onHeld={setHeld} />
        </>
      )}
    </div>
  );
}

function Choose(props: { pack: Pack; sessions: ReadonlyMap<string, ShopSession>; onHeld: (b: Bundle) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { id, content: c } = props.pack,
    fixed = c.choose === c.sessions.length,
    [option, setOption] = useState(c.options[0]!.no),
    [chosen, setChosen] = useState<readonly string[]>(fixed ? c.sessions : []),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    attempt = useRef<{ readonly of: string; readonly id: string } | null>(null);
  const toggle = (s: string): void =>
    setChosen(
      chosen.includes(s) ? chosen.filter((x) => x !== s) : c.choose === 1 ? [s] : chosen.length < c.choose ? [...chosen, s] : chosen,
    );
  const hold = async (): Promise<void> => {
    const body = { package: id, option, sessions: c.sessions.filter((s) => chosen.includes(s)) },
      of = JSON.stringify(body);
    if (attempt.current?.of !== of) attempt.current = { of, id: uuidv7() };
    setBusy(true);
    setError(null);
    try {
      props.onHeld(await post<Bundle>("/counter/bundles", { id: attempt.current.id, ...body }, attempt.current.id));
    } catch (e) {
      if (e instanceof ApiProblem) attempt.current = null;
      setError(e);
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        void hold();
      }}
    >
      <fieldset>
        <legend>{text("cp.option")}</legend>
        {c.options.map((o) => (
          <label key={o.no} className="check">
            <input type="radio" name="option" checked={o.no === option} onChange={() => setOption(o.no)} />
            <span>
              {o.name} <b>{format.price(o.price)}</b>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{fixed ? text("cp.fixed", { n: c.sessions.length }) : text("cp.sessions", { n: c.choose, m: chosen.length })}</legend>
        {c.sessions.map((sid) => {
          const s = props.sessions.get(sid);
          return (
            s !== undefined && (
              <label key={sid} className="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(sid)}
                  disabled={fixed || s.state !== "on_sale"}
                  onChange={() => toggle(sid)}
                />
                <span>
                  {titleOf(s, lang)} · {format.dateTime(s.startsAt, lang, { zone: s.zone })}
                </span>
              </label>
            )
          );
        })}
        <p className="quiet small">{text("cp.best", { n: c.tickets })}</p>
      </fieldset>
      {error !== null && <ProblemNote error={error} />}
      <button className="button main" disabled={busy || chosen.length !== c.choose}>
        {busy && <span className="busy" />}
        {text("cp.hold")}
      </button>
    </form>
  );
}

function Sold(props: { b: Bundle; onNext: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { b } = props;
  return (
    <section aria-live="polite">
      <h2>{text("cp.sold", { n: b.number })}</h2>
      <ul>
        {b.parts.map((p) => (
          <li key={p.session}>
            <span>
              {titleOf(p, lang)} · {format.dateTime(p.startsAt, lang, { zone: p.zone })}
            </span>
            {p.order !== undefined && (
              <Link to={`/orders/${p.order.id}`} className="button">
                {text("cp.print", { title: titleOf(p, lang) })}
              </Link>
            )}
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button main"
        onClick={() => {
          toast("success", text("counter.done"));
          props.onNext();
        }}
      >
        {text("cp.next")}
      </button>
    </section>
  );
}
