import { proposeViews, RAKE, seatsOf, sightFrom, takeProposals, viewOf, VIEW_LABELS, type Rake, type Sight } from "@parterre/planeditor";
import type { SeatId, View } from "@parterre/planmodel";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { showSeats } from "./bottom.tsx";
import { useEditor, useWords } from "./context.tsx";
import { NumberField } from "./fields.tsx";

/** The stage as seen from the selected seat with the heads in front, and proposals for views that the plan calls clear. */
export function SightPanel(): ReactNode {
  const editor = useEditor("document", "selection"), say = useWords(), [rake, setRake] = useState<Rake>(RAKE), [found, setFound] = useState<readonly { id: SeatId; view: View }[] | null>(null), version = editor.version("document");
  const seat = seatsOf(editor)[0], sight = useMemo(() => (seat === undefined ? null : sightFrom(editor, seat.id, rake)), [editor, seat, rake, version]);
  useEffect(() => setFound(null), [version]);
  const count = (v: View): number => found?.filter((f) => f.view === v).length ?? 0;
  return (
    <section className="d-panel" aria-label={say("座位视角", "View from a seat")}>
      <h2>{say("座位视角", "View from a seat")}</h2>
      {seat === undefined ? <p className="quiet">{say("选中一个座位，看它看到的舞台。", "Select a seat to see the stage from it.")}</p> : sight === null ? <p className="quiet">{say("图上还没有舞台或银幕。先用图形工具（D）画一个。", "There is no stage or screen yet. Draw one with the shape tool (D).")}</p> : <>
        <Scene sight={sight} />
        <dl className="d-facts"><div><dt>{say("距离", "Distance")}</dt><dd>{(sight.distance / 1000).toFixed(1)} m</dd></div><div><dt>{say("偏角", "Angle")}</dt><dd>{sight.angle}°</dd></div><div><dt>{say("被挡", "Hidden")}</dt><dd>{Math.round(sight.hidden * 100)}%</dd></div></dl>
        <p>{say("估计：", "Estimate: ")}<strong>{say(...VIEW_LABELS[viewOf(sight)])}</strong></p>
      </>}
      <fieldset className="d-set"><legend>{say("场地起坡", "Rake of the hall")}</legend>
        <NumberField label={say("每米升高", "Rise per metre")} unit="mm" value={rake.perMetre} min={0} max={800} onChange={(perMetre) => setRake({ ...rake, perMetre })} />
        <NumberField label={say("每层高度", "Height per level")} unit="mm" value={rake.perLevel} min={0} max={15_000} onChange={(perLevel) => setRake({ ...rake, perLevel })} />
        <NumberField label={say("舞台高", "Stage height")} unit="mm" value={rake.stageHeight} min={0} max={3000} onChange={(stageHeight) => setRake({ ...rake, stageHeight })} />
      </fieldset>
      <button type="button" className="button" onClick={() => setFound(proposeViews(editor, editor.selection.seats.size > 1 ? editor.selection.seats : [...editor.plan.seats.keys()] as SeatId[], rake))}>{say("找视线不佳的座位", "Find seats with a poor view")}</button>
      {found !== null && <>
        <p role="status">{found.length === 0 ? say("没有比图上标注更差的座位。", "No seat is worse than the plan says.") : say(`建议：${count("partial")} 个部分遮挡，${count("blocked")} 个严重遮挡。`, `Proposal: ${count("partial")} partly blocked, ${count("blocked")} blocked.`)}</p>
        {found.length > 0 && <div className="d-row"><button type="button" className="button" onClick={() => showSeats(editor, found.map((f) => f.id))}>{say("在图上看", "Show them")}</button><button type="button" className="button" disabled={editor.readOnly} onClick={() => takeProposals(editor, found)}>{say("采纳", "Accept")}</button></div>}
      </>}
    </section>
  );
}

function Scene(props: { sight: Sight }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null), say = useWords(), W = 512, H = 320, { sight } = props;
  useEffect(() => {
    const ctx = canvas.current!.getContext("2d")!, wide = Math.max(0.35, ...[...sight.frame, ...sight.floor].map((p) => Math.abs(p[0]))) * 1.15, k = W / 2 / wide, at = (p: readonly [number, number]): [number, number] => [W / 2 + p[0] * k, H * 0.6 - p[1] * k];
    const fill = (ring: readonly (readonly [number, number])[], colour: string): void => { ctx.beginPath(); for (const p of ring) ctx.lineTo(...at(p)); ctx.closePath(); ctx.fillStyle = colour; ctx.fill(); };
    ctx.fillStyle = "#241a1c";
    ctx.fillRect(0, 0, W, H);
    fill(sight.frame, "#f3dfb8");
    fill(sight.floor, "#b98a55");
    for (const h of sight.heads) { const [x, y] = at(h.at), r = Math.max(1, h.radius * k); ctx.fillStyle = "#100c0d"; ctx.beginPath(); ctx.arc(x, y, r, 0, 7); ctx.fill(); ctx.fillRect(x - r * 1.7, y + r * 0.9, r * 3.4, H); }
  }, [sight]);
  return <canvas ref={canvas} className="d-picture" width={W} height={H} role="img" aria-label={say(`从这个座位看舞台，约 ${Math.round(sight.hidden * 100)}% 被前排遮挡`, `The stage from this seat; heads hide about ${Math.round(sight.hidden * 100)} %`)} />;
}
