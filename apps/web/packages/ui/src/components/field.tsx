import { useState, type ReactNode } from "react";

export interface FieldProps {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: string;
  readonly autoComplete?: string;
  readonly inputMode?: "text" | "numeric" | "tel" | "decimal";
  readonly error?: string | null;
  readonly hint?: string;
  readonly children?: ReactNode;
  /** Checked when the field is left; the sentence to show, or null. */
  readonly validate?: (value: string) => string | null;
}

/** A labelled input with its error beside it. A validate error shows on blur and goes as soon as it is mended. */
export function Field(props: FieldProps): ReactNode {
  const [left, setLeft] = useState(false);
  const error = props.error ?? (left ? (props.validate?.(props.value) ?? null) : null),
    note = `${props.id}-note`;
  return (
    <div className="field">
      <label htmlFor={props.id}>{props.label}</label>
      <div className="box">
        <input
          id={props.id}
          name={props.name}
          type={props.type ?? "text"}
          value={props.value}
          autoComplete={props.autoComplete ?? "off"}
          inputMode={props.inputMode}
          aria-invalid={error !== null}
          aria-describedby={error !== null || props.hint !== undefined ? note : undefined}
          onChange={(e) => props.onChange(e.currentTarget.value)}
          onBlur={() => setLeft(true)}
        />
        {props.children}
      </div>
      {error !== null ? (
        <span id={note} className="error" role="alert">
          {error}
        </span>
      ) : props.hint !== undefined ? (
        <span id={note} className="quiet">
          {props.hint}
        </span>
      ) : null}
    </div>
  );
}
