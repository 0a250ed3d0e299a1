import { boxOf, union } from "@parterre/geometry";
import { GENERATORS, GenerateError, ghostOf, insertPlan, type Parameters } from "@parterre/planeditor";
import type { Plan } from "@parterre/planmodel";
import { format } from "@parterre/ui";
import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useEditor, useWords } from "./context.tsx";
import { Choice, NumberField } from "./fields.tsx";

const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  rows: ["排数", "Rows"],
  radius: ["首排半径", "Radius of row 1"],
  halfAngle: ["半扇角", "Half angle"],
  seatPitch: ["座距", "Seat pitch"],
  rowPitch: ["排距", "Row pitch"],
  stageWidth: ["舞台宽", "Stage width"],
  stageDepth: ["舞台深", "Stage depth"],
  balconies: ["楼座层数", "Balconies"],
  balconyRows: ["楼座排数", "Balcony rows"],
  boxes: ["每侧包厢", "Boxes each side"],
  accessible: ["无障碍席", "Wheelchair places"],
  centre: ["中区座位", "Centre seats"],
  side: ["边区座位", "Side seats"],
  curve: ["弧半径", "Curve radius"],
  couplePairs: ["情侣座对数", "Couple pairs"],
  frontRows: ["正面排数", "Front rows"],
  sideRows: ["侧面排数", "Side rows"],
  tiers: ["看台层数", "Tiers"],
  sections: ["每层分区", "Sections a tier"],
  gates: ["检票门", "Gates"],
  pitchLength: ["场地长", "Pitch length"],
  pitchBreadth: ["场地宽", "Pitch breadth"],
  upperRows: ["上层排数", "Upper rows"],
  floorRows: ["内场排数", "Floor rows"],
  floorSeats: ["内场每排", "Floor seats a row"],
  floorColumns: ["内场列数", "Floor columns"],
  floorDeep: ["内场进深", "Floor blocks deep"],
};

/** A hall from numbers, seen while one changes them; put into the plan as one step. */
export function GeneratePanel(props: { onDone: () => void }): ReactNode {
  const editor = useEditor("document"),
    say = useWords(),
    [kind, setKind] = useState("theatre"),
    [values, setValues] = useState<Readonly<Record<string, Parameters>>>({});
  const generator = GENERATORS.find((g) => g.id === kind)!,
    parameters = values[kind] ?? generator.defaults,
    late = useDeferredValue(parameters);
  const made = useMemo((): { plan: Plan | null; fault: GenerateError | null } => {
    try {
      return { plan: generator.make(late), fault: null };
    } catch (e) {
      if (e instanceof GenerateError) return { plan: null, fault: e };
      throw e;
    }
  }, [generator, late]);
  // On the canvas, where it would stand, while one changes the numbers.
  const { plan } = made,
    version = editor.version("document"),
    fitted = useRef<string | null>(null);
  useEffect(() => {
    if (plan === null || editor.readOnly) {
      editor.setGhost(null);
      return;
    }
    const ghost = ghostOf(editor, plan);
    editor.setGhost(ghost);
    if (fitted.current === kind) return;
    fitted.current = kind; // once for each kind: a picture that jumps at every number helps nobody
    editor.fit(
      union(
        editor.plan.seats.size === 0 && editor.plan.shapes.size === 0 ? null : editor.extent,
        boxOf([...ghost.dots, ...ghost.rings.flat()]),
      ) ?? editor.extent,
    );
  }, [editor, plan, version, kind]);
  useEffect(() => () => editor.setGhost(null), [editor]);
  return (
    <section className="d-panel" aria-label={say("生成厅堂", "Generate a hall")}>
      <h2>{say("生成厅堂", "Generate a hall")}</h2>
      <Choice
        label={say("类型", "Kind")}
        value={kind}
        options={GENERATORS.map((g) => [g.id, say(g.zh, g.en)] as const)}
        onChange={setKind}
      />
      <Picture plan={made.plan} />
      {made.plan !== null && (
        <p>
          <strong>{say(`${format.count(made.plan.seats.size)} 个座位`, `${format.count(made.plan.seats.size)} seats`)}</strong>{" "}
          <span className="quiet">
            {say(
              `${made.plan.rows.size} 排，${made.plan.sections.size} 个分区`,
              `${made.plan.rows.size} rows, ${made.plan.sections.size} sections`,
            )}
          </span>
        </p>
      )}
      {made.fault !== null && (
        <p className="d-fault" role="alert">
          {say(
            `${NAMES[made.fault.parameter]?.[0] ?? made.fault.parameter}须在 ${made.fault.low} 与 ${made.fault.high} 之间。`,
            `${NAMES[made.fault.parameter]?.[1] ?? made.fault.parameter} must lie between ${made.fault.low} and ${made.fault.high}.`,
          )}
        </p>
      )}
      <fieldset className="d-set">
        <legend>{say("参数（毫米、度）", "Parameters (mm, degrees)")}</legend>
        {Object.entries(parameters).map(([name, value]) => (
          <NumberField
            key={`${kind}.${name}`}
            label={say(...(NAMES[name] ?? [name, name]))}
            value={value}
            min={0}
            max={1_000_000}
            onChange={(v) => setValues({ ...values, [kind]: { ...parameters, [name]: v } })}
          />
        ))}
      </fieldset>
      <button
        type="button"
        className="button main"
        disabled={editor.readOnly || made.plan === null}
        onClick={() => {
          if (made.plan !== null) {
            editor.setGhost(null);
            insertPlan(editor, made.plan);
            props.onDone();
          }
        }}
      >
        {editor.plan.seats.size === 0 ? say("放进座位图", "Put into the plan") : say("放在现有内容右侧", "Put beside what is drawn")}
      </button>
    </section>
  );
}

function Picture(props: { plan: Plan | null }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null),
    say = useWords(),
    W = 512,
    H = 320;
  useEffect(() => {
    const ctx = canvas.current!.getContext("2d")!,
      style = getComputedStyle(canvas.current!);
    ctx.clearRect(0, 0, W, H);
    if (props.plan === null) return;
    const [x0, y0, x1, y1] = props.plan.doc.get("doc")!.bounds,
      k = Math.min(W / (x1 - x0), H / (y1 - y0)),
      ox = (W - (x1 - x0) * k) / 2 - x0 * k,
      oy = (H - (y1 - y0) * k) / 2 - y0 * k;
    ctx.fillStyle = style.getPropertyValue("--line");
    for (const s of props.plan.shapes.values())
      if (s.outline !== undefined && s.kind !== "wall") {
        ctx.beginPath();
        for (const [x, y] of s.outline) ctx.lineTo(x * k + ox, y * k + oy);
        ctx.fill();
      }
    const colour = new Map<number, string>();
    for (const c of props.plan.categories.values())
      for (const [a, z] of c.seats ?? []) for (let i: number = a; i <= z; i++) colour.set(i, c.color);
    const size = Math.max(1.2, 420 * k);
    for (const s of props.plan.seats.values()) {
      ctx.fillStyle = colour.get(s.id) ?? "#888";
      ctx.fillRect(s.x * k + ox - size / 2, s.y * k + oy - size / 2, size, size);
    }
  }, [props.plan]);
  return <canvas ref={canvas} className="d-picture" width={W} height={H} role="img" aria-label={say("预览", "Preview")} />;
}
