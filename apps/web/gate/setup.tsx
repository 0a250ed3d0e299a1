import { EmptyState, ErrorState, Field, format, Loading, ProblemNote, useLanguage, useT, safeGet, safeSet } from "@parterre/ui";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import type { Place } from "./app.tsx";
import { call, pair, sessions, type GateSession } from "./wire.ts";

/** Who stands here. */
export interface Post {
  readonly name: string;
  readonly device: boolean;
}

export function Way(props: { onIn: (post: Post) => void }): ReactNode {
  const text = useT(),
    [staff, setStaff] = useState(false),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const [code, setCode] = useState(""),
    [login, setLogin] = useState(""),
    [password, setPassword] = useState(""),
    [short, setShort] = useState(false);
  const run = async (work: () => Promise<Post>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      props.onIn(await work());
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const submit = (e: FormEvent): void => {
    e.preventDefault();
    if (staff) {
      void run(async () => ({
        name: (await call<{ name: string }>("/api/v1/auth/sign-in", { body: { login, password } })).name,
        device: false,
      }));
      return;
    }
    const clean = code.toUpperCase().replace(/[^0-9A-Z]/g, "");
    setShort(clean.length !== 8);
    if (clean.length === 8) void run(async () => ({ name: (await pair(clean)).name, device: true }));
  };
  return (
    <form className="gate-form" onSubmit={submit} noValidate>
      <div>
        <h1>{text(staff ? "gate.staff" : "gate.pair-title")}</h1>
        {!staff && <p className="quiet">{text("gate.pair-lead")}</p>}
      </div>
      {error !== null && <ProblemNote error={error} />}
      {staff ? (
        <>
          <Field id="login" name="login" label={text("sign-in.login")} value={login} onChange={setLogin} autoComplete="username" />
          <Field
            id="password"
            name="password"
            type="password"
            label={text("sign-in.password")}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
          />
        </>
      ) : (
        <Field
          id="code"
          name="code"
          label={text("gate.pair-code")}
          value={code}
          onChange={(v) => {
            setCode(v.toUpperCase());
            setShort(false);
          }}
          hint={text("gate.pair-hint")}
          error={short ? text("gate.pair-need") : null}
        />
      )}
      <button className="button main" disabled={busy}>
        {busy && <span className="busy" />}
        {text(staff ? "action.sign-in" : "gate.pair-go")}
      </button>
      <button
        type="button"
        className="button plain"
        onClick={() => {
          setStaff(!staff);
          setError(null);
        }}
      >
        {text(staff ? "gate.device" : "gate.staff")}
      </button>
    </form>
  );
}

export function SessionChoice(props: { post: Post; onChoose: (p: Place) => void; onLeave: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [list, setList] = useState<readonly GateSession[] | null>(null),
    [error, setError] = useState<unknown>(null);
  const [chosen, setChosen] = useState<string | null>(null),
    [gate, setGate] = useState(safeGet("parterre.gate.name") ?? "");
  const load = (): void => {
    setError(null);
    sessions().then((all) => {
      setList(all);
      setChosen(all[0]?.id ?? null);
    }, setError);
  };
  useEffect(load, []);
  if (error !== null) return <ErrorState error={error} onRetry={load} />;
  const session = list?.find((s) => s.id === chosen);
  return (
    <form
      className="gate-form wide"
      onSubmit={(e) => {
        e.preventDefault();
        if (session !== undefined) {
          safeSet("parterre.gate.name", gate);
          props.onChoose({ session, gate: gate.trim() });
        }
      }}
    >
      <div>
        <h1>{text("gate.choose")}</h1>
        <p className="quiet">{text("gate.choose-lead")}</p>
      </div>
      {list === null ? (
        <Loading />
      ) : list.length === 0 ? (
        <EmptyState title={text("gate.no-sessions")}>{text("gate.no-sessions-lead")}</EmptyState>
      ) : (
        <fieldset className="gate-sessions">
          <legend className="visually-hidden">{text("gate.session")}</legend>
          {list.map((s) => (
            <label key={s.id} data-on={s.id === chosen || undefined}>
              <input type="radio" name="session" value={s.id} checked={s.id === chosen} onChange={() => setChosen(s.id)} />
              <span>
                <strong>{s.title}</strong>
                <small>
                  {format.dateTime(s.startsAt, lang)}
                  {s.hall !== "" && ` · ${s.hall}`}
                </small>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {list !== null && list.length > 0 && (
        <Field id="gate" name="gate" label={text("gate.name")} value={gate} onChange={setGate} hint={text("gate.name-hint")} />
      )}
      <button className="button main" disabled={session === undefined}>
        {text("gate.start")}
      </button>
      <button type="button" className="button plain" onClick={props.onLeave}>
        {text(props.post.device ? "gate.unpair" : "gate.leave")}
        {props.post.name !== "" && <span className="quiet"> · {props.post.name}</span>}
      </button>
    </form>
  );
}
