import { useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useT } from "../i18n.ts";
import { Field } from "./field.tsx";
import { Mark } from "./icons.tsx";
import { LanguageSwitch, ThemeSwitch } from "./shell.tsx";
import { ProblemNote } from "./states.tsx";

/** The way in. onSubmit signs in (POST /api/v1/auth/sign-in) and throws when refused; what was typed stays. */
export function SignIn(props: { page: string; onSubmit: (login: string, password: string) => Promise<void>; ended?: boolean }): ReactNode {
  const text = useT(),
    id = useId(),
    form = useRef<HTMLFormElement>(null);
  const [login, setLogin] = useState(""),
    [password, setPassword] = useState(""),
    [visible, setVisible] = useState(false);
  const [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [tried, setTried] = useState(false);
  const missing = {
    login: login.trim() === "" ? text("sign-in.need-login") : null,
    password: password === "" ? text("sign-in.need-password") : null,
  };
  const submit = async (e: FormEvent): Promise<void> => {
    e.preventDefault();
    setTried(true);
    if (missing.login !== null || missing.password !== null) {
      form.current?.querySelector<HTMLInputElement>(missing.login !== null ? "input[name=login]" : "input[name=password]")?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await props.onSubmit(login.trim(), password);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="sign-in">
      <div className="house">
        <House />
        <p>
          {text("app.name")} · {text(`app.${props.page}`)}
        </p>
      </div>
      <main>
        <div className="top">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
        <form
          ref={form}
          onSubmit={(e) => {
            void submit(e);
          }}
          noValidate
        >
          <div>
            <span className="brand">
              <Mark />
              {text("app.name")}
            </span>
            <h1>{text("sign-in.title")}</h1>
            <p className="quiet">{text("sign-in.lead")}</p>
          </div>
          {props.ended === true && error === null && (
            <div className="note warning" role="status">
              <div className="body">{text("sign-in.ended")}</div>
            </div>
          )}
          {error !== null && <ProblemNote error={error} />}
          <Field
            id={`${id}-login`}
            name="login"
            label={text("sign-in.login")}
            value={login}
            onChange={setLogin}
            autoComplete="username"
            error={tried ? missing.login : null}
          />
          <Field
            id={`${id}-password`}
            name="password"
            label={text("sign-in.password")}
            type={visible ? "text" : "password"}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            error={tried ? missing.password : null}
          >
            <button type="button" className="button plain" onClick={() => setVisible(!visible)}>
              {text(visible ? "sign-in.hide" : "sign-in.show")}
            </button>
          </Field>
          <button type="submit" className="button main block" disabled={busy}>
            {busy && <span className="busy" aria-hidden="true" />}
            {text(busy ? "sign-in.working" : "action.sign-in")}
          </button>
        </form>
      </main>
    </div>
  );
}

/** An auditorium seen from above, drawn by rule: rows on arcs, a few seats lit. */
function House(): ReactNode {
  const seats: ReactNode[] = [];
  for (let row = 0; row < 20; row++) {
    const radius = 520 + row * 30,
      half = Math.floor((radius * 0.53) / 24);
    for (let i = -half; i <= half; i++) {
      const a = (i - Math.sign(i) * 0.2) * (24 / radius),
        aisle = Math.abs(Math.abs(a) - 0.27) < 12 / radius;
      if (i === 0 || aisle || Math.abs(a) > 0.55) continue;
      const lit = Math.abs(Math.sin(row * 12.9898 + i * 78.233) * 43758.5453) % 1 < 0.045,
        mine = row === 6 && (i === 4 || i === 5);
      seats.push(
        <circle
          key={`${row}-${i}`}
          cx={400 + radius * Math.sin(a)}
          cy={-330 + radius * Math.cos(a)}
          r="8"
          fill={mine ? "#ef5b64" : lit ? "#8c2f36" : "#3c2629"}
        />,
      );
    }
  }
  return (
    <svg viewBox="0 0 800 760" preserveAspectRatio="xMidYMin slice" aria-hidden="true">
      <defs>
        <radialGradient id="spot" cx="50%" cy="4%" r="75%">
          <stop offset="0" stopColor="#6d2b2e" stopOpacity=".75" />
          <stop offset="1" stopColor="#1a1214" stopOpacity="0" />
        </radialGradient>
      </defs>
      <rect width="800" height="760" fill="url(#spot)" />
      <path d="M210 0h380v64q-190 76-380 0z" fill="#b4232c" opacity=".92" />
      {seats}
    </svg>
  );
}
