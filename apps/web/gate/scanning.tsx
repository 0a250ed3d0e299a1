import { uuidv7 } from "@parterre/api";
import { format, ProblemNote, safeGet, safeSet, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Place } from "./app.tsx";
import { shake, sound, startCamera, type Reader } from "./device.ts";
import { ScanQueue, Wedge, type Entry } from "./queue.ts";
import { VerdictScreen } from "./verdict.tsx";
import { call, methodOf, occupancy, type Occupancy, type Scan, type Verdict } from "./wire.ts";

const KEPT = "parterre.gate.pending";
/** The server's clock against ours, learned from its answers: a late scan must not lie in its future. */
let ahead = 0;

const queue = new ScanQueue({
  load: () => safeGet(KEPT),
  save: (text) => safeSet(KEPT, text),
  deliver: async (scan, offline) => {
    const { id, session, gate, method, text } = scan;
    const verdict = await call<Verdict>("/api/v1/gate/scans", {
      key: id,
      timeout: 8000,
      body: { id, session, gate, method, text, ...(offline ? { offline, scannedAt: new Date(scan.read + ahead).toISOString() } : {}) },
    });
    if (!offline) ahead = Math.min(Date.parse(verdict.at) - Date.now(), Date.parse(verdict.at) - scan.read);
    return verdict;
  },
  pause: (ms) =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      addEventListener(
        "online",
        () => {
          clearTimeout(timer);
          done();
        },
        { once: true },
      );
    }),
});

export function Scanning(props: { place: Place; onChange: () => void; onSignedOut: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { session, gate } = props.place,
    state = useSyncExternalStore(queue.listen, queue.state, queue.state);
  const [typed, setTyped] = useState(""),
    [shown, setShown] = useState<string | null>(null),
    [quiet, setQuiet] = useState(safeGet("parterre.gate.quiet") === "1"),
    [count, setCount] = useState<Occupancy | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const take = (raw: string): void => {
    const clean = raw.replace(/[\r\n\t]/g, ""),
      method = methodOf(clean);
    if (clean.trim() === "") return;
    const scan: Scan = {
      id: uuidv7(),
      session: session.id,
      gate,
      method,
      text: method === "qr" ? clean : clean.trim().toUpperCase(),
      read: Date.now(),
    };
    setShown(scan.id);
    setTyped("");
    queue.add(scan);
  };
  const latest = useRef(take);
  latest.current = take;
  const entry = state.recent.find((e) => e.scan.id === shown) ?? null;
  useEffect(() => {
    queue.resume();
  }, []);
  useEffect(() => {
    if (state.signedOut) props.onSignedOut();
  }, [state.signedOut]);
  useEffect(() => {
    if (entry?.outcome.kind !== "answered") return;
    const v = entry.outcome.verdict;
    setCount({ inside: v.inside, approved: v.approved });
    if (!quiet) sound(v.admitted);
    shake(v.admitted);
  }, [entry?.outcome]);
  useEffect(() => {
    let stop = false,
      timer = 0;
    const ask = (): void => {
      occupancy(session.id)
        .then(
          (o) => {
            if (!stop) setCount(o);
          },
          () => undefined,
        )
        .finally(() => {
          if (!stop) timer = window.setTimeout(ask, 10_000);
        });
    };
    ask();
    return () => {
      stop = true;
      clearTimeout(timer);
    };
  }, [session.id]);
  useEffect(() => {
    const wedge = new Wedge();
    const onKey = (e: KeyboardEvent): void => {
      const scanned = wedge.key(e.key, e.timeStamp);
      if (scanned === null || e.target === input.current) return; // typed into the field: its own form submits
      e.preventDefault();
      latest.current(scanned);
    };
    const onPaste = (e: ClipboardEvent): void => {
      if (e.target === input.current) return;
      latest.current(e.clipboardData?.getData("text") ?? "");
    };
    addEventListener("keydown", onKey);
    addEventListener("paste", onPaste);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("paste", onPaste);
    };
  }, []);
  const close = (): void => {
    setShown(null);
    input.current?.focus({ preventScroll: true });
  };
  return (
    <div className="gate-scan">
      <header>
        <div className="where">
          <strong>{session.title}</strong>
          <small>
            {format.dateTime(session.startsAt, lang)} · {gate === "" ? text("gate.all") : gate}
          </small>
        </div>
        <button type="button" className="button plain" onClick={props.onChange}>
          {text("gate.change")}
        </button>
      </header>
      <main id="main">
        <Counter count={count} online={state.online} waiting={state.pending.length} />
        {!state.online && (
          <div className="note warning" role="status">
            <div className="body">{text("gate.offline-lead")}</div>
          </div>
        )}
        <h1 className="visually-hidden">{text("gate.scan")}</h1>
        <Camera onText={(t) => latest.current(t)} />
        <form
          className="gate-input"
          onSubmit={(e) => {
            e.preventDefault();
            take(typed);
          }}
        >
          <label className="visually-hidden" htmlFor="scan">
            {text("gate.input")}
          </label>
          <input
            id="scan"
            ref={input}
            autoFocus
            value={typed}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            placeholder={text("gate.input")}
            onChange={(e) => setTyped(e.currentTarget.value)}
          />
          <button className="button main">{text("gate.check")}</button>
        </form>
        <Recent entries={state.recent} onOpen={setShown} />
        <button
          type="button"
          className="button plain"
          aria-pressed={!quiet}
          onClick={() => {
            safeSet("parterre.gate.quiet", quiet ? "0" : "1");
            setQuiet(!quiet);
          }}
        >
          {text(quiet ? "gate.sound-off" : "gate.sound-on")}
        </button>
      </main>
      {entry !== null && <VerdictScreen key={entry.scan.id} entry={entry} offline={!state.online} onClose={close} />}
    </div>
  );
}

