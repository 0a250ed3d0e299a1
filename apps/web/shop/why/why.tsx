import { format, Loading, ProblemNote, term, useLanguage, useT } from "@parterre/ui";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { get } from "../wire.ts";
import "./messages.ts";
import "./why.css";

interface Step {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly zh: string;
  readonly en: string;
}
interface Told {
  readonly name: string;
  readonly price: number;
  readonly revision: number;
  readonly since?: string;
  readonly steps: readonly Step[];
}
type Style = "whole" | "full";
/** Which price: of a zone, sold online as a full ticket unless it says otherwise. */
interface Asked {
  readonly session: string;
  readonly zone: number;
  readonly timeZone: string;
  readonly channel?: "online" | "counter";
  readonly kind?: string | undefined;
}

/** A price that tells, when pressed, how it came about (RL-15). */
export function WhyPrice(props: Asked & { children: string }): ReactNode {
  const text = useT(),
    [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="why"
        aria-haspopup="dialog"
        aria-label={`${props.children} ${text("why.ask")}`}
        onClick={() => setOpen(true)}
      >
        <b>{props.children}</b>
        <i aria-hidden="true">?</i>
      </button>
      {open && <Explanation {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function Explanation(props: Asked & { onClose: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    id = useId(),
    box = useRef<HTMLDialogElement>(null),
    [told, setTold] = useState<Told | null>(null),
    [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current!.showModal();
    const query = new URLSearchParams({
      zone: String(props.zone),
      ...(props.channel === undefined ? {} : { channel: props.channel }),
      ...(props.kind === undefined || props.kind === "" ? {} : { kind: props.kind }),
    });
    get<Told>(`/sessions/${props.session}/price?${query.toString()}`).then(setTold, setError);
    return () => before?.focus();
  }, []);
  const style: Style = told === null ? "whole" : format.priceStyle([told.price, ...told.steps.map((s) => s.after)]);
  return (
    <dialog
      ref={box}
      className="whyprice"
      aria-labelledby={id}
      onClose={props.onClose}
      onClick={(e) => {
        if (e.target === box.current) box.current?.close();
      }}
    >
      <div className="inside">
        <h2 id={id}>{told === null ? text("why.ask") : text("why.of", { name: term(told.name, lang) })}</h2>
        {error !== null ? (
          <ProblemNote error={error} />
        ) : told === null ? (
          <Loading lines={3} />
        ) : (
          <>
            <p className="now">
              <b>{format.price(told.price, style)}</b>{" "}
              <small className="quiet">
                {[
                  told.since === undefined ? "" : text("why.since", { at: format.dateTime(told.since, lang, { zone: props.timeZone }) }),
                  text("why.revision", { n: told.revision }),
                ]
                  .filter((x) => x !== "")
                  .join(lang === "zh" ? "，" : ", ")}
              </small>
            </p>
            {told.steps.length === 0 ? (
              <p>{text("why.by-hand")}</p>
            ) : (
              <>
                <h3>{text("why.steps")}</h3>
                <ol>
                  {told.steps.map((s, i) => (
                    <li key={i} data-what={s.what}>
                      <span>{lang === "en" ? s.en : s.zh}</span>
                      <b>{format.price(s.after, style)}</b>
                    </li>
                  ))}
                </ol>
              </>
            )}
            <p className="quiet small">{text("why.same")}</p>
          </>
        )}
        <button type="button" className="button block" onClick={() => box.current?.close()}>
          {text("why.close")}
        </button>
      </div>
    </dialog>
  );
}
