import {
  GUESS,
  proposeInSteps,
  seatsOf,
  setHeight,
  setRake,
  sightFrom,
  stageOf,
  takeProposals,
  viewOf,
  VIEW_LABELS,
  type Editor,
  type Guess,
  type Proposal,
  type Sight,
} from "@parterre/planeditor";
import { rakeOf, type Parapet, type Rake, type SeatId, type View } from "@parterre/planmodel";
import { format } from "@parterre/ui";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { showSeats } from "./bottom.tsx";
import { useEditor, useWords } from "./context.tsx";
import { Choice, NumberField, TextField } from "./fields.tsx";

/** Milliseconds of work between two looks at what else there is to do. */
const SLICE = 24;

/** The stage as seen from the selected seat with the heads and the parapet in front, the rakes that it is worked out of, and proposals. */
export function SightPanel(): ReactNode {
  const editor = useEditor("document", "selection"),
    say = useWords(),
    [guess, setGuess] = useState<Guess>(GUESS),
    version = editor.version("document");
  const seat = seatsOf(editor)[0],
    sight = useMemo(() => (seat === undefined ? null : sightFrom(editor, seat.id, guess)), [editor, seat, guess, version]);
  return (
    <section className="d-panel" aria-label={say("座位视角", "View from a seat")}>
      <h2>{say("座位视角", "View from a seat")}</h2>
      {seat === undefined ? (
        <p className="quiet">{say("选中一个座位，看它看到的舞台。", "Select a seat to see the stage from it.")}</p>
      ) : sight === null ? (
        <p className="quiet">
          {say("图上还没有舞台或银幕。先用图形工具（D）画一个。", "There is no stage or screen yet. Draw one with the shape tool (D).")}
        </p>
      ) : (
        <>
          <Scene sight={sight} />
          <dl className="d-facts">
            <div>
              <dt>{say("距离", "Distance")}</dt>
              <dd>{(sight.distance / 1000).toFixed(1)} m</dd>
            </div>
            <div>
              <dt>{say("偏角", "Angle")}</dt>
              <dd>{sight.angle}°</dd>
            </div>
            <div>
              <dt>{say("被挡", "Hidden")}</dt>
              <dd>{Math.round(sight.hidden * 100)}%</dd>
            </div>
            {sight.clearance !== null && (
              <div>
                <dt
                  title={say(
                    "视线从前排观众眼睛上方通过的高度；120 毫米可越过每一排。",
                    "How far the line of sight passes over the eye in front; 120 mm sees over every row.",
                  )}
                >
                  {say("C 值", "C value")}
                </dt>
                <dd>{sight.clearance} mm</dd>
              </div>
            )}
            {sight.byRail > 0 && (
              <div>
                <dt>{say("栏板挡", "By the rail")}</dt>
                <dd>{Math.round(sight.byRail * 100)}%</dd>
              </div>
            )}
          </dl>
          <p>
            {say("估计：", "Estimate: ")}
            <strong>{say(...VIEW_LABELS[viewOf(sight)])}</strong>{" "}
            <span className="quiet">
              {sight.known
                ? say("按图上的起坡计算", "from the plan's rakes")
                : say("起坡未填，按下面的假定计算", "no rake is given: from the guess below")}
            </span>
          </p>
        </>
      )}
      <RakeFields
        editor={editor}
        section={seat === undefined ? null : (editor.model.sections[editor.model.section[editor.model.rankOf.get(seat.id)!]!]?.id ?? null)}
      />
      <fieldset className="d-set">
        <legend>{say("没有填起坡的楼层，假定", "Levels without a rake are taken to have")}</legend>
        <NumberField
          label={say("每米升高", "Rise per metre")}
          unit="mm"
          value={guess.perMetre}
          min={0}
          max={800}
          onChange={(perMetre) => setGuess({ ...guess, perMetre })}
        />
        <NumberField
          label={say("每层高度", "Height per level")}
          unit="mm"
          value={guess.perLevel}
          min={0}
          max={15_000}
          onChange={(perLevel) => setGuess({ ...guess, perLevel })}
        />
        <NumberField
          label={say("舞台高", "Stage height")}
          unit="mm"
          value={guess.stageHeight}
          min={0}
          max={3000}
          onChange={(stageHeight) => setGuess({ ...guess, stageHeight })}
        />
      </fieldset>
      <Proposals editor={editor} guess={guess} version={version} />
    </section>
  );
}

