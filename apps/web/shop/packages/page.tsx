import { ApiProblem, uuidv7 } from "@parterre/api";
import { seatName, zoneLetter, type SeatMap, type Zone } from "@parterre/planrender";
import {
  ErrorState,
  format,
  Link,
  Loading,
  MapView,
  navigate,
  placeText,
  ProblemNote,
  SeatList,
  toast,
  useLanguage,
  useT,
} from "@parterre/ui";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { Steps, useLoad } from "../parts.tsx";
import { useStatus } from "../seats.tsx";
import { buyerPost, get, loadMap, type SessionMap, type ShopDetail } from "../wire.ts";
import { comeBackTo, dropPass, passHeader, passOf } from "../queue/place.ts";
import "./packages.css";
import { nameOf, useWhat } from "./links.tsx";
import type { Bundle, PackDetail, PackOption } from "./wire.ts";

export function PackagePage(props: { id: string }): ReactNode {
  const { data: p, error, again } = useLoad(props.id, () => get<PackDetail>(`/shop/packages/${props.id}`));
  if (error !== null && p === null) return <ErrorState error={error} onRetry={again} />;
  return p === null ? <Loading lines={8} /> : <Choose p={p} />;
}

type Seats = Readonly<Record<string, readonly number[]>>;
interface Choice {
  readonly option: number;
  readonly chosen: readonly string[];
  readonly seats: Seats;
}
const CHOICE = "parterre.shop.package.";
/** What was chosen outlives the way through a waiting room. */
function keepChoice(pack: string, c: Choice): void {
  try {
    sessionStorage.setItem(CHOICE + pack, JSON.stringify(c));
  } catch {
    /* private mode: one chooses again */
  }
}
function keptChoice(p: PackDetail): Choice | null {
  try {
    const c = JSON.parse(sessionStorage.getItem(CHOICE + p.id) ?? "null") as Choice | null;
    return c !== null && p.options.some((o) => o.no === c.option) && c.chosen.every((id) => p.sessions.some((s) => s.id === id)) ? c : null;
  } catch {
    return null;
  }
}
/** The first of the sessions that has a line and no good pass here; with passes for all, those were refused and go. */
async function lineOf(sessions: readonly string[]): Promise<string | null> {
  const lined: string[] = [];
  for (const id of sessions) if ((await get<ShopDetail>(`/shop/sessions/${id}`)).queue) lined.push(id);
  const without = lined.find((id) => passOf(id) === null);
  if (without !== undefined) return without;
  lined.forEach(dropPass);
  return lined[0] ?? null;
}

