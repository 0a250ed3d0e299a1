/** The price program under the pen: as a form or as its document, checked by the server. */
import { ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Input, Segmented } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip } from "../lib/parts.tsx";
import type { TicketMap } from "../lib/wire.ts";
import { Preview } from "./preview.tsx";
import { parse, print, programOf, SAMPLES, withRule, type Fault, type Program } from "./program.ts";
import { RuleForm } from "./ruleform.tsx";

/** The program as a form or as its document, with the server's check and a preview while one edits. */
export function Editor(props: { map: TicketMap; value: string | null; onEdit: (text: string) => void; onSaved: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    at = `/api/v1/maps/${props.map.id}`,
    { value } = props,
    edit = can("price.manage");
  const [faults, setFaults] = useState<readonly Fault[]>([]),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false),
    [view, setView] = useState<"form" | "json">("form"),
    [note, setNote] = useState(""),
    [checked, setChecked] = useState<string | null>(null),
    program = value === null ? null : parse(value);
  useEffect(() => {
    if (program === null) {
      setFaults([]);
      return;
    }
    const stop = new AbortController(),
      timer = setTimeout(() => {
        http.ask<{ report: readonly Fault[] | null }>(`${at}/price-programs/check`, { program }, stop.signal).then(
          (r) => {
            setFaults(r.report ?? []);
            setProblem(null);
            setChecked(value);
          },
          (e: unknown) => {
            if (!stop.signal.aborted) {
              setProblem(e);
              setChecked(null);
            }
          },
        );
      }, 400);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [value]);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      await http.send(
        "POST",
        `${at}/price-programs`,
        { program, ...(note.trim() === "" ? {} : { note: note.trim() }) },
        { intent: `save-program ${props.map.id} ${note} ${value ?? ""}` },
      );
      toast("success", text("m.saved"));
      setNote("");
      props.onSaved();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  if (value === null) return <ProgramStart map={props.map} edit={edit} onEdit={props.onEdit} />;
  const whole =
      program !== null &&
      Array.isArray(program.rules) &&
      Array.isArray(program.zones) &&
      typeof program.rounding === "object" &&
      typeof program.limits === "object",
    form = view === "form" && whole,
    right = !faults.some((f) => f.warning !== true);
  // What the form shows beside its field is not said twice.
  const rest = form ? faults.filter((f) => !f.path.startsWith("rules[") && !f.path.startsWith("zones[")) : faults;
  return (
    <div className="stack">
      <Card
        title={text("m.program")}
        actions={
          <>
            <Segmented
              aria-label={text("m.rf-view")}
              value={view}
              onChange={setView}
              options={[
                { value: "form", label: text("m.rf-form") },
                { value: "json", label: text("m.rf-json") },
              ]}
            />
            {edit && (
              <button type="button" className="button main" disabled={busy || program === null || !right} onClick={() => void save()}>
                {text("m.program-save")}
              </button>
            )}
          </>
        }
      >
        <div className="stack tight">
          {form ? (
            <RuleForm
              program={program}
              zones={props.map.zones}
              faults={faults}
              readOnly={!edit}
              onChange={(p: Program) => props.onEdit(print(p))}
            />
          ) : (
            <ProgramDocument value={value} program={program} whole={whole} edit={edit} onEdit={props.onEdit} />
          )}
          {program === null && <p role="alert">{text("m.program-json")}</p>}
          {problem !== null && <ProblemNote error={problem} />}
          {rest.length > 0 && (
            <ul role="status">
              {rest.map((f, i) => (
                <li key={i}>
                  <Chip tone={f.warning === true ? "warning" : "danger"}>{f.path}</Chip> {lang === "en" ? f.en : f.zh}
                </li>
              ))}
            </ul>
          )}
          {edit && (
            <label className="mini">
              <span className="label">{text("m.rf-note")}</span>
              <Input value={note} maxLength={200} placeholder={text("m.rf-note-hint")} onChange={(e) => setNote(e.target.value)} />
            </label>
          )}
        </div>
      </Card>
      <Preview map={props.map} program={program} ok={whole && right && problem === null && checked === value} />
    </div>
  );
}

/** Where there is no program yet: begins one from the zones of the map. */
function ProgramStart(props: { map: TicketMap; edit: boolean; onEdit: (text: string) => void }): ReactNode {
  const text = useT();
  return (
    <Card title={text("m.program")}>
      <div className="stack">
        <p className="quiet">{text("m.program-none")}</p>
        <div className="row">
          <button
            type="button"
            className="button main"
            disabled={!props.edit}
            onClick={() => props.onEdit(print(programOf(text("m.prices"), props.map.zones)))}
          >
            {text("m.program-start")}
          </button>
        </div>
      </div>
    </Card>
  );
}

/** The program as its document, with samples of rules to put in. */
function ProgramDocument(props: {
  value: string;
  program: Program | null;
  /** The document has all that a rule can be added to. */
  whole: boolean;
  edit: boolean;
  onEdit: (text: string) => void;
}): ReactNode {
  const text = useT(),
    { value, program, whole, edit } = props;
  return (
    <>
      <div className="row">
        {(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]).map((k) => (
          <button
            key={k}
            type="button"
            className="button small"
            disabled={!whole || !edit}
            onClick={() => props.onEdit(print(withRule(program!, k, text(`m.rule-${k}`))))}
          >
            ＋ {text(`m.rule-${k}`)}
          </button>
        ))}
      </div>
      <Input.TextArea
        aria-label={text("m.program")}
        className="mono"
        spellCheck={false}
        autoSize={{ minRows: 16, maxRows: 32 }}
        value={value}
        onChange={(e) => props.onEdit(e.target.value)}
        status={program === null ? "error" : ""}
        readOnly={!edit}
      />
    </>
  );
}
