import type { Point } from "@parterre/geometry";
import { contentOf, type Editor } from "@parterre/planeditor";
import type { SeatMap } from "@parterre/planrender";
import { currentTheme } from "@parterre/ui";

const INFO = { light: "#2463c2", dark: "#6aa5ff" }, INK = { light: "#1f2329", dark: "#e8eaed" }, PAPER = { light: "#ffffff", dark: "#1d2126" };

/** Draws what the tools show and what is selected over the seats; pixels as units. */
export function paintEditor(ctx: CanvasRenderingContext2D, map: SeatMap, editor: Editor, pointer: Point | null): void {
  const theme = currentTheme(), info = INFO[theme], at = (p: Point): Point => editor.toScreen(p), seat = Math.max(2, (map.model.seatSize / 2) * editor.camera.scale);
  const ring = (points: readonly Point[], close: boolean): void => {
    ctx.beginPath();
    points.forEach((p, i) => { const [x, y] = at(p); if (i === 0) ctx.moveTo(x, y); else ctx.lineTo(x, y); });
    if (close) ctx.closePath();
  };
  marks(ctx, editor, theme);
  outlines(ctx, editor, info, ring);
  const p = editor.preview;
  if (p === null) return;
  ctx.strokeStyle = info;
  ctx.lineWidth = 1.5;
  for (const g of p.guides ?? []) {
    ctx.beginPath();
    ctx.setLineDash([4, 4]);
    const v = g.axis === "x" ? at([g.at, 0])[0] : at([0, g.at])[1];
    if (g.axis === "x") { ctx.moveTo(v, 0); ctx.lineTo(v, editor.view.height); } else { ctx.moveTo(0, v); ctx.lineTo(editor.view.width, v); }
    ctx.stroke();
    ctx.setLineDash([]);
  }
  if (p.ring !== undefined && p.ring.length > 1) {
    ring(p.ring, true);
    ctx.fillStyle = `${info}1f`;
    ctx.fill();
    ctx.stroke();
  }
  if (p.line !== undefined && p.line.length > 0) {
    ring(p.line, false);
    ctx.stroke();
    for (const q of p.line) { const [x, y] = at(q); ctx.fillStyle = PAPER[theme]; ctx.beginPath(); ctx.arc(x, y, 4, 0, 7); ctx.fill(); ctx.stroke(); }
  }
  for (const c of p.circles ?? []) { const [x, y] = at(c.at); ctx.beginPath(); ctx.arc(x, y, c.radius * editor.camera.scale, 0, 7); ctx.stroke(); }
  ctx.fillStyle = `${info}b3`;
  for (const d of p.dots ?? []) { const [x, y] = at(d); ctx.beginPath(); ctx.arc(x, y, seat * 0.9, 0, 7); ctx.fill(); }
  if (p.moved !== undefined) ghosts(ctx, editor, p.moved, seat, info);
  if (p.note !== undefined && pointer !== null) note(ctx, p.note, pointer, theme);
}

/** Marks that have a place and no outline: entrances and labels. */
function marks(ctx: CanvasRenderingContext2D, editor: Editor, theme: "light" | "dark"): void {
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const s of editor.plan.shapes.values()) {
    if (s.at === undefined || (editor.level !== null && s.level !== undefined && s.level !== editor.level)) continue;
    const [x, y] = editor.toScreen(s.at), size = Math.max(10, Math.min(16, 900 * editor.camera.scale));
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(((s.rotation ?? 0) * Math.PI) / 180);
    ctx.fillStyle = INK[theme];
    ctx.font = `${s.kind === "entrance" ? "600 " : ""}${size}px "PingFang SC","Noto Sans SC","Noto Sans CJK SC",sans-serif`;
    ctx.fillText(`${s.kind === "entrance" ? "▸ " : ""}${s.text ?? ""}`, 0, 0);
    ctx.restore();
  }
}

function outlines(ctx: CanvasRenderingContext2D, editor: Editor, info: string, ring: (points: readonly Point[], close: boolean) => void): void {
  ctx.strokeStyle = info;
  ctx.lineWidth = 2;
  for (const key of editor.selection.objects) {
    const [table, id] = key.split("/") as ["tables" | "areas" | "boxes" | "shapes" | "sections", string];
    if (table === "tables") {
      const t = editor.plan.tables.get(id);
      if (t === undefined) continue;
      const [x, y] = editor.toScreen([t.x, t.y]);
      ctx.beginPath();
      ctx.arc(x, y, t.radius * editor.camera.scale, 0, 7);
      ctx.stroke();
      continue;
    }
    const r = editor.plan[table].get(id);
    if (r?.outline !== undefined) { ring(r.outline, true); ctx.stroke(); }
    else if (r !== undefined && "at" in r && r.at !== undefined) { const [x, y] = editor.toScreen(r.at); ctx.strokeRect(x - 22, y - 12, 44, 24); }
  }
}

function ghosts(ctx: CanvasRenderingContext2D, editor: Editor, by: Point, seat: number, info: string): void {
  const what = contentOf(editor);
  ctx.fillStyle = `${info}99`;
  // A large selection is drawn thinned out: the shape of the move matters, not every seat.
  const every = Math.max(1, Math.ceil(what.seats.size / 4000));
  let i = 0;
  for (const id of what.seats) {
    if (i++ % every !== 0) continue;
    const s = editor.plan.seats.get(id)!, [x, y] = editor.toScreen([s.x + by[0], s.y + by[1]]);
    ctx.beginPath();
    ctx.arc(x, y, seat, 0, 7);
    ctx.fill();
  }
  ctx.strokeStyle = info;
  for (const key of what.objects) {
    const [table, id] = key.split("/") as ["tables" | "areas" | "boxes" | "shapes" | "sections", string];
    if (table === "tables") { const t = editor.plan.tables.get(id)!, [x, y] = editor.toScreen([t.x + by[0], t.y + by[1]]); ctx.beginPath(); ctx.arc(x, y, t.radius * editor.camera.scale, 0, 7); ctx.stroke(); continue; }
    const r = editor.plan[table].get(id)!, points = r.outline ?? ("at" in r && r.at !== undefined ? [r.at] : []);
    ctx.beginPath();
    points.forEach((p, n) => { const [x, y] = editor.toScreen([p[0] + by[0], p[1] + by[1]]); if (n === 0) ctx.moveTo(x, y); else ctx.lineTo(x, y); });
    ctx.closePath();
    ctx.stroke();
  }
}

function note(ctx: CanvasRenderingContext2D, text: string, [x, y]: Point, theme: "light" | "dark"): void {
  ctx.font = "12px system-ui,sans-serif";
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const wide = ctx.measureText(text).width + 12;
  ctx.fillStyle = INK[theme];
  ctx.beginPath();
  ctx.roundRect(x + 14, y + 14, wide, 22, 4);
  ctx.fill();
  ctx.fillStyle = PAPER[theme];
  ctx.fillText(text, x + 20, y + 25);
}
