import { format, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, type ReactNode } from "react";
import type { Entry } from "./queue.ts";
import type { Verdict } from "./wire.ts";

/** A green answer goes by itself; a red one stays until somebody has read it. */
const GREEN_STAYS = 4000;

/** The whole screen is the answer: colour, shape, word and sentence say the same. Any tap or the next scan goes on. */
export function VerdictScreen(props: { entry: Entry; offline: boolean; onClose: () => void }): ReactNode {
  const text = useT(),
    { outcome } = props.entry,
    button = useRef<HTMLButtonElement>(null),
    latest = useRef(props.onClose);
  latest.current = props.onClose;
  const v = outcome.kind === "answered" ? outcome.verdict : null;
  useEffect(() => {
    button.current?.focus({ preventScroll: true });
    if (v?.admitted !== true || v.checkId || (v.proof ?? "") !== "") return;
    const timer = setTimeout(() => latest.current(), GREEN_STAYS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const tone = v === null ? (outcome.kind === "refused" ? "stop" : "wait") : v.admitted ? "go" : "stop";
  return (
    <div
      className={`verdict ${tone}`}
      role="alertdialog"
      aria-modal="true"
      aria-labelledby="verdict-word"
      aria-describedby="verdict-text"
      data-reason={v?.reason}
    >
      <div className="sign">
        <Sign tone={tone} />
      </div>
      <h2 id="verdict-word">
        {v === null
          ? text(outcome.kind === "refused" ? "gate.stop" : props.offline ? "gate.waiting" : "gate.checking")
          : v.admitted
            ? text("gate.go")
            : text(`gate.why.${v.reason ?? ""}`)}
      </h2>
      <div id="verdict-text">
        {v === null ? (
          <p>{outcome.kind === "waiting" && props.offline ? text("gate.offline-lead") : ""}</p>
        ) : v.admitted ? (
          <Green verdict={v} />
        ) : (
          <Red verdict={v} />
        )}
      </div>
      <button type="button" ref={button} className="next" onClick={props.onClose}>
        {text("gate.next")}
      </button>
    </div>
  );
}

function Green(props: { verdict: Verdict }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    v = props.verdict,
    proof = lang === "en" ? (v.proofEn ?? v.proof) : v.proof;
  return (
    <>
      <p className="seat">{v.seat}</p>
      <p className="more">
        {[v.zone, v.holder, (v.persons ?? 1) > 1 ? text("gate.persons", { n: v.persons ?? 1 }) : ""]
          .filter((x) => x !== undefined && x !== "")
          .join(" · ")}
      </p>
      {proof !== undefined && proof !== "" && (
        <p className="do" data-proof={v.kind}>
          {text("gate.check-proof", { kind: text(`gate.kind-${v.kind ?? ""}`), proof })}
        </p>
      )}
      {v.checkId && <p className="do">{text("gate.check-id")}</p>}
    </>
  );
}

function Red(props: { verdict: Verdict }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    v = props.verdict,
    e = v.earlier;
  return (
    <>
      <p className="why">{lang === "zh" ? v.zh : v.en}</p>
      {e !== undefined && (
        <dl>
          <dt>{text("gate.earlier")}</dt>
          <dd>
            <b>
              {format.date(e.at, lang)} {format.time(e.at)}
            </b>
          </dd>
          <dt>{text("gate.name")}</dt>
          <dd>
            {e.gate === "" ? text("gate.all") : e.gate}
            {e.device !== "" && ` · ${e.device}`}
          </dd>
          <dt>{text("gate.method")}</dt>
          <dd>
            {text(`gate.by-${e.method}`)}
            {v.holder !== undefined && v.holder !== "" && ` · ${v.holder}`}
          </dd>
        </dl>
      )}
      {v.reason === "wrong_place" && v.gate !== undefined && (
        <p className="do">
          {text("gate.for-gate")}：{v.gate}
        </p>
      )}
      {v.seat !== undefined && v.seat !== "" && <p className="more">{v.seat}</p>}
      <p className="do">{text(v.alarm ? "gate.call-alarm" : "gate.call")}</p>
    </>
  );
}

function Sign(props: { tone: string }): ReactNode {
  const line = { fill: "none", stroke: "currentColor", strokeWidth: 9, strokeLinecap: "round", strokeLinejoin: "round" } as const;
  return (
    <svg viewBox="0 0 120 120" aria-hidden="true">
      {props.tone === "go" && (
        <>
          <circle cx="60" cy="60" r="52" {...line} strokeWidth={6} />
          <path d="m36 62 17 17 32-36" {...line} />
        </>
      )}
      {props.tone === "stop" && (
        <>
          <path d="M39 6h42l33 33v42l-33 33H39L6 81V39Z" {...line} strokeWidth={6} />
          <path d="m42 42 36 36M78 42 42 78" {...line} />
        </>
      )}
      {props.tone === "wait" && (
        <>
          <circle cx="60" cy="60" r="52" {...line} strokeWidth={6} opacity=".35" />
          <path d="M60 8a52 52 0 0 1 52 52" {...line} strokeWidth={6} className="turn" />
        </>
      )}
    </svg>
  );
}
