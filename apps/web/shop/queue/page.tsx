import { ApiProblem } from "@parterre/api";
import { ErrorState, format, Link, Loading, navigate, useLanguage, useT } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { titleOf, useCountdown, useLoad, venueOf } from "../parts.tsx";
import { buyerSend, get, type ShopDetail } from "../wire.ts";
import { checkPlace, type Standing } from "./draw.ts";
import "./messages.ts";
import { after, dropPass, keepPlace, passOf, wayBack, placeOf, worthSaying } from "./place.ts";
import "./queue.css";

/** In place of the seat map while there is a line: the place, what it means, and its proof. */
export function QueuePage(props: { id: string }): ReactNode {
  const detail = useLoad(props.id, () => get<ShopDetail>(`/shop/sessions/${props.id}`));
  if (detail.error !== null && detail.data === null) return <ErrorState error={detail.error} onRetry={detail.again} />;
  return detail.data === null ? <Loading lines={6} /> : <Room s={detail.data} />;
}

type Here = { readonly standing: Standing | null; readonly offline: boolean; readonly over: boolean };

/** Asks where one stands, as often as the server says, until one is in. again(): joins anew. */
function useLine(session: string): Here & { again: () => void } {
  const [here, set] = useState<Here>(() => ({
      standing: null,
      offline: false,
      over: placeOf(session).pass !== undefined && passOf(session) === null,
    })),
    [round, setRound] = useState(0);
  useEffect(() => {
    if (here.over) return;
    let gone = false,
      timer = 0;
    const enter = (): void => {
      if (!gone) {
        gone = true;
        navigate(wayBack(session), { replace: true });
      }
    };
    const step = async (): Promise<void> => {
      let next = 3;
      try {
        const place = placeOf(session);
        if (passOf(session) !== null) {
          enter();
          return;
        }
        const s = await buyerSend<Standing>(
          place.ticket === undefined ? "POST" : "GET",
          `/shop/sessions/${session}/queue`,
          place.ticket === undefined ? {} : { "X-Queue-Ticket": place.ticket },
        );
        if (gone) return;
        keepPlace(session, after(place, s, Date.now()));
        next = s.poll;
        set({ standing: s, offline: false, over: false });
        if (s.state === "open" || s.state === "admitted") {
          timer = window.setTimeout(enter, s.state === "open" ? 0 : 900);
          return;
        }
      } catch (e) {
        if (gone) return;
        // A place that is used up or of an earlier room: get in line anew.
        if (e instanceof ApiProblem && e.status === 422) {
          const { ticket: _, ...rest } = placeOf(session);
          keepPlace(session, rest);
          next = 0.5;
        } else set((h) => ({ ...h, offline: true }));
      }
      if (!gone) timer = window.setTimeout(() => void step(), next * 1000);
    };
    void step();
    // Another tab may have got the pass.
    const told = (): void => {
      if (passOf(session) !== null) enter();
    };
    const awake = (): void => {
      if (document.visibilityState === "visible") {
        clearTimeout(timer);
        void step();
      }
    };
    window.addEventListener("storage", told);
    document.addEventListener("visibilitychange", awake);
    return () => {
      gone = true;
      clearTimeout(timer);
      window.removeEventListener("storage", told);
      document.removeEventListener("visibilitychange", awake);
    };
  }, [session, round, here.over]);
  return {
    ...here,
    again: () => {
      dropPass(session);
      const { ticket: _, first: __, ...rest } = placeOf(session);
      keepPlace(session, rest);
      set({ standing: null, offline: false, over: false });
      setRound((r) => r + 1);
    },
  };
}

function Room(props: { s: ShopDetail }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s } = props,
    { standing, offline, over, again } = useLine(s.id),
    [said, setSaid] = useState(""),
    [last, setLast] = useState<Standing | null>(null);
  useEffect(() => {
    if (standing === null) return;
    if (worthSaying(last, standing)) {
      setLast(standing);
      setSaid(
        standing.state === "draw"
          ? text("queue.say-draw", { n: standing.came })
          : standing.state === "waiting"
            ? text("queue.say-waiting", { place: standing.position ?? 0, ahead: standing.ahead })
            : text("queue.say-called"),
      );
    }
    const title = document.title;
    document.title = `${standing.state === "waiting" ? text("queue.tab-waiting", { n: format.count(standing.ahead) }) : text(standing.state === "draw" ? "queue.tab-draw" : "queue.tab-called")} · ${titleOf(s, lang)}`;
    return () => {
      document.title = title;
    };
  }, [standing, lang]);
  return (
    <section className="queue" aria-labelledby="queue-title" data-state={over ? "over" : (standing?.state ?? "joining")}>
      <header>
        <p className="quiet">{text("queue.title")}</p>
        <div className="title">
          <b>{titleOf(s, lang)}</b>
          <small className="quiet">
            {format.dateTime(s.startsAt, lang, { zone: s.zone })} · {venueOf(s, lang)}
          </small>
        </div>
      </header>
      {over ? (
        <Over again={again} />
      ) : standing === null || standing.state === "open" ? (
        <Loading lines={5} />
      ) : (
        <Where s={s} now={standing} />
      )}
      {offline && (
        <p className="note warning" role="status">
          <span className="body">{text("queue.offline")}</span>
        </p>
      )}
      {!over && standing !== null && standing.state !== "open" && <Proof session={s.id} now={standing} />}
      <p>
        <Link to={`/sessions/${s.id}`}>{text("queue.back")}</Link>
      </p>
      <p className="visually-hidden" role="status" aria-live="polite">
        {said}
      </p>
    </section>
  );
}

