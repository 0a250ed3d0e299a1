import { seatName, unitOf, type MapModel } from "@parterre/planrender";
import { SEAT_KINDS, VIEWS } from "@parterre/planmodel";
import { useEffect, useId, useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import { useLanguage, useT } from "../i18n.ts";
import { term } from "../places.ts";
import { listMove, rowGroups, sectionGroups } from "../seatlist.ts";

export interface SeatListProps {
  readonly model: MapModel;
  /** Wire states by rank; give a new array or a new `version` when they change. */
  readonly states: Uint8Array;
  readonly version: number;
  readonly mine: ReadonlySet<number>;
  /** The zone's name and price for a seat, as text. */
  readonly priceOf?: (rank: number) => string;
  readonly onToggle: (rank: number) => void;
  /** The list moves to this seat when it changes (the map's focus). */
  readonly focus?: number;
}

/** Section, row, seat: the map for keyboards and screen readers. Three lists, arrows inside, Tab between, Enter or space chooses. */
export function SeatList(props: SeatListProps): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { model, states, version } = props;
  const sections = useMemo(() => sectionGroups(model, states), [model, states, version]);
  const [section, setSection] = useState(0),
    [row, setRow] = useState(0),
    [seat, setSeat] = useState(0);
  const chosen = sections[Math.min(section, sections.length - 1)];
  const rows = useMemo(() => (chosen === undefined ? [] : rowGroups(model, chosen, states)), [model, chosen, states]);
  const line = rows[Math.min(row, rows.length - 1)];
  useEffect(() => {
    const rank = props.focus ?? -1;
    if (rank < 0) return;
    const s = sections.findIndex((g) => g.key === model.section[rank]);
    if (s < 0) return;
    const found = rowGroups(model, sections[s]!, states),
      r = found.findIndex((g) => g.key === model.seats.row[rank]);
    setSection(s);
    setRow(Math.max(0, r));
    setSeat(Math.max(0, found[r]?.ranks.indexOf(rank) ?? 0));
    // Only a new focus moves the list; new states must not pull it away from the reader.
  }, [props.focus]);
  const describe = (rank: number): string => {
    const parts = [text(props.mine.has(rank) ? "seat.mine" : `seat.${["free", "held", "sold", "off"][states[rank]!]}`)];
    const kind = SEAT_KINDS[model.seats.kind[rank]!]!,
      view = VIEWS[model.seats.view[rank]!]!,
      note = model.seats.extras.get(rank)?.note;
    if (kind !== "normal") parts.push(text(`seat.${kind}`));
    if (unitOf(model, rank).length > 1) parts.push(text("seat.unit", { n: unitOf(model, rank).length }));
    if (view !== "clear") parts.push(text(`view.${view}`));
    if (note != null) parts.push(note);
    if (props.priceOf !== undefined && states[rank] === 0) parts.push(props.priceOf(rank));
    return parts.join(" · ");
  };
  const pick = (rank: number | undefined): void => {
    if (rank !== undefined && (states[rank] === 0 || props.mine.has(rank))) props.onToggle(rank);
  };
  return (
    <div className="seat-list" role="group" aria-label={text("seats.list")}>
      <ListBox
        title={text("seats.sections")}
        at={section}
        onMove={(i) => {
          setSection(i);
          setRow(0);
          setSeat(0);
        }}
        items={sections.map((g) => ({
          key: g.key,
          label: (g.label === g.level || g.level === "" ? [g.label] : [g.level, g.label === "" ? text("seats.boxes") : g.label])
            .map((x) => term(x, lang))
            .join(" "),
          side: text("seats.free-count", { n: g.free }),
        }))}
      />
      <ListBox
        title={text("seats.rows")}
        at={row}
        onMove={(i) => {
          setRow(i);
          setSeat(0);
        }}
        items={rows.map((g) => ({ key: g.key, label: term(g.label, lang), side: text("seats.free-count", { n: g.free }) }))}
      />
      <ListBox
        title={text("seats.list")}
        at={seat}
        onMove={setSeat}
        multi
        onChoose={(i) => pick(line?.ranks[i])}
        items={(line?.ranks ?? []).map((rank) => ({
          key: rank,
          label: seatName(model, rank).number,
          side: describe(rank),
          selected: props.mine.has(rank),
          off: states[rank] !== 0 && !props.mine.has(rank),
        }))}
      />
    </div>
  );
}

interface Item {
  readonly key: number;
  readonly label: string;
  readonly side: string;
  readonly selected?: boolean;
  readonly off?: boolean;
}

function ListBox(props: {
  title: string;
  items: readonly Item[];
  at: number;
  onMove: (i: number) => void;
  onChoose?: (i: number) => void;
  multi?: boolean;
}): ReactNode {
  const id = useId(),
    at = Math.min(props.at, props.items.length - 1),
    labels = props.items.map((i) => i.label);
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const press = (e: KeyboardEvent): void => {
    if ((e.key === "Enter" || e.key === " ") && at >= 0) {
      e.preventDefault();
      props.onChoose?.(at);
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const to = listMove(e.key, at, labels);
    if (to >= 0) {
      e.preventDefault();
      props.onMove(to);
    }
  };
  return (
    <div>
      <h3 id={`${id}-title`}>{props.title}</h3>
      <div
        role="listbox"
        tabIndex={0}
        aria-labelledby={`${id}-title`}
        aria-multiselectable={props.multi === true || undefined}
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        onKeyDown={press}
      >
        {props.items.map((item, i) => (
          <div
            key={item.key}
            id={`${id}-${i}`}
            role="option"
            aria-selected={props.multi === true ? item.selected === true : i === at}
            aria-disabled={item.off === true || undefined}
            data-active={i === at || undefined}
            onClick={() => {
              props.onMove(i);
              props.onChoose?.(i);
            }}
          >
            <span>{item.label}</span>
            <span className="quiet">{item.side}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
