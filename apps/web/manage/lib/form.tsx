import { ApiProblem } from "@parterre/api";
import { ProblemNote, showProblem, useLanguage, useT } from "@parterre/ui";
import { Form, type FormInstance } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect, useRef, useState, type ReactNode } from "react";

const slot = (name: string): string => `parterre.draft.${name}`;
function readDraft<T>(name: string): Partial<T> | null {
  try {
    return JSON.parse(sessionStorage.getItem(slot(name)) ?? "null") as Partial<T> | null;
  } catch {
    return null;
  }
}
function writeDraft(name: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(slot(name));
    else sessionStorage.setItem(slot(name), JSON.stringify(value));
  } catch {
    /* a full or forbidden store: the form still works */
  }
}

/** "zones[0].name" → ["zones", 0, "name"] */
export const namePath = (path: string): (string | number)[] =>
  path
    .split(/[.[\]]+/)
    .filter((p) => p !== "")
    .map((p) => (/^\d+$/.test(p) ? Number(p) : p));

export interface DraftForm<T> {
  readonly form: FormInstance<T>;
  readonly initial: Partial<T>;
  readonly restored: boolean;
  readonly busy: boolean;
  readonly problem: unknown;
  readonly finish: (values: T) => Promise<void>;
  readonly changed: (all: Partial<T>) => void;
  readonly discard: () => void;
}

/**
 * A form whose content survives a refusal and a reload: it is kept in the tab until it was sent. Fields that the server
 * refuses get its sentence beside them.
 */
export function useDraftForm<T extends object>(
  name: string,
  initial: Partial<T>,
  send: (values: T) => Promise<void>,
  secrets: readonly (keyof T)[] = [],
): DraftForm<T> {
  const [form] = Form.useForm<T>(),
    lang = useLanguage(),
    kept = useRef(readDraft<T>(name));
  const [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null),
    [restored, setRestored] = useState(kept.current !== null);
  const finish = async (values: T): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await send(values);
      writeDraft(name, null);
    } catch (error) {
      setProblem(error);
      if (error instanceof ApiProblem) {
        const fields = Object.entries(showProblem(error, lang).fields).map(([path, why]) => ({ name: namePath(path), errors: [why] }));
        form.setFields(fields as never);
        if (fields[0] !== undefined) form.scrollToField(fields[0].name as never, { block: "center" });
      }
    } finally {
      setBusy(false);
    }
  };
  const changed = (all: Partial<T>): void =>
    writeDraft(name, Object.fromEntries(Object.entries(all).filter(([k]) => !secrets.includes(k as keyof T))));
  const discard = (): void => {
    writeDraft(name, null);
    form.setFieldsValue(initial as never);
    setRestored(false);
  };
  return { form, initial: { ...initial, ...kept.current }, restored, busy, problem, finish, changed, discard };
}

/** An antd form in our ways: labels above, checked on blur, the draft kept, one main button. */
export function DraftFormView<T extends object>(props: {
  draft: DraftForm<T>;
  submit: string;
  onCancel?: () => void;
  children: ReactNode;
  extra?: ReactNode;
  /** The page has a main action of its own. */ quiet?: boolean;
}): ReactNode {
  const text = useT(),
    { draft } = props;
  return (
    <Form<T>
      form={draft.form}
      layout="vertical"
      initialValues={draft.initial as object}
      requiredMark={(label, info) => (
        <>
          {label}
          {!info.required && <span className="quiet">&nbsp;{text("m.optional")}</span>}
        </>
      )}
      validateTrigger="onBlur"
      scrollToFirstError={{ block: "center" }}
      onFinish={(v) => {
        void draft.finish(v);
      }}
      onValuesChange={(_, all) => draft.changed(all as Partial<T>)}
      className="form"
    >
      {draft.restored && draft.problem === null && (
        <div className="note" role="status">
          <div className="body">
            {text("m.draft-restored")}{" "}
            <button type="button" className="link" onClick={draft.discard}>
              {text("m.draft-discard")}
            </button>
          </div>
        </div>
      )}
      {draft.problem !== null && <ProblemNote error={draft.problem} />}
      {props.children}
      <div className="form-end">
        {props.onCancel !== undefined && (
          <button type="button" className="button" onClick={props.onCancel}>
            {text("action.cancel")}
          </button>
        )}
        {props.extra}
        <button type="submit" className={props.quiet === true ? "button" : "button main"} disabled={draft.busy}>
          {draft.busy && <span className="busy" aria-hidden="true" />}
          {props.submit}
        </button>
      </div>
    </Form>
  );
}

/** Says at once that a draft ends with the page that made it (another row is opened). */
export function useForgetDraft(name: string, when: boolean): void {
  useEffect(() => {
    if (when) writeDraft(name, null);
  }, [name, when]);
}

// Wall-clock times of the venue (China has one zone without summer time): kept as text, so that a draft is plain JSON.
export const asDayjs = {
  getValueProps: (v: unknown) => ({ value: typeof v === "string" && v !== "" ? dayjs(v) : null }),
  normalize: (v: Dayjs | null) => (v === null || v === undefined ? null : v.format("YYYY-MM-DDTHH:mm")),
};
export const asDay = {
  getValueProps: asDayjs.getValueProps,
  normalize: (v: Dayjs | null) => (v === null || v === undefined ? null : v.format("YYYY-MM-DD")),
};
/** "2026-11-23T19:30" at the venue → RFC 3339 */
export const atVenue = (wall: string): string => `${wall}:00+08:00`;
/** RFC 3339 → "2026-11-23T19:30" at the venue */
export const toWall = (at: string): string => new Date(new Date(at).getTime() + 8 * 3_600_000).toISOString().slice(0, 16);
/** The venue's calendar day of a moment. */
export const dayOf = (at: Date | string): string => toWall(typeof at === "string" ? at : at.toISOString()).slice(0, 10);
