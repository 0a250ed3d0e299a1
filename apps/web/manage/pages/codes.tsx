import { Loading, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { Input, Select } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { Card, Chip, EmptyCode, Facts, PageHead } from "../lib/parts.tsx";
import type { CodeDescription, CodeKind } from "../lib/reportwire.ts";

/** Any code pasted is taken apart. The text travels in a body and stays out of the address: it may be a ticket. */
export function CodesPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [input, setInput] = useState(""),
    [kind, setKind] = useState<string | null>(null),
    [answer, setAnswer] = useState<CodeDescription | null>(null),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const kinds = useLoad<{ kinds: readonly CodeKind[] }>("code-kinds", (h, s) => h.get("/api/v1/codes/kinds", {}, s));
  const value = input.trim();
  useEffect(() => {
    if (value === "") {
      setAnswer(null);
      setProblem(null);
      return;
    }
    const stop = new AbortController(),
      timer = setTimeout(() => {
        setBusy(true);
        http
          .ask<CodeDescription>("/api/v1/codes/explain", { text: value, ...(kind === null ? {} : { kind }) }, stop.signal)
          .then(
            (d) => {
              setAnswer(d);
              setProblem(null);
            },
            (e: unknown) => {
              if (!stop.signal.aborted) {
                setProblem(e);
                setAnswer(null);
              }
            },
          )
          .finally(() => setBusy(false));
      }, 250);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [http, value, kind]);
  return (
    <>
      <PageHead title={text("m.codes")} lead={text("m.codes-lead")} />
      <div className="stack">
        <Card>
          <div className="code-in">
            <label className="mini grow">
              <span className="label">{text("m.code-any")}</span>
              <Input.TextArea
                autoSize={{ minRows: 1, maxRows: 5 }}
                className="mono"
                value={input}
                maxLength={600}
                spellCheck={false}
                autoFocus
                onChange={(e) => setInput(e.target.value)}
                placeholder={text("m.code-hint")}
              />
            </label>
            <label className="mini">
              <span className="label">{text("m.code-as")}</span>
              <Select
                value={kind ?? ""}
                onChange={(v) => setKind(v === "" ? null : v)}
                popupMatchSelectWidth={false}
                options={[
                  { value: "", label: text("m.code-auto") },
                  ...(kinds.data?.kinds ?? []).map((k) => ({ value: k.kind, label: `${k[lang]} · ${k.form}` })),
                ]}
                style={{ minWidth: 200 }}
              />
            </label>
          </div>
        </Card>
        {problem !== null && <ProblemNote error={problem} />}
        {answer === null ? (
          value !== "" && busy ? (
            <Loading />
          ) : (
            problem === null && (
              <Card>
                <EmptyCode title={text("m.code-empty")} lead={text("m.code-empty-lead")} />
              </Card>
            )
          )
        ) : (
          <Description text={value} answer={answer} kinds={kinds.data?.kinds ?? []} />
        )}
      </div>
    </>
  );
}

function Description(props: { text: string; answer: CodeDescription; kinds: readonly CodeKind[] }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    d = props.answer;
  if (!d.valid)
    return (
      <div className="note danger" role="status">
        <div className="body">
          <strong>{text("m.code-invalid")}</strong>
          <p>{d.error?.[lang]}</p>
          {d.error?.rule !== undefined && d.error.rule !== "" && <p className="quiet">{d.error.rule}</p>}
        </div>
      </div>
    );
  const fields = d.fields ?? [],
    placed = fields.filter((f) => f.from !== undefined && f.from > 0 && f.to !== undefined),
    marks = placed.filter((f) => !placed.some((o) => o !== f && o.from! >= f.from! && o.to! <= f.to!));
  return (
    <Card title={(lang === "zh" ? d.titleZh : d.titleEn) ?? d.kind} actions={<Chip tone="success">{text("m.code-valid")}</Chip>}>
      <div className="stack">
        {(d.warnings ?? []).map((w) => (
          <div key={w.code} className="note warning">
            <div className="body">{w[lang]}</div>
          </div>
        ))}
        {marks.length > 0 && (
          <div className="code-strip" aria-hidden="true">
            {marks.map((f, i) => (
              <span key={f.name} data-odd={i % 2}>
                {props.text.replace(/[\s-]/g, "").slice(f.from! - 1, f.to)}
              </span>
            ))}
          </div>
        )}
        <table className="data" aria-label={text("m.code-fields")}>
          <thead>
            <tr>
              <th scope="col">{text("m.field")}</th>
              <th scope="col">{text("m.value")}</th>
              <th scope="col">{text("m.meaning")}</th>
              <th scope="col" className="num">
                {text("m.position")}
              </th>
            </tr>
          </thead>
          <tbody>
            {fields.map((f) => (
              <tr key={f.name}>
                <td>{f[lang]}</td>
                <td className="mono" data-label={text("m.value")}>
                  {String(f.value)}
                </td>
                <td data-label={text("m.meaning")}>{f.note ?? ""}</td>
                <td className="num quiet" data-label={text("m.position")}>
                  {f.from === undefined || f.from === 0 ? "" : f.from === f.to ? f.from : `${f.from}–${f.to}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Facts
          items={[
            [text("m.code-form"), d.form],
            [text("m.code-clause"), d.clause],
            [text("m.region"), d.region],
            ...((d.alsoReadAs ?? []).length === 0
              ? []
              : [
                  [
                    text("m.code-also"),
                    d.alsoReadAs!.map((k) => props.kinds.find((x) => x.kind === k)?.[lang] ?? k).join(text("m.comma")),
                  ] as const,
                ]),
          ]}
        />
      </div>
    </Card>
  );
}
