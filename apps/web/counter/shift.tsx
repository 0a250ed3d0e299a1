import { uuidv7, ApiProblem } from "@parterre/api";
import { ErrorState, format, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { useRef, useState, type ReactNode } from "react";
import { useLoad } from "../shop/parts.tsx";
import { change, useDevices } from "./devices/hub.ts";
import { shiftChanged } from "./shiftchip.tsx";
import { fen, get, post } from "./wire.ts";

interface Total {
  readonly method: string;
  readonly sales: number;
  readonly taken: number;
  readonly backs: number;
  readonly given: number;
}
export interface Shift {
  readonly id: string;
  readonly counter: string;
  readonly opening: number;
  readonly openedAt: string;
  readonly closedAt?: string;
  readonly counted?: number;
  readonly expected: number;
  readonly difference: number;
  readonly totals: readonly Total[];
  readonly note: string;
  readonly signedBy: string;
  readonly signedName: string;
  readonly moves: readonly { readonly id: string; readonly amount: number; readonly reason: string; readonly at: string }[];
}
const NOTES = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10] as const;
const none = (e: unknown): null => {
  if (e instanceof ApiProblem && e.status === 404) return null;
  throw e;
};

export function ShiftPage(): ReactNode {
  const text = useT(),
    now = useLoad("shift", async () => ({ shift: await get<Shift>("/shifts/current").catch(none) })),
    mine = useLoad("shifts", () => get<{ items: readonly Shift[] }>("/shifts/mine?size=20"));
  const again = (): void => {
    now.again();
    mine.again();
    shiftChanged();
  };
  if (now.error !== null && now.data === null) return <ErrorState error={now.error} onRetry={now.again} />;
  if (now.data === null)
    return (
      <div className="sheet">
        <Loading lines={6} />
      </div>
    );
  return (
    <div className="sheet">
      <h1>{text("s.title")}</h1>
      {now.data.shift === null ? <Open onDone={again} /> : <Running key={now.data.shift.id} shift={now.data.shift} onChange={again} />}
      <section aria-label={text("s.mine")}>
        <h2>{text("s.mine")}</h2>
        {mine.data === null ? (
          <Loading />
        ) : mine.data.items.filter((s) => s.closedAt !== undefined).length === 0 ? (
          <p className="quiet">{text("s.mine-none")}</p>
        ) : (
          <ul className="shifts">
            {mine.data.items
              .filter((s) => s.closedAt !== undefined)
              .map((s) => (
                <Closed key={s.id} shift={s} onChange={again} />
              ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Open(props: { onDone: () => void }): ReactNode {
  const text = useT(),
    { settings } = useDevices(),
    venues = useLoad("venues", () =>
      get<{ items: readonly { id: string; name: string }[] }>("/venues?size=100").catch(() => ({ items: [] })),
    ),
    [venue, setVenue] = useState(settings.venue),
    [counter, setCounter] = useState(settings.counter),
    [opening, setOpening] = useState(""),
    [error, setError] = useState<unknown>(null),
    [busy, setBusy] = useState(false),
    id = useRef(uuidv7()),
    amount = fen(opening);
  const list = venues.data?.items ?? [],
    at = list.some((v) => v.id === venue) ? venue : list.length === 1 ? list[0]!.id : "";
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await post("/shifts", { id: id.current, counter: counter.trim(), opening: amount, ...(at === "" ? {} : { venue: at }) });
      change({ counter: counter.trim(), venue: at });
      props.onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card">
      <h2>{text("s.none")}</h2>
      <p className="quiet">{text("s.none-lead")}</p>
      {error !== null && <ProblemNote error={error} />}
      <form
        className="inline"
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        {list.length > 0 && (
          <label>
            {text("s.venue")}
            <select value={at} onChange={(e) => setVenue(e.currentTarget.value)}>
              <option value="">{text("s.venue-pick")}</option>
              {list.map((v) => (
                <option key={v.id} value={v.id}>
                  {v.name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {text("s.counter")}
          <input value={counter} maxLength={60} onChange={(e) => setCounter(e.currentTarget.value)} />
        </label>
        <label>
          {text("s.opening")}
          <input
            inputMode="decimal"
            autoComplete="off"
            value={opening}
            aria-invalid={opening !== "" && amount === null}
            onChange={(e) => setOpening(e.currentTarget.value)}
          />
          {opening !== "" && amount === null && (
            <span className="error" role="alert">
              {text("s.bad-amount")}
            </span>
          )}
        </label>
        <button className="button main" disabled={busy || counter.trim() === "" || amount === null || (list.length > 0 && at === "")}>
          {text("s.open")}
        </button>
      </form>
    </section>
  );
}

function Totals(props: { shift: Shift }): ReactNode {
  const text = useT(),
    { shift } = props;
  if (shift.totals.length === 0) return <p className="quiet">{text("s.no-sales")}</p>;
  return (
    <table className="totals">
      <thead>
        <tr>
          <th scope="col">{text("s.method")}</th>
          <th scope="col">{text("s.sales")}</th>
          <th scope="col">{text("s.taken")}</th>
          <th scope="col">{text("s.backs")}</th>
          <th scope="col">{text("s.given")}</th>
        </tr>
      </thead>
      <tbody>
        {shift.totals.map((t) => (
          <tr key={t.method}>
            <th scope="row">{text(`counter.m.${t.method}`)}</th>
            <td>{t.sales}</td>
            <td>{format.price(t.taken, "full")}</td>
            <td>{t.backs}</td>
            <td>{format.price(t.given, "full")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Running(props: { shift: Shift; onChange: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { shift } = props;
  return (
    <>
      <section className="card">
        <div className="row between">
          <h2>{text("s.since", { counter: shift.counter, time: format.dateTime(shift.openedAt, lang) })}</h2>
          <p className="due">
            <span>{text("s.expected")}</span>
            <b>{format.price(shift.expected, "full")}</b>
          </p>
        </div>
        <p className="quiet">
          {text("s.float")} {format.price(shift.opening, "full")}
        </p>
        <Totals shift={shift} />
      </section>
      <Moves shift={shift} onChange={props.onChange} />
      <Count shift={shift} onChange={props.onChange} />
    </>
  );
}

function Moves(props: { shift: Shift; onChange: () => void }): ReactNode {
  const text = useT(),
    [out, setOut] = useState(true),
    [amount, setAmount] = useState(""),
    [reason, setReason] = useState(""),
    [error, setError] = useState<unknown>(null),
    [busy, setBusy] = useState(false),
    id = useRef(uuidv7()),
    value = fen(amount);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await post(`/shifts/${props.shift.id}/cash`, { id: id.current, amount: out ? -value! : value, reason: reason.trim() }, id.current);
      id.current = uuidv7();
      setAmount("");
      setReason("");
      toast("success", text("s.moved"));
      props.onChange();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card">
      <h2>{text("s.moves")}</h2>
      {error !== null && <ProblemNote error={error} />}
      {props.shift.moves.length > 0 && (
        <ul className="lines">
          {props.shift.moves.map((m) => (
            <li key={m.id}>
              <span>
                {format.time(m.at)} {m.reason}
              </span>
              <b>{format.price(m.amount, "full")}</b>
            </li>
          ))}
        </ul>
      )}
      <form
        className="inline"
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        <div className="seg" role="group" aria-label={text("s.moves")}>
          <button type="button" aria-pressed={!out} onClick={() => setOut(false)}>
            {text("s.in")}
          </button>
          <button type="button" aria-pressed={out} onClick={() => setOut(true)}>
            {text("s.out")}
          </button>
        </div>
        <label>
          {text("s.amount")}
          <input inputMode="decimal" autoComplete="off" value={amount} onChange={(e) => setAmount(e.currentTarget.value)} />
        </label>
        <label>
          {text("s.reason")}
          <input maxLength={200} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        </label>
        <button className="button" disabled={busy || value === null || value === 0 || reason.trim() === ""}>
          {text("s.move")}
        </button>
      </form>
    </section>
  );
}

/** The count by note and coin, the difference as it grows, and the two ways to end: close, or hand over to a colleague. */
function Count(props: { shift: Shift; onChange: () => void }): ReactNode {
  const text = useT(),
    { shift } = props,
    [pieces, setPieces] = useState<Readonly<Record<number, string>>>({}),
    [sum, setSum] = useState(""),
    [note, setNote] = useState(""),
    [login, setLogin] = useState(""),
    [password, setPassword] = useState(""),
    [error, setError] = useState<unknown>(null),
    [busy, setBusy] = useState(false),
    next = useRef(uuidv7());
  const byNote = NOTES.map((f) => ({ fen: f, n: /^\d{1,5}$/.test(pieces[f] ?? "") ? Number(pieces[f]) : 0 })),
    counted = byNote.some((x) => x.n > 0) ? byNote.reduce((n, x) => n + x.fen * x.n, 0) : fen(sum),
    difference = counted === null ? null : counted - shift.expected;
  const ready = counted !== null && (difference === 0 || note.trim() !== "");
  const body = {
    counted,
    ...(byNote.some((x) => x.n > 0) ? { counts: byNote.filter((x) => x.n > 0) } : {}),
    ...(note.trim() === "" ? {} : { note: note.trim() }),
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await work();
      props.onChange();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const close = (): Promise<void> =>
    attempt(async () => {
      await post(`/shifts/${shift.id}/close`, body);
      toast("success", text("s.closed"));
    });
  const hand = (): Promise<void> =>
    attempt(async () => {
      const r = await post<{ ended: Shift }>(`/shifts/${shift.id}/hand-over`, { ...body, next: next.current, login, password });
      setPassword("");
      toast("success", text("s.handed", { name: r.ended.signedName }));
    });
  return (
    <section className="card">
      <h2>{text("s.count")}</h2>
      <p className="quiet">{text("s.count-lead")}</p>
      {error !== null && <ProblemNote error={error} />}
      <div className="notes-grid">
        {NOTES.map((f) => (
          <label key={f}>
            {format.price(f)}
            <input
              inputMode="numeric"
              autoComplete="off"
              aria-label={text("s.pieces", { price: format.price(f) })}
              value={pieces[f] ?? ""}
              onChange={(e) => setPieces({ ...pieces, [f]: e.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <div className="inline">
        <label>
          {text("s.counted")}
          <input
            inputMode="decimal"
            autoComplete="off"
            readOnly={byNote.some((x) => x.n > 0)}
            value={byNote.some((x) => x.n > 0) ? String(counted! / 100) : sum}
            onChange={(e) => setSum(e.currentTarget.value)}
          />
        </label>
        <p className="due" role="status">
          <span>{text("s.difference")}</span>
          <b className={difference === null || difference === 0 ? "" : "bad"}>
            {difference === null
              ? "–"
              : difference === 0
                ? text("s.diff-none")
                : text(difference > 0 ? "s.more" : "s.less", { price: format.price(Math.abs(difference), "full") })}
          </b>
        </p>
      </div>
      {difference !== null && difference !== 0 && (
        <label className="wide">
          {text("s.note")}
          <input maxLength={500} value={note} aria-invalid={note.trim() === ""} onChange={(e) => setNote(e.currentTarget.value)} />
          <span className="quiet">{text("s.note-need")}</span>
        </label>
      )}
      <button type="button" className="button main" disabled={busy || !ready} onClick={() => void close()}>
        {text("s.close")}
      </button>
      <form
        className="inline hand"
        onSubmit={(e) => {
          e.preventDefault();
          void hand();
        }}
      >
        <h3>{text("s.hand")}</h3>
        <p className="quiet">{text("s.hand-lead")}</p>
        <label>
          {text("s.login")}
          <input autoComplete="off" value={login} onChange={(e) => setLogin(e.currentTarget.value)} />
        </label>
        <label>
          {text("s.password")}
          <input type="password" autoComplete="new-password" value={password} onChange={(e) => setPassword(e.currentTarget.value)} />
        </label>
        <button className="button" disabled={busy || !ready || login.trim() === "" || password === ""}>
          {text("s.hand-go")}
        </button>
      </form>
    </section>
  );
}

function Closed(props: { shift: Shift; onChange: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { shift } = props,
    [open, setOpen] = useState(false),
    [login, setLogin] = useState(""),
    [password, setPassword] = useState(""),
    [error, setError] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const sign = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await post(`/shifts/${shift.id}/sign-here`, { login, password });
      setPassword("");
      setOpen(false);
      props.onChange();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="card">
      <div className="row between">
        <b>
          {shift.counter} · {format.dateTime(shift.openedAt, lang)} – {format.time(shift.closedAt!)}
        </b>
        <span className="row">
          <span className={shift.difference === 0 ? "quiet" : "bad"}>
            {text("s.difference")} {shift.difference === 0 ? text("s.diff-none") : format.price(shift.difference, "full")}
          </span>
          <span>{shift.signedBy === "" ? text("s.unsigned") : text("s.signed", { name: shift.signedName })}</span>
          {shift.signedBy === "" && (
            <button type="button" className="button" onClick={() => setOpen(!open)}>
              {text("s.sign")}
            </button>
          )}
          <a className="button" href={`/api/v1/shifts/${shift.id}/report.pdf?lang=${lang}`} target="_blank" rel="noreferrer">
            {text("s.report")}
          </a>
        </span>
      </div>
      {shift.note !== "" && (
        <p className="quiet">
          {text("s.note")}：{shift.note}
        </p>
      )}
      {open && (
        <form
          className="inline"
          onSubmit={(e) => {
            e.preventDefault();
            void sign();
          }}
        >
          <p className="quiet">{text("s.sign-lead")}</p>
          {error !== null && <ProblemNote error={error} />}
          <label>
            {text("s.login")}
            <input autoFocus autoComplete="off" value={login} onChange={(e) => setLogin(e.currentTarget.value)} />
          </label>
          <label>
            {text("s.password")}
            <input type="password" autoComplete="new-password" value={password} onChange={(e) => setPassword(e.currentTarget.value)} />
          </label>
          <button className="button main" disabled={busy || login.trim() === "" || password === ""}>
            {text("s.sign-go")}
          </button>
        </form>
      )}
    </li>
  );
}
