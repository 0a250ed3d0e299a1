import { useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { isUnder14, KINDS, nameFault, numberFault, type Fault, type Person } from "../shop/people.ts";

/** Document and name of one visitor. onTyped takes what a reader typed into the number's field and says whether it was a card. */
export function PersonFields(props: {
  nth: number;
  person: Person;
  tried: boolean;
  told: readonly (string | undefined)[];
  onPut: (part: Partial<Person>) => void;
  onTyped: (text: string) => boolean;
}): ReactNode {
  const text = useT(),
    { nth, person, tried } = props,
    now = new Date();
  const words = (f: Fault | null): string | null =>
    f === null
      ? null
      : text(
          f.key,
          f.params === undefined ? {} : { ...f.params, ...(typeof f.params["form"] === "string" ? { form: text(f.params["form"]) } : {}) },
        );
  return (
    <div className="who">
      <select
        aria-label={`${text("counter.kind")} ${nth + 1}`}
        value={person.kind}
        onChange={(e) => props.onPut({ kind: e.currentTarget.value })}
      >
        {KINDS.map((k) => (
          <option key={k} value={k}>
            {text(`shop.doc.${k}`)}
          </option>
        ))}
      </select>
      <input
        id={`d-${nth}`}
        aria-label={`${text("counter.number")} ${nth + 1}`}
        placeholder={text("counter.number")}
        autoFocus={nth === 0}
        autoComplete="off"
        value={person.number}
        aria-invalid={tried && numberFault(person.kind, person.number, now) !== null}
        onChange={(e) => {
          const v = e.currentTarget.value;
          if (!props.onTyped(v)) props.onPut({ number: v.toUpperCase() });
        }}
      />
      <input
        id={`n-${nth}`}
        aria-label={`${text("counter.name")} ${nth + 1}`}
        placeholder={text("counter.name")}
        autoComplete="off"
        value={person.name}
        aria-invalid={tried && nameFault(person.name) !== null}
        onChange={(e) => props.onPut({ name: e.currentTarget.value })}
      />
      {isUnder14(person, now) && (
        <label className="check">
          <input type="checkbox" checked={person.guardian} onChange={(e) => props.onPut({ guardian: e.currentTarget.checked })} />
          {text("counter.guardian")}
        </label>
      )}
      {[
        ...props.told,
        ...(tried || person.number.length >= 18
          ? [person.number === "" && !tried ? null : words(numberFault(person.kind, person.number, now))]
          : []),
        ...(tried ? [words(nameFault(person.name)), isUnder14(person, now) && !person.guardian ? text("shop.bad.guardian") : null] : []),
      ]
        .filter((w) => w != null)
        .map((w) => (
          <span key={w} className="error" role="alert">
            {w}
          </span>
        ))}
    </div>
  );
}
