import { Component, useEffect, useState, type ReactNode } from "react";
import { useLanguage, useT, t } from "../i18n.ts";
import { showProblem } from "../problem.ts";
import { EmptySeats } from "./icons.tsx";

/** An empty list says what to do next. */
export function EmptyState(props: { title?: string; children?: ReactNode; actions?: ReactNode }): ReactNode {
  const text = useT();
  return (
    <div className="state">
      <EmptySeats />
      <h2>{props.title ?? text("state.empty")}</h2>
      {props.children !== undefined && <p>{props.children}</p>}
      {props.actions !== undefined && <div className="row">{props.actions}</div>}
    </div>
  );
}

/** Grey lines in the place of what comes. Shown after 300 ms: anything faster would only flicker. */
export function Loading(props: { lines?: number }): ReactNode {
  const text = useT(),
    [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stack" role="status" aria-live="polite" style={{ visibility: late ? "visible" : "hidden" }}>
      <span className="visually-hidden">{text("state.loading")}</span>
      {Array.from({ length: props.lines ?? 4 }, (_, i) => (
        <span key={i} className="skeleton" style={{ width: `${[92, 76, 84, 60][i % 4]}%` }} />
      ))}
    </div>
  );
}

/** A failed load: what happened and the way on. */
export function ErrorState(props: { error: unknown; onRetry?: () => void }): ReactNode {
  const text = useT(),
    shown = showProblem(props.error, useLanguage());
  return (
    <div className="state" role="alert">
      <EmptySeats />
      <h2>{text("state.error")}</h2>
      <p>{shown.text}</p>
      {shown.id !== null && (
        <p>
          <code>
            {text("problem.id")} {shown.id}
          </code>
        </p>
      )}
      {props.onRetry !== undefined && (
        <div className="row">
          <button type="button" className="button" onClick={props.onRetry}>
            {text("action.retry")}
          </button>
        </div>
      )}
    </div>
  );
}

/** A refused step on a page that stays: sentence, fields, number for support. */
export function ProblemNote(props: { error: unknown }): ReactNode {
  const text = useT(),
    shown = showProblem(props.error, useLanguage());
  const fields = Object.entries(shown.fields);
  return (
    <div className="note danger" role="alert">
      <div className="body">
        <p>{shown.text}</p>
        {fields.length > 0 && (
          <ul>
            {fields.map(([field, why]) => (
              <li key={field}>
                {why} <code>{field}</code>
              </li>
            ))}
          </ul>
        )}
        {shown.id !== null && (
          <code>
            {text("problem.id")} {shown.id}
          </code>
        )}
      </div>
    </div>
  );
}

/** Progress of a known or unknown length. */
export function Progress(props: { done: number; total: number | null; label: string; mayLeave?: boolean }): ReactNode {
  const text = useT(),
    share = props.total === null || props.total === 0 ? null : Math.min(1, props.done / props.total);
  return (
    <div>
      <div className="row" style={{ justifyContent: "space-between" }}>
        <span>{props.label}</span>
        <span className="quiet">{props.total === null ? props.done : text("progress.of", { done: props.done, total: props.total })}</span>
      </div>
      <div
        className="progress"
        role="progressbar"
        aria-label={props.label}
        aria-valuemin={0}
        aria-valuemax={props.total ?? undefined}
        aria-valuenow={share === null ? undefined : props.done}
      >
        <i className={share === null ? "skeleton" : ""} style={{ width: share === null ? "100%" : `${share * 100}%` }} />
      </div>
      {props.mayLeave === true && <p className="quiet">{text("progress.leave")}</p>}
    </div>
  );
}

/** Catches what breaks while drawing; the rest of the browser's data stays. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }
  override componentDidCatch(error: unknown): void {
    console.error(error);
  }
  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="state" role="alert">
        <EmptySeats />
        <h2>{t("state.page-broken")}</h2>
        <p>{t("state.page-broken-lead")}</p>
        <div className="row">
          <button type="button" className="button main" onClick={() => location.reload()}>
            {t("state.reload")}
          </button>
        </div>
      </div>
    );
  }
}