function Choose(props: { p: PackDetail }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    what = useWhat(),
    { p } = props;
  const [kept] = useState(() => keptChoice(p)),
    [option, setOption] = useState(kept?.option ?? p.options[0]!.no),
    [chosen, setChosen] = useState<readonly string[]>(() => kept?.chosen ?? (p.fixed ? p.sessions.map((s) => s.id) : []));
  const [seats, setSeats] = useState<Seats>(kept?.seats ?? {}),
    [open, setOpen] = useState<string | null>(null),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const attempt = useRef<{ for: string; id: string } | null>(null),
    o = p.options.find((x) => x.no === option)!,
    style = format.priceStyle(p.options.flatMap((x) => [x.price, x.single])),
    ready = chosen.length === p.choose;
  // A series has one choice for all sessions: that of the first.
  const named = p.kind === "series" ? (seats[chosen[0] ?? ""] ?? []) : null,
    partly = chosen.some((s) => {
      const n = (named ?? seats[s] ?? []).length;
      return n > 0 && n < p.tickets;
    });
  const toggle = (id: string): void =>
    setChosen(
      chosen.includes(id) ? chosen.filter((c) => c !== id) : p.choose === 1 ? [id] : chosen.length < p.choose ? [...chosen, id] : chosen,
    );
  const go = async (): Promise<void> => {
    const order = p.sessions.map((s) => s.id).filter((id) => chosen.includes(id)),
      pick = order.map((id) => (named ?? seats[id] ?? []).slice());
    const body = { package: p.id, option, sessions: order, ...(pick.some((x) => x.length > 0) ? { seats: pick } : {}) },
      mark = JSON.stringify(body);
    if (attempt.current?.for !== mark) attempt.current = { for: mark, id: uuidv7() };
    setBusy(true);
    setError(null);
    try {
      const b = await buyerPost<Bundle>("/shop/bundles", { id: attempt.current.id, ...body }, attempt.current.id, passHeader(order));
      navigate(`/bundles/${b.id}`);
    } catch (e) {
      if (e instanceof ApiProblem) attempt.current = null;
      if (e instanceof ApiProblem && e.document.code === "waiting.pass") {
        const line = await lineOf(order).catch(() => null);
        if (line !== null) {
          keepChoice(p.id, { option, chosen, seats });
          comeBackTo(line, `/packages/${p.id}`);
          navigate(`/sessions/${line}/queue`);
          return;
        }
      }
      setError(e);
      setBusy(false);
    }
  };
  return (
    <article className="event">
      <header className="head">
        <div className="title">
          <h1>{nameOf(p, lang)}</h1>
          <small className="quiet">{what(p, p.sessions.length)}</small>
        </div>
        <Steps at={0} />
      </header>
      {p.note !== "" && <p>{p.note}</p>}
      {p.left === 0 && (
        <div className="note warning">
          <div className="body">{text("pack.sold-out")}</div>
        </div>
      )}
      <fieldset className="card person">
        <legend>
          <b>{text("pack.option")}</b>
        </legend>
        <ul className="pick">
          {p.options.map((x) => (
            <li key={x.no}>
              <label className="check">
                <input
                  type="radio"
                  name="option"
                  checked={x.no === option}
                  onChange={() => {
                    setOption(x.no);
                    setSeats({});
                    setOpen(null);
                  }}
                />
                <span>
                  {x.name}
                  {x.single > x.price && (
                    <small className="quiet">
                      {text("pack.single", { price: format.price(x.single, style) })} ·{" "}
                      {text("pack.save", { price: format.price(x.single - x.price, style) })}
                    </small>
                  )}
                </span>
              </label>
              <b>{format.price(x.price, style)}</b>
            </li>
          ))}
        </ul>
      </fieldset>
      <fieldset className="card person">
        <legend>
          <b>{text("pack.choose-sessions")}</b>
          {!p.fixed && <small className="quiet">{text("pack.chosen-n", { n: chosen.length, m: p.choose })}</small>}
        </legend>
        <ul className="pick">
          {p.sessions.map((s) => {
            const left = s.free.find((f) => f.option === option)?.places,
              on = chosen.includes(s.id),
              mine = seats[s.id] ?? [];
            return (
              <li key={s.id}>
                <label className="check">
                  <input
                    type={p.choose === 1 && !p.fixed ? "radio" : "checkbox"}
                    name="session"
                    checked={on}
                    disabled={p.fixed || s.state !== "on_sale" || (left !== undefined && left < p.tickets)}
                    onChange={() => toggle(s.id)}
                  />
                  <span>
                    {format.dateTime(s.startsAt, lang, { zone: s.zone })}
                    <small className="quiet">
                      {s.hall}
                      {left !== undefined && ` · ${text("pack.free", { n: left })}`}
                      {on && p.kind !== "series" && mine.length === 0 && ` · ${text("pack.best")}`}
                    </small>
                  </span>
                </label>
                {on && p.kind !== "series" && (
                  <button
                    type="button"
                    className="button"
                    aria-expanded={open === s.id}
                    onClick={() => setOpen(open === s.id ? null : s.id)}
                  >
                    {mine.length > 0 ? text("pack.pick-n", { n: p.tickets, m: mine.length }) : text("pack.myself")}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
        {p.kind === "series" && (
          <p className="row between">
            <span className="quiet small">{text("pack.same")}</span>
            <button
              type="button"
              className="button"
              aria-expanded={open !== null}
              onClick={() => setOpen(open === null ? chosen[0]! : null)}
            >
              {text("pack.myself")}
            </button>
          </p>
        )}
      </fieldset>
      {open !== null && (
        <Picker
          key={`${open} ${option}`}
          session={open}
          option={o}
          tickets={p.tickets}
          ids={seats[open] ?? []}
          set={(ids) => setSeats({ ...seats, [open]: ids })}
          onBest={() => {
            setSeats({ ...seats, [open]: [] });
            setOpen(null);
          }}
        />
      )}
      <section className="card">
        <h2>{text("shop.rules")}</h2>
        <div className="clauses">
          <ul>
            {p.rules.map((r) => (
              <li key={r.zh}>{lang === "zh" ? r.zh : r.en}</li>
            ))}
          </ul>
        </div>
      </section>
      {error !== null && <ProblemNote error={error} />}
      <footer className="act">
        <div>
          <b>{format.price(o.price, style)}</b>
          <small className="quiet">
            {!ready
              ? text("pack.need-sessions", { n: p.choose })
              : partly
                ? text("pack.need-seats", { n: p.tickets })
                : text("shop.tickets-n", { n: p.choose * p.tickets })}
          </small>
        </div>
        <button type="button" className="button main" disabled={busy || !ready || partly || p.left === 0} onClick={() => void go()}>
          {busy && <span className="busy" />}
          {text(busy ? "shop.taking" : "pack.go")}
        </button>
      </footer>
    </article>
  );
}

interface PickProps {
  readonly session: string;
  readonly option: PackOption;
  readonly tickets: number;
  readonly ids: readonly number[];
  readonly set: (ids: readonly number[]) => void;
  readonly onBest: () => void;
}

function Picker(props: PickProps): ReactNode {
  const { data, error, again } = useLoad(props.session, async () => {
    const s = await get<ShopDetail>(`/shop/sessions/${props.session}`);
    return { s, map: await loadMap(s) };
  });
  if (error !== null && data === null) return <ErrorState error={error} onRetry={again} />;
  return data === null ? <Loading lines={6} /> : <Places key={data.s.planId} {...props} s={data.s} map={data.map} onMoved={again} />;
}

function Places(props: PickProps & { s: ShopDetail; map: SessionMap; onMoved: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    {
      s,
      map: { model, zoneOf },
    } = props,
    { board, version } = useStatus(s.id, model, s.planId, props.onMoved),
    drawn = useRef<SeatMap | null>(null),
    [asList, setAsList] = useState(false);
  const mine = useMemo(() => new Set(props.ids.flatMap((id) => model.rankOf.get(id) ?? [])), [props.ids, model]),
    zones = useMemo<readonly Zone[]>(
      () => s.zones.map((z, i) => ({ name: z.name, letter: z.letter || zoneLetter(i), colour: z.color })),
      [s],
    );
  useEffect(() => {
    drawn.current?.setMine(mine);
  }, [mine]);
  useEffect(() => {
    drawn.current?.setStates(board.states);
  }, [version]);
  const toggle = (rank: number): void => {
    const id = model.seats.ids[rank]!,
      zone = s.zones[zoneOf[rank]! - 1];
    if (mine.has(rank)) {
      props.set(props.ids.filter((x) => x !== id));
      return;
    }
    if (board.states[rank] !== 0) return;
    if (zone === undefined || !props.option.zones.includes(zone.no)) {
      toast("info", text("pack.other-zone"));
      return;
    }
    if (props.ids.length < props.tickets) props.set([...props.ids, id]);
  };
  const name = (rank: number): string => placeText(seatName(model, rank), lang);
  return (
    <section className="card pack-seats" aria-label={text("pack.seats")}>
      <div className="row between">
        <b>{text("pack.pick-n", { n: props.tickets, m: props.ids.length })}</b>
        <span className="row">
          <button type="button" className="button plain" onClick={() => setAsList(!asList)}>
            {text(asList ? "shop.map" : "shop.list")}
          </button>
          <button type="button" className="button plain" onClick={props.onBest}>
            {text("pack.back-best")}
          </button>
        </span>
      </div>
      <div className="pack-map">
        {asList ? (
          <SeatList model={model} states={board.states} version={version} mine={mine} onToggle={toggle} />
        ) : (
          <MapView
            model={model}
            options={{ onPick: toggle }}
            onReady={(m) => {
              drawn.current = m;
              m.setZones(zones, zoneOf);
              m.setStates(board.states);
              m.setMine(mine);
            }}
          />
        )}
      </div>
      <p className="quiet small" role="status">
        {[...mine].map(name).join(lang === "en" ? "; " : "、")}
      </p>
      <p className="small">
        <Link to={`/sessions/${s.id}`}>{text("shop.about")}</Link>
      </p>
    </section>
  );
}
