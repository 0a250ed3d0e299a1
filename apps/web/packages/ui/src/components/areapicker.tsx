import { useEffect, useRef, type ReactNode } from "react";
import { useT } from "../i18n.ts";

/** A standing area (站席) with what is left of it and how many of it are chosen. */
export interface AreaItem {
  /** As holds name it. */
  readonly id: number;
  readonly label: string;
  readonly free: number;
  readonly mine: number;
  /** The price as text. */
  readonly price: string;
  readonly colour?: string;
  readonly letter?: string;
  /** Not on sale here. */
  readonly off: boolean;
}

/** Standing places are taken by count. room: how many more places may be chosen in all; focus: the area that was tapped on the map. */
export function AreaPicker(props: {
  areas: readonly AreaItem[];
  room: number;
  onCount: (id: number, n: number) => void;
  focus?: number | null;
}): ReactNode {
  const text = useT(),
    list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (props.focus == null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-area="${props.focus}"]`);
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector<HTMLButtonElement>("button:not([disabled]):last-of-type")?.focus({ preventScroll: true });
  }, [props.focus]);
  if (props.areas.length === 0) return null;
  return (
    <section className="areas" aria-label={text("area.title")}>
      <h3>{text("area.title")}</h3>
      <ul ref={list}>
        {props.areas.map((a) => (
          <li key={a.id} data-area={a.id} data-focus={a.id === props.focus || undefined} data-mine={a.mine > 0 || undefined}>
            {a.letter !== undefined && (
              <i className="swatch" style={{ background: a.colour }} aria-hidden="true">
                {a.letter}
              </i>
            )}
            <span className="name">
              {a.label}
              <small className="quiet">
                {a.off
                  ? text("seat.off")
                  : a.free === 0 && a.mine === 0
                    ? text("area.none")
                    : `${a.price} · ${text("area.left", { n: a.free })}`}
              </small>
            </span>
            {!a.off && (
              <span className="stepper" role="group" aria-label={`${a.label} ${a.price}`}>
                <button
                  type="button"
                  className="button"
                  aria-label={text("area.less", { name: a.label })}
                  disabled={a.mine === 0}
                  onClick={() => props.onCount(a.id, a.mine - 1)}
                >
                  −
                </button>
                <output aria-live="polite" aria-label={text("area.chosen", { name: a.label, n: a.mine })}>
                  {a.mine}
                </output>
                <button
                  type="button"
                  className="button"
                  aria-label={text("area.more", { name: a.label })}
                  disabled={props.room <= 0 || a.mine >= a.free}
                  onClick={() => props.onCount(a.id, a.mine + 1)}
                >
                  +
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
