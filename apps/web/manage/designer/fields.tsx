import { useEffect, useId, useState, type ReactNode } from "react";

/** A whole number with its unit; kept on Enter or when the field is left, and only when it is in range. */
export function NumberField(props: {
  label: string;
  value: number;
  min: number;
  max: number;
  unit?: string;
  hint?: string;
  mixed?: boolean;
  onChange: (value: number) => void;
}): ReactNode {
  const id = useId(),
    [text, setText] = useState(String(props.value)),
    [bad, setBad] = useState(false);
  useEffect(() => {
    setText(props.mixed === true ? "" : String(props.value));
    setBad(false);
  }, [props.value, props.mixed]);
  const keep = (): void => {
    const value = Number(text),
      ok = text.trim() !== "" && Number.isInteger(value) && value >= props.min && value <= props.max;
    setBad(!ok && text.trim() !== "");
    if (ok && (value !== props.value || props.mixed === true)) props.onChange(value);
    else if (text.trim() === "" && props.mixed !== true) setText(String(props.value));
  };
  return (
    <label className="d-inline" htmlFor={id} title={props.hint ?? `${props.min} – ${props.max}`}>
      <span>{props.label}</span>
      <input
        id={id}
        inputMode="numeric"
        value={text}
        placeholder={props.mixed === true ? "—" : undefined}
        aria-invalid={bad}
        onChange={(e) => setText(e.currentTarget.value)}
        onBlur={keep}
        onKeyDown={(e) => {
          if (e.key === "Enter") keep();
        }}
      />
      {props.unit !== undefined && <em>{props.unit}</em>}
    </label>
  );
}

/** A text that is kept on Enter or when the field is left. empty: whether it may be empty. */
export function TextField(props: {
  label: string;
  value: string;
  max: number;
  empty?: boolean;
  placeholder?: string;
  /** What is often meant; offered while one types. */
  suggest?: readonly string[];
  onChange: (value: string) => void;
}): ReactNode {
  const id = useId(),
    [text, setText] = useState(props.value);
  useEffect(() => setText(props.value), [props.value]);
  const keep = (): void => {
    const value = text.trim();
    if (value === props.value) {
      setText(value);
      return;
    }
    if (value === "" && props.empty !== true) setText(props.value);
    else props.onChange(value);
  };
  return (
    <label className="d-field" htmlFor={id}>
      <span>{props.label}</span>
      <input
        id={id}
        value={text}
        maxLength={props.max}
        placeholder={props.placeholder}
        list={props.suggest === undefined || props.suggest.length === 0 ? undefined : `${id}-list`}
        onChange={(e) => setText(e.currentTarget.value)}
        onBlur={keep}
        onKeyDown={(e) => {
          if (e.key === "Enter") keep();
        }}
      />
      {props.suggest !== undefined && props.suggest.length > 0 && (
        <datalist id={`${id}-list`}>
          {props.suggest.map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
    </label>
  );
}

export function Choice<T extends string>(props: {
  label: string;
  value: T | "";
  options: readonly (readonly [T, string])[];
  mixed?: string;
  onChange: (value: T) => void;
}): ReactNode {
  const id = useId();
  return (
    <label className="d-field" htmlFor={id}>
      <span>{props.label}</span>
      <select id={id} value={props.value} onChange={(e) => props.onChange(e.currentTarget.value as T)}>
        {props.value === "" && (
          <option value="" disabled>
            {props.mixed ?? "—"}
          </option>
        )}
        {props.options.map(([v, name]) => (
          <option key={v} value={v}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