function Counter(props: { count: Occupancy | null; online: boolean; waiting: number }): ReactNode {
  const text = useT(),
    c = props.count;
  return (
    <section className="gate-count" aria-label={text("gate.inside")}>
      <p>
        <b>{c === null ? "–" : format.count(c.inside)}</b>
        <span>/ {c === null ? "–" : format.count(c.approved)}</span>
      </p>
      <p className="quiet">
        {text("gate.inside")} / {text("gate.approved")}
      </p>
      <span className={props.online ? "badge ok" : "badge off"} role="status">
        {props.online ? text("gate.online") : text("gate.offline", { n: props.waiting })}
      </span>
      <div className="progress">
        <i style={{ width: `${c === null || c.approved === 0 ? 0 : Math.min(100, (c.inside / c.approved) * 100)}%` }} />
      </div>
    </section>
  );
}

function Camera(props: { onText: (text: string) => void }): ReactNode {
  const text = useT(),
    video = useRef<HTMLVideoElement>(null),
    reader = useRef<Reader | null>(null),
    [on, setOn] = useState(false),
    [fault, setFault] = useState<string | null>(null);
  useEffect(() => () => reader.current?.stop(), []);
  const toggle = async (): Promise<void> => {
    setFault(null);
    if (on) {
      reader.current?.stop();
      reader.current = null;
      setOn(false);
      return;
    }
    setOn(true);
    try {
      reader.current = await startCamera(video.current!, props.onText);
    } catch (e) {
      setOn(false);
      setFault(text(e instanceof DOMException && e.name === "NotAllowedError" ? "gate.camera-denied" : "gate.camera-none"));
    }
  };
  return (
    <section className="gate-eye" data-on={on || undefined}>
      <video ref={video} muted playsInline hidden={!on} aria-label={text("gate.camera")} />
      {!on && (
        <div className="aim">
          <svg viewBox="0 0 96 96" fill="none" stroke="currentColor" strokeWidth="5" strokeLinecap="round" aria-hidden="true">
            <path d="M8 28V14a6 6 0 0 1 6-6h14M68 8h14a6 6 0 0 1 6 6v14M88 68v14a6 6 0 0 1-6 6H68M28 88H14a6 6 0 0 1-6-6V68" />
            <path d="M22 48h52" opacity=".6" />
          </svg>
          <p>
            <strong>{text("gate.ready")}</strong>
            <small>{text("gate.ready-lead")}</small>
          </p>
        </div>
      )}
      {fault !== null && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <button type="button" className="button" onClick={() => void toggle()}>
        {text(on ? "gate.camera-off" : "gate.camera")}
      </button>
    </section>
  );
}

function Recent(props: { entries: readonly Entry[]; onOpen: (id: string) => void }): ReactNode {
  const text = useT();
  return (
    <section className="gate-recent" aria-label={text("gate.recent")}>
      <h2>{text("gate.recent")}</h2>
      {props.entries.length === 0 ? (
        <p className="quiet">{text("gate.recent-none")}</p>
      ) : (
        <ol>
          {props.entries.map(({ scan, outcome }) => {
            const v = outcome.kind === "answered" ? outcome.verdict : null;
            return (
              <li key={scan.id}>
                <button type="button" onClick={() => props.onOpen(scan.id)}>
                  <i className={v === null ? "wait" : v.admitted ? "go" : "stop"} aria-hidden="true">
                    {v === null ? "…" : v.admitted ? "✓" : "✕"}
                  </i>
                  <span>
                    {v === null
                      ? text(outcome.kind === "waiting" ? "gate.pending" : "gate.stop")
                      : v.admitted
                        ? (v.seat ?? text("gate.go"))
                        : text(`gate.why.${v.reason ?? ""}`)}
                  </span>
                  <time>{format.time(v?.at ?? new Date(scan.read))}</time>
                </button>
              </li>
            );
          })}
        </ol>
      )}
      {props.entries.map((e) => (e.outcome.kind === "refused" ? <ProblemNote key={e.scan.id} error={e.outcome.error} /> : null))}
    </section>
  );
}
