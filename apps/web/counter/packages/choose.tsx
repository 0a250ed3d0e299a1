import { ApiProblem, uuidv7 } from "@parterre/api";
import { format, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { useRef, useState, type ReactNode } from "react";
import { titleOf } from "../../shop/parts.tsx";
import type { Bundle } from "../../shop/packages/wire.ts";
import { post } from "../wire.ts";
import { PackSeats } from "./seats.tsx";
import type { Pack, Sessions } from "./wire.ts";

type Picked = Readonly<Record<string, readonly number[]>>;

/** Price, sessions and seats of a package. A series has one choice of seats for all sessions: that of the first. */
export function Choose(props: { pack: Pack; sessions: Sessions; onHeld: (b: Bundle) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { id, content: c } = props.pack,
    fixed = c.choose === c.sessions.length,
    series = c.kind === "series",
    [option, setOption] = useState(c.options[0]!.no),
    [chosen, setChosen] = useState<readonly string[]>(fixed ? c.sessions : []),
    [picked, setPicked] = useState<Picked>({}),
    [open, setOpen] = useState<string | null>(null),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    attempt = useRef<{ readonly of: string; readonly id: string } | null>(null);
  const order = c.sessions.filter((s) => chosen.includes(s)),
    seatsOf = (s: string): readonly number[] => picked[series ? order[0]! : s] ?? [],
    partly = order.some((s) => seatsOf(s).length > 0 && seatsOf(s).length < c.tickets);
  const toggle = (s: string): void => {
    setOpen(null);
    setChosen(
      chosen.includes(s) ? chosen.filter((x) => x !== s) : c.choose === 1 ? [s] : chosen.length < c.choose ? [...chosen, s] : chosen,
    );
  };
  const nameOf = (s: string): string => {
    const at = props.sessions.get(s);
    return at === undefined ? "" : `${titleOf(at, lang)} · ${format.dateTime(at.startsAt, lang, { zone: at.zone })}`;
  };
  const hold = async (): Promise<void> => {
    const named = order.map((s) => seatsOf(s).slice()),
      body = { package: id, option, sessions: order, ...(named.some((x) => x.length > 0) ? { seats: named } : {}) },
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
      className={open === null ? "pack-choice" : "pack-choice with-map"}
      onSubmit={(e) => {
        e.preventDefault();
        void hold();
      }}
    >
      <Options
        pack={props.pack}
        option={option}
        onOption={(no) => {
          setOption(no);
          setPicked({});
          setOpen(null);
        }}
      />
      <fieldset>
        <legend>{fixed ? text("cp.fixed", { n: c.sessions.length }) : text("cp.sessions", { n: c.choose, m: chosen.length })}</legend>
        <ul className="pack-sessions">
          {c.sessions.map((s) => {
            const at = props.sessions.get(s);
            if (at === undefined) return null;
            return (
              <li key={s}>
                <label className="check">
                  <input
                    type={c.choose === 1 && !fixed ? "radio" : "checkbox"}
                    name="session"
                    checked={chosen.includes(s)}
                    disabled={fixed || at.state !== "on_sale"}
                    onChange={() => toggle(s)}
                  />
                  <span>{nameOf(s)}</span>
                </label>
                {chosen.includes(s) && !series && (
                  <SeatsButton n={c.tickets} m={seatsOf(s).length} open={open === s} onOpen={() => setOpen(open === s ? null : s)} />
                )}
              </li>
            );
          })}
        </ul>
        <p className="row between">
          <span className="quiet small">{text(series ? "cp.series" : "cp.best", { n: c.tickets })}</span>
          {series && chosen.length === c.choose && (
            <SeatsButton
              n={c.tickets}
              m={seatsOf(order[0]!).length}
              open={open !== null}
              onOpen={() => setOpen(open === null ? order[0]! : null)}
            />
          )}
        </p>
      </fieldset>
      {open !== null && (
        <PackSeats
          key={`${open} ${option}`}
          session={open}
          title={nameOf(open)}
          option={c.options.find((o) => o.no === option)!}
          tickets={c.tickets}
          ids={picked[open] ?? []}
          onPick={(ids) => setPicked({ ...picked, [open]: ids })}
          onBest={() => {
            setPicked({ ...picked, [open]: [] });
            setOpen(null);
          }}
        />
      )}
      {error !== null && <ProblemNote error={error} />}
      <p className="due">
        <span>{text("counter.total")}</span>
        <b>{format.price(c.options.find((o) => o.no === option)!.price)}</b>
      </p>
      {partly && <p className="warn">{text("cp.partly", { n: c.tickets })}</p>}
      <button className="button main block" disabled={busy || partly || chosen.length !== c.choose}>
        {busy && <span className="busy" />}
        {text("cp.hold")}
      </button>
    </form>
  );
}

function Options(props: { pack: Pack; option: number; onOption: (no: number) => void }): ReactNode {
  const text = useT();
  return (
    <fieldset>
      <legend>{text("cp.option")}</legend>
      {props.pack.content.options.map((o) => (
        <label key={o.no} className="check">
          <input type="radio" name="option" checked={o.no === props.option} onChange={() => props.onOption(o.no)} />
          <span>{o.name}</span>
          <b>{format.price(o.price)}</b>
        </label>
      ))}
    </fieldset>
  );
}

function SeatsButton(props: { n: number; m: number; open: boolean; onOpen: () => void }): ReactNode {
  const text = useT();
  return (
    <button type="button" className="button" aria-expanded={props.open} onClick={props.onOpen}>
      {props.m === props.n
        ? text("cp.chosen", { n: props.n })
        : props.m > 0
          ? text("cp.picked", { n: props.n, m: props.m })
          : text("cp.myself")}
    </button>
  );
}
