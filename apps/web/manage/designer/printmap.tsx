/** The drawing on the printed sheet: vectors in the plan's millimetres. Colours carry the zones, letters carry them in black and white. */
import type { Box } from "@parterre/geometry";
import { categoryNumbers, categoryOfObjects, type Editor } from "@parterre/planeditor";
import type { Seat, SeatKind, Shape, View } from "@parterre/planmodel";
import { rowEndsOf, zoneLetter } from "@parterre/planrender";
import { memo, type ReactNode } from "react";

const INK = "#1f2329",
  LINE = "#8a929c",
  R = 215;
/** A map with more seats is printed as coloured dots with the sections' names: their numbers would be specks. */
export const NUMBERED = 6000;

const levelOfSection = (editor: Editor, id: string): string | undefined => editor.plan.sections.get(id)?.level;
const shown = (editor: Editor, level: string | undefined): boolean =>
  editor.level === null || level === undefined || level === editor.level;

/** The seats of the sheet: all, or those of the level that is shown alone. */
export function seatsToPrint(editor: Editor): readonly Seat[] {
  const { plan, level } = editor,
    all = [...plan.seats.values()];
  if (level === null) return all;
  const of = new Map<number, string | undefined>();
  for (const t of plan.tables.values()) for (const id of t.seats) of.set(id, levelOfSection(editor, t.section));
  for (const b of plan.boxes.values()) for (const id of b.seats) of.set(id, b.level);
  return all.filter((s) => (s.row === null ? of.get(s.id) : levelOfSection(editor, plan.rows.get(s.row)!.section)) === level);
}

/** What the sheet shows, with a margin for the labels at its edge. */
export function boxToPrint(editor: Editor): Box {
  const { plan } = editor,
    xs: number[] = [],
    ys: number[] = [];
  const take = (x: number, y: number, r = 0): void => {
    xs.push(x - r, x + r);
    ys.push(y - r, y + r);
  };
  for (const s of seatsToPrint(editor)) take(s.x, s.y, R);
  for (const s of plan.sections.values()) if (shown(editor, s.level)) for (const p of s.outline) take(...p);
  for (const b of plan.boxes.values()) if (shown(editor, b.level)) for (const p of b.outline) take(...p);
  for (const a of plan.areas.values()) if (shown(editor, levelOfSection(editor, a.section))) for (const p of a.outline) take(...p);
  for (const t of plan.tables.values()) if (shown(editor, levelOfSection(editor, t.section))) take(t.x, t.y, t.radius);
  for (const s of plan.shapes.values())
    if (shown(editor, s.level)) {
      for (const p of s.outline ?? []) take(...p);
      if (s.at !== undefined) take(...s.at);
    }
  if (xs.length === 0) return editor.extent;
  const low = (list: readonly number[]): number => list.reduce((a, b) => Math.min(a, b)),
    high = (list: readonly number[]): number => list.reduce((a, b) => Math.max(a, b)),
    margin = Math.max(900, (high(xs) - low(xs)) / 60);
  return [low(xs) - margin, low(ys) - margin, high(xs) + margin, high(ys) + margin];
}

/** Black or white, whichever stands out from the colour (WCAG relative luminance). */
export function inkOn(colour: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const v = parseInt(colour.slice(i, i + 2), 16) / 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (l + 0.05) >= (l + 0.05) / 0.05 ? "#ffffff" : INK;
}

/** The body of a seat by its kind, round the origin. */
export function KindMark({ kind, fill }: { kind: SeatKind; fill: string }): ReactNode {
  const line = { fill, stroke: INK, strokeWidth: 22 };
  switch (kind) {
    case "accessible":
      return <rect x={-R} y={-R} width={2 * R} height={2 * R} rx={50} {...line} strokeWidth={50} />;
    case "companion":
      return <circle r={R} {...line} strokeWidth={40} strokeDasharray="90 60" />;
    case "couple-left":
      return <path d={`M ${R + 55} ${-R} H 0 A ${R} ${R} 0 0 0 0 ${R} H ${R + 55} Z`} {...line} />;
    case "couple-right":
      return <path d={`M ${-R - 55} ${-R} H 0 A ${R} ${R} 0 0 1 0 ${R} H ${-R - 55} Z`} {...line} />;
    case "sofa":
      return <rect x={-R - 35} y={-R} width={2 * R + 70} height={2 * R} rx={130} {...line} strokeWidth={40} />;
    default:
      return <circle r={R} {...line} />;
  }
}

/** Half a disc for a partial view, a whole one for a blocked one, at the seat's upper right. */
export function ViewMark({ view }: { view: View }): ReactNode {
  if (view === "clear") return null;
  return view === "partial" ? (
    <path d={`M ${R} ${-R - 70} a 70 70 0 0 0 0 140 Z`} fill={INK} />
  ) : (
    <circle cx={R} cy={-R} r={70} fill={INK} stroke="#fff" strokeWidth={16} />
  );
}

