import { ErrorState, format, Link, Loading, navigate, toast, useLanguage, useT } from "@parterre/ui";
import { Segmented } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, Facts, PageHead, StepDialog } from "../lib/parts.tsx";
import type { DeliveryDetail } from "../lib/reportwire.ts";
import { DELIVERY_TONE } from "./reports.tsx";

/** JSON and XML laid out for reading; anything else as it is. */
export function pretty(text: string): string {
  const t = text.trim();
  if (/^[[{]/.test(t)) {
    try {
      return JSON.stringify(JSON.parse(t), null, 2);
    } catch {
      return text;
    }
  }
  if (!t.startsWith("<")) return text;
  let depth = 0;
  return t
    .replace(/>\s*</g, ">\n<")
    .split("\n")
    .map((line) => {
      if (/^<\//.test(line)) depth = Math.max(0, depth - 1);
      const out = "  ".repeat(depth) + line;
      if (/^<[^!?/][^>]*[^/]>$/.test(line) || /^<[^!?/]>$/.test(line)) depth++;
      return out;
    })
    .join("\n");
}

export function DeliveryPage(props: { channel: string; seq: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [step, setStep] = useState<"requeue" | "drop" | null>(null),
    [side, setSide] = useState("message");
  const path = `/api/v1/reporting/channels/${encodeURIComponent(props.channel)}/deliveries/${encodeURIComponent(props.seq)}`;
  const { data: d, error, reload } = useLoad<DeliveryDetail>(path, (h, s) => h.get(path, {}, s));
  if (d === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const sides: Record<string, string> = { message: d.message ?? "", receipt: d.receipt ?? "", fact: JSON.stringify(d.fact) };
  return (
    <>
      <PageHead
        back={{ to: `/reports/deliveries?channel=${d.channel}`, label: text("m.deliveries") }}
        title={`${text(`m.fact-${d.kind}`)} · ${d.channel} #${d.seq}`}
        tags={<Chip tone={DELIVERY_TONE[d.state] ?? "quiet"}>{text(`m.delivery-${d.state}`)}</Chip>}
        lead={<span className="mono">{d.subject}</span>}
        actions={
          d.state === "parked" && can("report.send") ? (
            <>
              <button type="button" className="button" onClick={() => setStep("drop")}>
                {text("m.drop")}
              </button>
              <button type="button" className="button main" onClick={() => setStep("requeue")}>
                {text("m.requeue")}
              </button>
            </>
          ) : undefined
        }
      />
      <div className="split">
        <div className="stack">
          {d.state === "parked" && (
            <div className="note danger">
              <div className="body">
                <strong>{[d.code, d.text].filter((x) => x !== undefined && x !== "").join(" ")}</strong>
                <p>{text("m.parked-lead")}</p>
              </div>
            </div>
          )}
          {d.decision !== undefined && (
            <div className="note">
              <div className="body">
                <strong>
                  {text(d.decision.action === "drop" ? "m.dropped-by" : "m.requeued-by", {
                    who: d.decision.actor,
                    when: format.dateTime(d.decision.at, lang),
                  })}
                </strong>
                <p>{d.decision.reason}</p>
                {d.decision.newSeq !== undefined && d.decision.newSeq > 0 && (
                  <Link to={`/reports/channels/${d.channel}/${d.decision.newSeq}`}>#{d.decision.newSeq}</Link>
                )}
              </div>
            </div>
          )}
          <Card actions={undefined}>
            <div className="stack tight">
              <Segmented
                value={side}
                onChange={(v) => setSide(v)}
                options={["message", "receipt", "fact"].map((s) => ({ value: s, label: text(`m.side-${s}`) }))}
              />
              {sides[side] === "" || sides[side] === undefined ? (
                <p className="quiet">{text(`m.side-${side}-none`)}</p>
              ) : (
                <pre className="pre" tabIndex={0} aria-label={text(`m.side-${side}`)}>
                  {pretty(sides[side])}
                </pre>
              )}
              {side === "message" && d.records > 1 && <p className="quiet">{text("m.record-of", { i: d.index + 1, n: d.records })}</p>}
            </div>
          </Card>
        </div>
        <div className="stack">
          <Card>
            <Facts
              columns={1}
              items={[
                [text("m.answer"), [d.code, d.text].filter((x) => x !== undefined && x !== "").join(" ")],
                [
                  text("m.venue"),
                  <span key="v" className="mono">
                    {d.venue}
                  </span>,
                ],
                [text("m.happened"), format.dateTime(d.at, lang)],
                [text("m.updated"), format.dateTime(d.updatedAt, lang)],
                [
                  text("m.fact-id"),
                  <span key="f" className="mono">
                    {d.factId}
                  </span>,
                ],
              ]}
            />
          </Card>
          <Card title={text("m.attempts")}>
            {d.attempts.length === 0 ? (
              <p className="quiet">{text("m.attempts-none")}</p>
            ) : (
              <ol className="attempts">
                {d.attempts.map((a) => (
                  <li key={a.number}>
                    <strong>{format.dateTime(a.startedAt, lang)}</strong>
                    <span className="quiet">
                      {a.endedAt === undefined
                        ? text("m.attempt-running")
                        : [a.class, a.code, a.text].filter((x) => x !== undefined && x !== "").join(" · ")}
                    </span>
                  </li>
                ))}
              </ol>
            )}
          </Card>
        </div>
      </div>
      {(["requeue", "drop"] as const).map((action) => (
        <StepDialog
          key={action}
          open={step === action}
          danger={action === "drop"}
          reason
          title={text(`m.${action}`)}
          ok={text(`m.${action}`)}
          lead={text(`m.${action}-lead`, { kind: text(`m.fact-${d.kind}`), subject: d.subject })}
          onClose={() => setStep(null)}
          run={async (reason) => {
            const out = await http.send<{ seq?: number }>("POST", `${path}/${action}`, { reason });
            toast("success", text(`m.${action}-done`));
            if (out?.seq !== undefined) navigate(`/reports/channels/${d.channel}/${out.seq}`);
            else reload();
          }}
        />
      ))}
    </>
  );
}