const DEFAULT: Rake = { base: 0, slope: 110, curve: 2 };

/** How the floor rises: of a level, or of the section of the selected seat. Kept in the plan. */
function RakeFields({ editor, section }: { editor: Editor; section: string | null }): ReactNode {
  const say = useWords(),
    { plan } = editor,
    levels = [...plan.levels.values()].sort((a, b) => a.order - b.order),
    [where, setWhere] = useState("");
  const own = section === null ? undefined : plan.sections.get(section),
    options: (readonly [string, string])[] = [
      ...levels.map((l) => [`levels/${l.id}`, l.name] as const),
      ...(own === undefined ? [] : [[`sections/${own.id}`, say(`只是 ${own.label}`, `${own.label} alone`)] as const]),
    ];
  const at = options.some(([v]) => v === where) ? where : own !== undefined ? `levels/${own.level}` : (options[0]?.[0] ?? ""),
    [table, id] = at.split("/") as ["levels" | "sections", string | undefined];
  const stage = stageOf(editor);
  if (id === undefined) return null;
  const rake = plan[table].get(id)?.rake,
    inherited = table === "sections" ? rakeOf(plan, id) : undefined,
    put = (next: Rake | null): void => setRake(editor, { table, id }, next),
    stepped = rake?.steps !== undefined;
  const clean = (r: Rake): Rake => ({
    base: r.base,
    ...(r.slope ? { slope: r.slope } : {}),
    ...(r.curve ? { curve: r.curve } : {}),
    ...(r.steps?.length ? { steps: r.steps } : {}),
    ...(r.parapet ? { parapet: r.parapet } : {}),
  });
  const rail = (parapet: Parapet | null): void => {
    const { parapet: _, ...rest } = rake!;
    put(clean({ ...rest, ...(parapet === null ? {} : { parapet }) }));
  };
  return (
    <fieldset className="d-set" data-testid="rake">
      <legend>{say("起坡", "Rake")}</legend>
      <Choice label={say("楼层或分区", "Level or section")} value={at} options={options} onChange={setWhere} />
      {rake === undefined ? (
        <button
          type="button"
          className="button"
          onClick={() =>
            put(
              inherited ??
                (table === "levels" && (plan.levels.get(id)?.order ?? 0) > 0
                  ? { base: 4500, steps: [300], parapet: { height: 900, before: 700 } }
                  : DEFAULT),
            )
          }
        >
          {say("填写起坡", "Give its rake")}
        </button>
      ) : (
        <>
          <NumberField
            label={say("首排地面高", "Floor of row 1")}
            unit="mm"
            value={rake.base}
            min={-20_000}
            max={200_000}
            onChange={(base) => put({ ...rake, base })}
          />
          <Choice
            label={say("形式", "Form")}
            value={stepped ? "steps" : "slope"}
            options={[
              ["slope", say("坡度（可带曲线）", "Slope, perhaps curved")],
              ["steps", say("逐排台阶", "Steps by row")],
            ]}
            onChange={(form) => {
              const { slope: _a, curve: _b, steps: _c, ...rest } = rake;
              put(form === "steps" ? { ...rest, steps: [300] } : { ...rest, slope: 110 });
            }}
          />
          {stepped ? (
            <TextField
              label={say("每排升高 mm，从前往后，末个沿用", "Rise of each row in mm from the front; the last goes on")}
              value={rake.steps!.join(" ")}
              max={1200}
              onChange={(t) => {
                const steps = t
                  .split(/[\s,，、]+/)
                  .filter((v) => /^\d{1,4}$/.test(v))
                  .map(Number)
                  .filter((v) => v <= 2000)
                  .slice(0, 200);
                if (steps.length > 0) put({ ...rake, steps });
              }}
            />
          ) : (
            <>
              <NumberField
                label={say("坡度：每米升高", "Slope: rise per metre")}
                unit="mm"
                value={rake.slope ?? 0}
                min={0}
                max={1500}
                onChange={(slope) => put(clean({ ...rake, slope }))}
              />
              <NumberField
                label={say("曲率：每平方米", "Curve: per metre squared")}
                unit="mm"
                value={rake.curve ?? 0}
                min={0}
                max={200}
                onChange={(curve) => put(clean({ ...rake, curve }))}
              />
            </>
          )}
          <label className="d-check">
            <input
              type="checkbox"
              checked={rake.parapet !== undefined}
              onChange={(e) => rail(e.currentTarget.checked ? { height: 900, before: 700 } : null)}
            />
            {say("首排前有栏板", "A parapet stands before row 1")}
          </label>
          {rake.parapet !== undefined && (
            <>
              <NumberField
                label={say("栏板高", "Its height")}
                unit="mm"
                value={rake.parapet.height}
                min={1}
                max={3000}
                onChange={(height) => rail({ ...rake.parapet!, height })}
              />
              <NumberField
                label={say("距首排", "Before row 1 by")}
                unit="mm"
                value={rake.parapet.before}
                min={0}
                max={5000}
                onChange={(before) => rail({ ...rake.parapet!, before })}
              />
            </>
          )}
          <button type="button" className="button" onClick={() => put(null)}>
            {say("不填起坡", "Say nothing of its rake")}
          </button>
        </>
      )}
      {stage !== null && (
        <NumberField
          label={say("舞台面高（0 为未填）", "Stage floor (0: not given)")}
          unit="mm"
          value={stage.height ?? 0}
          min={0}
          max={3000}
          onChange={(h) => setHeight(editor, stage.id, h)}
        />
      )}
    </fieldset>
  );
}