const ring = (p: readonly (readonly [number, number])[]): string => p.map(([x, y]) => `${x},${y}`).join(" ");
const middle = (p: readonly (readonly [number, number])[]): readonly [number, number] => {
  const xs = p.map((q) => q[0]),
    ys = p.map((q) => q[1]);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
};

/** Where an outline's front edge meets its middle line: of a fan that is in the arc, not at its wings. */
export function frontOf(outline: readonly (readonly [number, number])[]): readonly [number, number] {
  const x = middle(outline)[0];
  let y = Infinity;
  outline.forEach((a, i) => {
    const b = outline[(i + 1) % outline.length]!;
    if (a[0] === b[0] ? a[0] !== x : (a[0] - x) * (b[0] - x) > 0) return;
    const t = a[0] === b[0] ? 0 : (x - a[0]) / (b[0] - a[0]);
    y = Math.min(y, a[1] + t * (b[1] - a[1]));
  });
  return [x, Number.isFinite(y) ? y : Math.min(...outline.map((p) => p[1]))];
}

/** The whole drawing: ground, seats, names. */
export function PrintedMap({ editor, box }: { editor: Editor; box: Box }): ReactNode {
  const seats = seatsToPrint(editor),
    numbered = seats.length <= NUMBERED;
  return (
    <svg
      viewBox={`${box[0]} ${box[1]} ${box[2] - box[0]} ${box[3] - box[1]}`}
      fontFamily="Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
      textAnchor="middle"
      dominantBaseline="central"
    >
      <Ground editor={editor} size={(box[2] - box[0]) / 45} />
      {numbered ? <NumberedSeats editor={editor} seats={seats} /> : <Dots editor={editor} seats={seats} />}
      {numbered && <RowNames editor={editor} />}
      <Names editor={editor} size={(box[2] - box[0]) / (numbered ? 75 : 110)} plates={!numbered} />
    </svg>
  );
}

/** Sections, areas, boxes, tables and shapes with the names that stand inside them. size: of the stage's name, mm. */
function Ground({ editor, size }: { editor: Editor; size: number }): ReactNode {
  const { plan } = editor,
    zone = categoryOfObjects(editor);
  return (
    <g fill="#f7f8f9" stroke={LINE} strokeWidth={size / 28}>
      {[...plan.shapes.values()].filter((s) => s.outline !== undefined && shown(editor, s.level)).map((s) => shape(s, size))}
      {[...plan.sections.values()]
        .filter((s) => shown(editor, s.level))
        .map((s) => (
          <polygon key={s.id} points={ring(s.outline)} />
        ))}
      {[...plan.boxes.values()]
        .filter((b) => shown(editor, b.level))
        .map((b) => (
          <polygon key={b.id} points={ring(b.outline)} fill="#fff" />
        ))}
      {[...plan.areas.values()]
        .filter((a) => shown(editor, levelOfSection(editor, a.section)))
        .map((a) => {
          const [x, y] = middle(a.outline),
            colour = plan.categories.get(zone.get(a.id) ?? "")?.color;
          return (
            <g key={a.id}>
              <polygon
                points={ring(a.outline)}
                fill={colour ?? "#fff"}
                fillOpacity={colour === undefined ? 1 : 0.25}
                stroke={colour ?? LINE}
              />
              <text x={x} y={y} fontSize={size * 0.7} fill={INK} stroke="none">
                {a.label} {a.capacity}
              </text>
            </g>
          );
        })}
      {[...plan.tables.values()]
        .filter((t) => shown(editor, levelOfSection(editor, t.section)))
        .map((t) => (
          <g key={t.id}>
            <circle cx={t.x} cy={t.y} r={t.radius} fill="#e3e6ea" strokeWidth={t.whole ? 60 : 20} />
            <text x={t.x} y={t.y} fontSize={Math.min(420, t.radius * 0.5)} fill={INK} stroke="none">
              {t.label}
            </text>
          </g>
        ))}
    </g>
  );
}

function shape(s: Shape, size: number): ReactNode {
  const [x, y] = middle(s.outline!),
    ys = s.outline!.map((p) => p[1]),
    most = (Math.max(...ys) - Math.min(...ys)) * 0.75,
    open = s.kind === "aisle" || s.kind === "buffer";
  return (
    <g key={s.id}>
      <polygon
        points={ring(s.outline!)}
        fill={open || s.kind === "wall" ? "none" : "#e3e6ea"}
        strokeDasharray={open ? `${size / 4} ${size / 6}` : undefined}
      />
      {s.text !== undefined && (
        <text
          x={x}
          y={y}
          fontSize={Math.min(most, s.kind === "stage" || s.kind === "screen" ? size : size * 0.5)}
          fontWeight={600}
          fill={INK}
          stroke="none"
        >
          {s.text}
        </text>
      )}
    </g>
  );
}

