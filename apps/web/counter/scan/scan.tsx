import { ApiProblem, uuidv7 } from "@parterre/api";
import { ProblemNote, shortcuts, toast, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { get, post } from "../wire.ts";
import { onPayCode, payCode } from "./code.ts";

type State = "paid" | "waiting" | "unknown" | "refused" | "closed";
/** How a payment by code stands; what it pays comes with it. */
export interface ScanAnswer {
  readonly state: State;
  readonly kind: string;
  readonly reason?: string;
}
interface Way {
  readonly kind: string;
  readonly simulated: boolean;
}
/** Seconds between two questions to the provider. */
const PACE = 2;

/** A counter's payment by code: the unpaid order (or package) is made with the first code, and stays until it is paid or given up. */
export interface Scan {
  readonly ways: readonly Way[];
  /** The same, once they are known. */
  readonly asked: () => Promise<readonly Way[]>;
  readonly placed: boolean;
  readonly state: State | "taking" | "reversing" | null;
  readonly reason: string;
  readonly error: unknown;
  /** No result yet: nothing else may be done with the order. */
  readonly open: boolean;
  readonly take: (code: string) => Promise<void>;
  readonly check: () => Promise<void>;
  readonly reverse: () => Promise<void>;
  readonly giveUp: () => Promise<boolean>;
}

/**
 * at: the path of what is paid. place makes it, unpaid, and answers with the seconds until it must be paid; after that its
 * people stay. session: whose counters take the codes.
 */
export function useScan<A extends ScanAnswer>(p: {
  session: string;
  at: string;
  placed: boolean;
  place: () => Promise<number>;
  onPlaced: (secondsLeft: number) => void;
  onPaid: (answer: A) => void;
}): Scan {
  const [ways, setWays] = useState<readonly Way[]>([]),
    [placed, setPlaced] = useState(p.placed),
    [state, setState] = useState<Scan["state"]>(p.placed ? "unknown" : null),
    [reason, setReason] = useState(""),
    [error, setError] = useState<unknown>(null),
    [asked, setAsked] = useState(0),
    { at } = p;
  const latest = useRef(p),
    alive = useRef(true),
    loading = useRef<Promise<readonly Way[]>>(Promise.resolve([]));
  latest.current = p;
  useEffect(() => {
    alive.current = true;
    loading.current = get<{ items: readonly Way[] }>(`/counter/sessions/${p.session}/scan-ways`).then((w) => w.items);
    loading.current.then(
      (w) => {
        if (alive.current) setWays(w);
      },
      () => undefined,
    );
    return () => {
      alive.current = false;
    };
  }, [p.session]);
  const heard = (a: A): void => {
    if (!alive.current) return;
    setState(a.state);
    setReason(a.reason ?? "");
    if (a.state === "paid") latest.current.onPaid(a);
  };
  const attempt = async (
    during: "taking" | "reversing",
    work: () => Promise<A>,
    otherwise: (e: unknown) => State | null,
  ): Promise<void> => {
    setState(during);
    setError(null);
    try {
      heard(await work());
    } catch (e) {
      if (alive.current) {
        setError(e);
        setState(otherwise(e));
      }
    }
  };
  const check = async (): Promise<void> => {
    try {
      setError(null);
      heard(await post<A>(`${at}/scan/check`, {}));
    } catch (e) {
      if (alive.current) {
        setError(e);
        setState("unknown");
      }
    }
    setAsked((n) => n + 1); // the next question follows the answer to this one
  };
  useEffect(() => {
    if (state !== "waiting" && state !== "unknown") return;
    const timer = setTimeout(() => void check(), PACE * 1000);
    return () => clearTimeout(timer);
  }, [state, asked]);
  const take = async (code: string): Promise<void> => {
    let made = placed;
    await attempt(
      "taking",
      async () => {
        if (!made) {
          const secondsLeft = await latest.current.place();
          made = true;
          setPlaced(true);
          latest.current.onPlaced(secondsLeft);
        }
        const id = uuidv7();
        return post<A>(`${at}/scan`, { id, code }, id);
      },
      (e) => (made && !(e instanceof ApiProblem && e.status < 500) ? "unknown" : null),
    ); // without an answer nobody knows whether it was taken
  };
  const open = state === "waiting" || state === "unknown" || state === "taking" || state === "reversing";
  return {
    ways,
    asked: () => loading.current,
    placed,
    state,
    reason,
    error,
    open,
    take,
    check,
    reverse: () =>
      attempt(
        "reversing",
        () => post<A>(`${at}/scan/reverse`, {}),
        () => "unknown",
      ),
    giveUp: async () => {
      try {
        setError(null);
        await post(`${at}/cancel`, {});
        return true;
      } catch (e) {
        setError(e);
        return false;
      }
    },
  };
}

/** Listens for the scanner while a sale is open, wherever the focus is. */
export function usePayCodes(t: { expected: boolean; ready: () => boolean; scan: Scan; onChoose: () => void }): void {
  const text = useT(),
    latest = useRef(t);
  latest.current = t;
  useEffect(() => {
    let here = true,
      held = false; // a code waits for the ways
    const off = onPayCode({
      first: () => latest.current.expected,
      take: async (raw) => {
        const found = payCode(raw);
        if (found === null) return;
        if (held || latest.current.scan.open) {
          toast("warning", text("c.busy"));
          return;
        }
        held = true;
        // A code may be read before the sale knows which are taken; if that cannot be told, the server refuses it.
        const ways = await latest.current.scan.asked().catch(() => null),
          { scan, ready, onChoose } = latest.current;
        held = false;
        if (!here) return;
        if (ways !== null && !ways.some((w) => w.kind === found.kind)) {
          toast("warning", text("c.no-way"));
          return;
        }
        onChoose();
        if (!ready()) {
          toast("warning", text("c.not-ready"));
          return;
        }
        void scan.take(found.code);
      },
    });
    return () => {
      here = false;
      off();
    };
  }, []);
}

export function ScanPane(props: { scan: Scan; ready: () => boolean }): ReactNode {
  const text = useT(),
    { scan } = props,
    [code, setCode] = useState(""),
    [bad, setBad] = useState(false),
    [sure, setSure] = useState(false),
    field = useRef<HTMLInputElement>(null),
    shown = scan.state;
  useEffect(() => {
    if (shown !== "waiting" && shown !== "unknown") setSure(false);
    if (shown === "refused" || shown === "closed") field.current?.focus();
  }, [shown]);
  useEffect(
    () =>
      shortcuts.add({
        id: "reverse",
        keys: "shift+F10",
        label: "c.k.reverse",
        run: () => setSure(true),
        enabled: () => scan.state === "waiting" || scan.state === "unknown",
      }),
    [scan.state],
  );
  const go = (): void => {
    const found = payCode(code);
    setBad(found === null);
    if (found === null || !props.ready()) return;
    setCode("");
    void scan.take(found.code);
  };
  if (shown === "taking" || shown === "reversing" || shown === "paid")
    return (
      <div className="scan-pane" role="status">
        <p>
          <span className="busy" /> <b>{text(shown === "paid" ? "c.paid" : `c.${shown}`)}</b>
        </p>
      </div>
    );
  if (shown === "waiting" || shown === "unknown")
    return (
      <div className={`scan-pane ${shown}`}>
        <div role="status">
          <p>
            <span className="busy" /> <b>{text(`c.${shown}`)}</b>
          </p>
          <p className="quiet">{text(`c.${shown}-lead`)}</p>
        </div>
        {scan.error !== null && <ProblemNote error={scan.error} />}
        {sure ? (
          <div className="note warning">
            <span className="body">
              <p>{text("c.reverse-sure")}</p>
              <p className="row">
                <button
                  type="button"
                  className="button main"
                  autoFocus
                  onClick={() => {
                    setSure(false);
                    void scan.reverse();
                  }}
                >
                  {text("c.reverse-go")}
                </button>
                <button type="button" className="button" onClick={() => setSure(false)}>
                  {text("c.keep")}
                </button>
              </p>
            </span>
          </div>
        ) : (
          <p className="row">
            <button type="button" className="button" onClick={() => void scan.check()}>
              {text("c.check")}
            </button>
            <button type="button" className="button" onClick={() => setSure(true)}>
              {text("c.reverse")} <kbd>⇧F10</kbd>
            </button>
          </p>
        )}
      </div>
    );
  return (
    <div className="scan-pane">
      {(shown === "refused" || shown === "closed") && (
        <div className="note warning" role="alert">
          <span className="body">
            <b>{text(`c.${shown}`, { reason: scan.reason })}</b>
            <br />
            {text("c.again")}
          </span>
        </div>
      )}
      {scan.error !== null && <ProblemNote error={scan.error} />}
      <label htmlFor="pay-code">
        <b>{text("c.scan")}</b>
      </label>
      <div className="row">
        <input
          id="pay-code"
          ref={field}
          inputMode="numeric"
          autoComplete="off"
          placeholder={text("c.code")}
          value={code}
          aria-invalid={bad}
          onChange={(e) => {
            setBad(false);
            setCode(e.currentTarget.value);
          }}
          onKeyDown={(e) => {
            if (e.key === "Enter") {
              e.preventDefault();
              go();
            }
          }}
        />
        <button type="button" className="button" disabled={code.trim() === ""} onClick={go}>
          {text("c.go")}
        </button>
      </div>
      {bad && (
        <span className="error" role="alert">
          {text("c.bad")}
        </span>
      )}
      {scan.ways.some((w) => w.simulated) && <p className="quiet small">{text("c.simulated")}</p>}
    </div>
  );
}