function Over(props: { again: () => void }): ReactNode {
  const text = useT();
  return (
    <div className="card place">
      <h1 id="queue-title">{text("queue.over-title")}</h1>
      <p>{text("queue.over-lead")}</p>
      <p>
        <button type="button" className="button main" onClick={props.again}>
          {text("queue.again")}
        </button>
      </p>
    </div>
  );
}

function Where(props: { s: ShopDetail; now: Standing }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s, now } = props,
    title = (
      <h1 id="queue-title">
        {text(now.state === "draw" ? "queue.draw-title" : now.state === "waiting" ? "queue.waiting-title" : "queue.called-title")}
      </h1>
    );
  if (now.state === "admitted")
    return (
      <div className="card place">
        {title}
        <p>{text("queue.called-lead")}</p>
      </div>
    );
  if (now.state === "draw") {
    return (
      <div className="card place">
        {title}
        <OpensIn seconds={now.seconds ?? 0} />
        <dl>
          <div>
            <dt>{text("queue.opens-at")}</dt>
            <dd>{now.opensAt === undefined ? "" : format.dateTime(now.opensAt, lang, { zone: s.zone })}</dd>
          </div>
          <div>
            <dt>{text("queue.came")}</dt>
            <dd>{text("queue.persons", { n: format.count(now.came) })}</dd>
          </div>
        </dl>
        <p>{text("queue.draw-lead")}</p>
      </div>
    );
  }
  const first = Math.max(placeOf(s.id).first ?? 0, now.ahead, 1),
    minutes = Math.ceil((now.seconds ?? 0) / 60);
  return (
    <div className="card place">
      {title}
      <p className="big">
        <span>{text("queue.ahead")}</span>
        <b>{format.count(now.ahead)}</b>
      </p>
      <div
        className="line"
        role="progressbar"
        aria-label={text("queue.progress")}
        aria-valuemin={0}
        aria-valuemax={first}
        aria-valuenow={first - now.ahead}
        aria-valuetext={text("queue.say-waiting", { place: now.position ?? 0, ahead: now.ahead })}
      >
        <i style={{ width: `${(100 * (first - now.ahead)) / first}%` }} />
      </div>
      <dl>
        <div>
          <dt>{text("queue.place")}</dt>
          <dd>{text("queue.nth", { n: format.count(now.position ?? 0) })}</dd>
        </div>
        <div>
          <dt>{text("queue.about")}</dt>
          <dd>{(now.seconds ?? 0) < 60 ? text("queue.soon") : text("queue.minutes", { n: minutes })}</dd>
        </div>
        <div>
          <dt>{text("queue.came")}</dt>
          <dd>{text("queue.persons", { n: format.count(now.came) })}</dd>
        </div>
      </dl>
      <p>{text("queue.waiting-lead")}</p>
    </div>
  );
}

function OpensIn(props: { seconds: number }): ReactNode {
  const text = useT(),
    [endsAt, set] = useState(() => Date.now() + props.seconds * 1000);
  // The server's count leads; a new answer a second off does not make it jump.
  useEffect(() => {
    const at = Date.now() + props.seconds * 1000;
    if (Math.abs(at - endsAt) > 2500) set(at);
  }, [props.seconds]);
  const left = useCountdown(endsAt),
    hours = Math.floor(left / 3600),
    rest = left % 3600;
  return (
    <p className="big" role="timer">
      <span>{text("queue.opens-in")}</span>
      <b>
        {hours > 0
          ? `${hours}:${String(Math.floor(rest / 60)).padStart(2, "0")}:${String(rest % 60).padStart(2, "0")}`
          : format.countdown(left)}
      </b>
    </p>
  );
}

/** The draw in the open: what was promised, what came of it, and the place computed once more on this device. */
function Proof(props: { session: string; now: Standing }): ReactNode {
  const text = useT(),
    { now } = props,
    [good, setGood] = useState<boolean | null>(null),
    promised = placeOf(props.session).promised ?? null;
  useEffect(() => {
    let gone = false;
    void checkPlace(now, promised).then((g) => {
      if (!gone) setGood(g);
    });
    return () => {
      gone = true;
    };
  }, [now.seed, now.index, now.position, promised]);
  const late = now.drawn !== undefined && now.index >= now.drawn,
    result =
      good === null
        ? text("queue.not-yet")
        : good
          ? text(late ? "queue.good-late" : "queue.good", { n: now.position ?? 0 })
          : text("queue.bad");
  return (
    <details className="card proof" open={good === false || undefined}>
      <summary>
        {text("queue.fair")}
        {good !== null && (
          <span className={good ? "chip ok" : "chip few"}>
            {good ? "✓" : "!"} <span className="visually-hidden">{result}</span>
          </span>
        )}
      </summary>
      <ol>
        <li>{text("queue.fair-1")}</li>
        <li>{text("queue.fair-2", { n: format.count(now.drawn ?? now.came) })}</li>
        <li>{text("queue.fair-3")}</li>
      </ol>
      <dl className="values">
        <div>
          <dt>{text("queue.commitment")}</dt>
          <dd>
            <code>{promised ?? now.commitment}</code>
          </dd>
        </div>
        <div>
          <dt>{text("queue.seed")}</dt>
          <dd>{now.seed === undefined ? <span className="quiet">{text("queue.seed-later")}</span> : <code>{now.seed}</code>}</dd>
        </div>
        <div>
          <dt>{text("queue.number")}</dt>
          <dd>{now.index}</dd>
        </div>
        <div>
          <dt>{text("queue.computed")}</dt>
          <dd data-good={good ?? undefined}>{result}</dd>
        </div>
      </dl>
    </details>
  );
}