/** Every seat with its number and its zone's letter. */
const NumberedSeats = memo(function NumberedSeats({ editor, seats }: { editor: Editor; seats: readonly Seat[] }): ReactNode {
  const numbers = categoryNumbers(editor),
    colours = [...editor.plan.categories.values()].map((c) => c.color);
  return (
    <g>
      {seats.map((s) => {
        const zone = numbers[editor.model.rankOf.get(s.id)!] ?? 0,
          fill = zone === 0 ? "#ffffff" : colours[zone - 1]!,
          ink = zone === 0 ? INK : inkOn(fill),
          size = s.number.length > 3 ? 110 : s.number.length > 2 ? 150 : 190;
        return (
          <g key={s.id} transform={`translate(${s.x} ${s.y})`}>
            <KindMark kind={s.kind} fill={fill} />
            <ViewMark view={s.view} />
            <text y={zone === 0 ? 0 : -38} fontSize={size} fontWeight={600} fill={ink}>
              {s.number}
            </text>
            {zone > 0 && (
              <text y={108} fontSize={110} fill={ink}>
                {zoneLetter(zone - 1)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
});

/** One path for each zone: a stadium's sheet stays small. */
function Dots({ editor, seats }: { editor: Editor; seats: readonly Seat[] }): ReactNode {
  const numbers = categoryNumbers(editor),
    colours = [LINE, ...[...editor.plan.categories.values()].map((c) => c.color)],
    paths = new Map<number, string[]>();
  for (const s of seats) {
    const zone = numbers[editor.model.rankOf.get(s.id)!] ?? 0,
      list = paths.get(zone),
      dot = `M${s.x} ${s.y}h0`;
    if (list === undefined) paths.set(zone, [dot]);
    else list.push(dot);
  }
  return (
    <g fill="none" strokeWidth={2 * R} strokeLinecap="round">
      {[...paths].map(([zone, list]) => (
        <path key={zone} d={list.join("")} stroke={colours[zone]} />
      ))}
    </g>
  );
}

/** The rows' names beyond their ends. */
function RowNames({ editor }: { editor: Editor }): ReactNode {
  const { model, plan } = editor,
    ends = rowEndsOf(model),
    { x, y } = model.seats;
  return (
    <g fontSize={220} fill="#59616b">
      {model.rows.flatMap((row, r) => {
        const section = plan.rows.get(row.id)?.section;
        if (section === undefined || !shown(editor, levelOfSection(editor, section))) return [];
        return [r * 2, r * 2 + 1].map((at) => {
          const rank = ends.rank[at]!;
          if (rank < 0) return null;
          const far = R + 120 + 75 * row.label.length;
          return (
            <text key={at} x={x[rank]! + ends.out[at * 2]! * far} y={y[rank]! + ends.out[at * 2 + 1]! * far}>
              {row.label}
            </text>
          );
        });
      })}
    </g>
  );
}

/** Names of sections, boxes and entrances, with white round them so that they can be read over lines. plates: sections in their middle, with their zone's letter. */
function Names({ editor, size, plates }: { editor: Editor; size: number; plates: boolean }): ReactNode {
  const { plan } = editor,
    sections = [...plan.sections.values()].filter((s) => shown(editor, s.level)),
    halo = { paintOrder: "stroke", stroke: "#fff", strokeWidth: size / 4, strokeLinejoin: "round" } as const;
  return (
    <g fill={INK} fontSize={size} {...halo}>
      {(plates || sections.length > 1) &&
        sections.map((s) => {
          const [x, y] = plates ? middle(s.outline) : frontOf(s.outline);
          return (
            <text key={s.id} x={x} y={plates ? y : y - size * 0.6} fontWeight={600}>
              {s.label}
            </text>
          );
        })}
      {!plates &&
        [...plan.boxes.values()]
          .filter((b) => shown(editor, b.level))
          .map((b) => {
            const [x, y] = middle(b.outline);
            return (
              <text key={b.id} x={x} y={y} fontSize={Math.min(size, 190)} strokeWidth={40}>
                {b.name}
              </text>
            );
          })}
      {[...plan.shapes.values()]
        .filter((s) => s.at !== undefined && s.text !== undefined && shown(editor, s.level))
        .map((s) => (
          <text
            key={s.id}
            x={s.at![0]}
            y={s.at![1]}
            fontWeight={s.kind === "entrance" ? 600 : 400}
            transform={s.rotation === undefined ? undefined : `rotate(${s.rotation} ${s.at![0]} ${s.at![1]})`}
          >
            {s.kind === "entrance" ? "▸ " : ""}
            {s.text}
          </text>
        ))}
    </g>
  );
}