/** Looks from every seat in slices, so that one can go on drawing; a change of the plan gives it up. */
function Proposals({ editor, guess, version }: { editor: Editor; guess: Guess; version: number }): ReactNode {
  const say = useWords(),
    [found, setFound] = useState<readonly Proposal[] | null>(null),
    [done, setDone] = useState<number | null>(null),
    stop = useRef<() => void>(() => undefined),
    count = (v: View): number => found?.filter((f) => f.view === v).length ?? 0;
  useEffect(() => {
    stop.current();
    setFound(null);
    setDone(null);
  }, [version, guess]);
  useEffect(() => () => stop.current(), []);
  const all = editor.selection.seats.size > 1 ? editor.selection.seats.size : editor.plan.seats.size;
  const look = (): void => {
    const steps = proposeInSteps(
      editor,
      editor.selection.seats.size > 1 ? [...editor.selection.seats] : ([...editor.plan.seats.keys()] as SeatId[]),
      guess,
    );
    let off = false;
    stop.current = () => {
      off = true;
    };
    const slice = (): void => {
      if (off) return;
      for (const until = performance.now() + SLICE; performance.now() < until;) {
        const step = steps.next();
        if (step.done === true) {
          setFound(step.value);
          setDone(null);
          return;
        }
        setDone(step.value);
      }
      setTimeout(slice, 0);
    };
    setFound(null);
    setDone(0);
    slice();
  };
  return (
    <>
      {done === null ? (
        <button type="button" className="button" onClick={look}>
          {say("找视线不佳的座位", "Find seats with a poor view")}
        </button>
      ) : (
        <div className="d-row">
          <progress value={done} max={all} aria-label={say("正在计算", "Working it out")} />
          <button
            type="button"
            className="button"
            onClick={() => {
              stop.current();
              setDone(null);
            }}
          >
            {say("停止", "Stop")}
          </button>
        </div>
      )}
      {found !== null && (
        <>
          <p role="status">
            {found.length === 0
              ? say("没有比图上标注更差的座位。", "No seat is worse than the plan says.")
              : say(
                  `建议：${format.count(count("partial"))} 个部分遮挡，${format.count(count("blocked"))} 个严重遮挡（栏板 ${found.filter((f) => f.why === "rail").length}，前排 ${found.filter((f) => f.why === "heads").length}，角度 ${found.filter((f) => f.why === "angle").length}）。`,
                  `Proposal: ${count("partial")} partly blocked, ${count("blocked")} blocked (rail ${found.filter((f) => f.why === "rail").length}, heads ${found.filter((f) => f.why === "heads").length}, angle ${found.filter((f) => f.why === "angle").length}).`,
                )}
          </p>
          {found.length > 0 && (
            <div className="d-row">
              <button
                type="button"
                className="button"
                onClick={() =>
                  showSeats(
                    editor,
                    found.map((f) => f.id),
                  )
                }
              >
                {say("在图上看", "Show them")}
              </button>
              <button type="button" className="button" disabled={editor.readOnly} onClick={() => takeProposals(editor, found)}>
                {say("采纳", "Accept")}
              </button>
            </div>
          )}
        </>
      )}
    </>
  );
}

