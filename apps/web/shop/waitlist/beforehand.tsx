import { Field, format, safeGet, safeSet, toast, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { Check } from "../peoplepage.tsx";
import {
  cleanNumber,
  formFaults,
  isUnder14,
  keepDraft,
  keepPeople,
  keptPeople,
  KINDS,
  NOBODY,
  READY,
  type Fault,
  type Person,
} from "../people.ts";
import "./beforehand-messages.ts";

interface Ready {
  readonly people: readonly Person[];
  readonly phone: string;
}
const all = (): Record<string, Ready> => {
  try {
    return (JSON.parse(safeGet(READY) ?? "{}") as Record<string, Ready> | null) ?? {};
  } catch {
    return {};
  }
};
const readyFor = (session: string): Ready | null => all()[session] ?? null;
function keepReady(session: string, ready: Ready | null): void {
  const { [session]: _, ...rest } = all();
  safeSet(READY, JSON.stringify(ready === null ? rest : { ...rest, [session]: ready }));
}
/** Puts what was given beforehand into the order page of a session. */
export function fillIn(session: string): void {
  const ready = readyFor(session);
  if (ready !== null) keepDraft(session, { ...ready, order: "" });
}

/** The people of an entry, given while it waits and kept on the device alone. */
export function Beforehand(props: { session: string; wanted: number; perTicket: boolean }): ReactNode {
  const text = useT(),
    { session, wanted } = props,
    [ready, setReady] = useState(() => readyFor(session)),
    [open, setOpen] = useState(false),
    [people, setPeople] = useState<readonly Person[]>(() => Array.from({ length: wanted }, (_, i) => ready?.people[i] ?? NOBODY)),
    [phone, setPhone] = useState(ready?.phone ?? ""),
    [tried, setTried] = useState(false),
    kept = keptPeople();
  const faults = formFaults(people, phone, true, props.perTicket, new Date()),
    at = (path: string): string | null => {
      const f: Fault | undefined = faults.get(path);
      if (!tried || f === undefined) return null;
      const { form, ...rest } = f.params ?? {};
      return text(f.key, { ...rest, ...(typeof form === "string" ? { form: text(form) } : {}) });
    },
    change = (i: number, part: Partial<Person>): void => setPeople(people.map((p, k) => (k === i ? { ...p, ...part } : p)));
  if (ready !== null && !open)
    return (
      <p className="row">
        <span>{text("wb.ready", { names: ready.people.map((p) => p.name).join("、") })}</span>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {text("wb.change")}
        </button>
      </p>
    );
  return (
    <form
      className="people"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        setTried(true);
        if (faults.size > 0) {
          setTimeout(() => document.querySelector<HTMLElement>('.people [aria-invalid="true"]')?.focus());
          return;
        }
        const clean = { people: people.map((p) => ({ ...p, name: p.name.trim(), number: cleanNumber(p.number) })), phone: phone.trim() };
        keepReady(session, clean);
        keepPeople(clean.people);
        setReady(clean);
        setOpen(false);
        toast("success", text("wb.saved"));
      }}
    >
      <h3>{text("wb.title")}</h3>
      <p className="quiet">{text("wb.lead")}</p>
      {people.map((p, i) => (
        <fieldset key={i} className="person">
          <legend>
            <b>{text("shop.person", { n: i + 1 })}</b>
          </legend>
          <div className="kept" role="group" aria-label={text("shop.kept")}>
            {kept
              .filter((k) => !people.some((q) => cleanNumber(q.number) === cleanNumber(k.number)))
              .map((k) => (
                <button key={k.number} type="button" className="button" onClick={() => change(i, k)}>
                  {k.name} <small className="quiet">{format.maskDocument(k.number)}</small>
                </button>
              ))}
          </div>
          <div className="grid">
            <Field
              id={`wb-name-${i}`}
              name={`wb-name-${i}`}
              label={text("shop.name")}
              value={p.name}
              onChange={(v) => change(i, { name: v })}
              error={at(`people[${i}].name`)}
            />
            <div className="field">
              <label htmlFor={`wb-kind-${i}`}>{text("shop.kind")}</label>
              <div className="box">
                <select id={`wb-kind-${i}`} value={p.kind} onChange={(e) => change(i, { kind: e.currentTarget.value })}>
                  {KINDS.map((k) => (
                    <option key={k} value={k}>
                      {text(`shop.doc.${k}`)}
                    </option>
                  ))}
                </select>
              </div>
            </div>
            <Field
              id={`wb-number-${i}`}
              name={`wb-number-${i}`}
              label={text("shop.number")}
              value={p.number}
              onChange={(v) => change(i, { number: v.toUpperCase() })}
              error={at(`people[${i}].number`)}
            />
          </div>
          {isUnder14(p, new Date()) && (
            <Check id={`wb-guardian-${i}`} on={p.guardian} set={(v) => change(i, { guardian: v })} error={at(`people[${i}].guardian`)}>
              {text("shop.guardian")}
            </Check>
          )}
        </fieldset>
      ))}
      <Field
        id="wb-phone"
        name="wb-phone"
        label={text("shop.phone")}
        inputMode="tel"
        value={phone}
        onChange={setPhone}
        error={at("phone")}
      />
      <p className="row">
        <button className="button">{text("wb.save")}</button>
        {ready !== null && (
          <button
            type="button"
            className="button plain"
            onClick={() => {
              keepReady(session, null);
              setReady(null);
              setPeople(Array.from({ length: wanted }, () => NOBODY));
              setPhone("");
              setOpen(false);
            }}
          >
            {text("wb.drop")}
          </button>
        )}
      </p>
    </form>
  );
}