function Scene(props: { sight: Sight }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null),
    say = useWords(),
    W = 512,
    H = 320,
    { sight } = props;
  useEffect(() => {
    const ctx = canvas.current!.getContext("2d")!,
      wide = Math.min(1.4, Math.max(0.35, ...[...sight.frame, ...sight.floor].map((p) => Math.abs(p[0]))) * 1.15),
      k = W / 2 / wide;
    // From high up one looks down: the middle of what is seen comes to the middle of the picture.
    const ys = [...sight.frame, ...sight.floor].map((p) => p[1]),
      down = ys.length === 0 ? 0 : Math.max(-2, Math.min(0.2, (Math.min(...ys) + Math.max(...ys)) / 2)),
      at = (p: readonly [number, number]): [number, number] => [W / 2 + p[0] * k, H * 0.5 - (p[1] - down) * k];
    const fill = (ring: readonly (readonly [number, number])[], colour: string): void => {
      ctx.beginPath();
      for (const p of ring) ctx.lineTo(...at(p));
      ctx.closePath();
      ctx.fillStyle = colour;
      ctx.fill();
    };
    ctx.fillStyle = "#241a1c";
    ctx.fillRect(0, 0, W, H);
    fill(sight.frame, "#f3dfb8");
    fill(sight.floor, "#b98a55");
    if (sight.rail !== null) {
      const y = at([0, sight.rail])[1];
      ctx.fillStyle = "#5b4a3f";
      ctx.fillRect(0, y, W, H);
      ctx.fillStyle = "#8a7461";
      ctx.fillRect(0, y, W, 5);
    }
    for (const h of sight.heads) {
      const [x, y] = at(h.at),
        r = Math.max(1, h.radius * k);
      ctx.fillStyle = "#100c0d";
      ctx.beginPath();
      ctx.arc(x, y, r, 0, 7);
      ctx.fill();
      ctx.fillRect(x - r * 1.7, y + r * 0.9, r * 3.4, H);
    }
  }, [sight]);
  return (
    <canvas
      ref={canvas}
      className="d-picture"
      width={W}
      height={H}
      role="img"
      aria-label={say(
        `从这个座位看舞台，约 ${Math.round(sight.hidden * 100)}% 被遮挡`,
        `The stage from this seat; about ${Math.round(sight.hidden * 100)} % is hidden`,
      )}
    />
  );
}
