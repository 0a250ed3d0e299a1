import type { Point } from "@parterre/geometry";
import { contentOf, handlesOf, type Editor } from "@parterre/planeditor";
import type { SeatMap } from "@parterre/planrender";
import { currentTheme } from "@parterre/ui";

const INFO = { light: "#2463c2", dark: "#6aa5ff" },
  INK = { light: "#1f2329", dark: "#e8eaed" },
  PAPER = { light: "#ffffff", dark: "#1d2126" };

/** Draws what the tools show and what is selected over the seats; pixels as units. */
export function paintEditor(ctx: CanvasRenderingContext2D, map: SeatMap, editor: Editor, pointer: Point | null): void {
  const theme = currentTheme(),
    info = INFO[theme],
    at = (p: Point): Point => editor.toScreen(p),
    seat = Math.max(2, (map.model.seatSize / 2) * editor.camera.scale);
  const ring = (points: readonly Point[], close: boolean): void => {
    ctx.beginPath();
    points.forEach((p, i) => {
      const [x, y] = at(p);
      if (i === 0) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    });
    if (close) ctx.closePath();
  };
  marks(ctx, editor, theme);
  outlines(ctx, editor, info, ring);
  const p = editor.preview;
  if (p === null || p.said !== undefined || p.guides !== undefined) handles(ctx, editor, info, theme);
  ghost(ctx, editor, info, seat, ring);
  if (editor.keyPoint !== null) cross(ctx, at(editor.keyPoint), info);
  if (p === null) return;
  ctx.strokeStyle = info;
  ctx.lineWidth = 1.5;
  for (const g of p.guides ?? []) {
    ctx.beginPath();
    ctx.setLineDash([4, 4]);
    const v = g.axis === "x" ? at([g.at, 0])[0] : at([0, g.at])[1];
    if (g.axis === "x") {
      ctx.moveTo(v, 0);
      ctx.lineTo(v, editor.view.height);
    } else {
      ctx.moveTo(0, v);
      ctx.lineTo(editor.view.width, v);
    }
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
    for (const q of p.line) {
      const [x, y] = at(q);
      ctx.fillStyle = PAPER[theme];
      ctx.beginPath();
      ctx.arc(x, y, 4, 0, 7);
      ctx.fill();
      ctx.stroke();
    }
  }
  for (const c of p.circles ?? []) {
    const [x, y] = at(c.at);
    ctx.beginPath();
    ctx.arc(x, y, c.radius * editor.camera.scale, 0, 7);
    ctx.stroke();
  }
  ctx.fillStyle = `${info}b3`;
  for (const d of p.dots ?? []) {
    const [x, y] = at(d);
    ctx.beginPath();
    ctx.arc(x, y, seat * 0.9, 0, 7);
    ctx.fill();
  }
  if (p.seats !== undefined) {
    ctx.beginPath();
    for (const id of p.seats) {
      const s = editor.plan.seats.get(id);
      if (s !== undefined) {
        const [x, y] = at([s.x, s.y]);
        ctx.rect(x - seat * 0.8, y - seat * 0.8, seat * 1.6, seat * 1.6);
      }
    }
    ctx.fill();
  }
  if (p.focus !== undefined) {
    const [x, y] = at(p.focus),
      r = Math.max(8, seat * 1.5);
    ctx.lineWidth = 5;
    ctx.strokeStyle = PAPER[theme];
    ctx.strokeRect(x - r, y - r, r * 2, r * 2);
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = info;
    ctx.strokeRect(x - r, y - r, r * 2, r * 2);
  }
  if (p.moved !== undefined) {
    const [dx, dy] = p.moved;
    ghosts(ctx, editor, (q) => [q[0] + dx, q[1] + dy], seat, info);
  }
  if (p.through !== undefined) ghosts(ctx, editor, p.through, seat, info);
  if (p.note !== undefined && pointer !== null) note(ctx, p.note, pointer, theme);
}

/** Marks that have a place and no outline: entrances and labels. */
function marks(ctx: CanvasRenderingContext2D, editor: Editor, theme: "light" | "dark"): void {
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const s of editor.plan.shapes.values()) {
    if (s.at === undefined || (editor.level !== null && s.level !== undefined && s.level !== editor.level)) continue;
    const [x, y] = editor.toScreen(s.at),
      size = Math.max(10, Math.min(16, 900 * editor.camera.scale));
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(((s.rotation ?? 0) * Math.PI) / 180);
    ctx.fillStyle = INK[theme];
    ctx.font = `${s.kind === "entrance" ? "600 " : ""}${size}px "PingFang SC","Noto Sans SC","Noto Sans CJK SC",sans-serif`;
    ctx.fillText(`${s.kind === "entrance" ? "▸ " : ""}${s.text ?? ""}`, 0, 0);
    ctx.restore();
  }
}

function outlines(
  ctx: CanvasRenderingContext2D,
  editor: Editor,
  info: string,
  ring: (points: readonly Point[], close: boolean) => void,
): void {
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
    if (r?.outline !== undefined) {
      ring(r.outline, true);
      ctx.stroke();
    } else if (r !== undefined && "at" in r && r.at !== undefined) {
      const [x, y] = editor.toScreen(r.at);
      ctx.strokeRect(x - 22, y - 12, 44, 24);
    }
  }
}

/** Corners, middles of edges, the box and the turning handle of what is selected. */
function handles(ctx: CanvasRenderingContext2D, editor: Editor, info: string, theme: "light" | "dark"): void {
  const list = handlesOf(editor),
    box = list.filter((h) => h.kind === "scale").map((h) => editor.toScreen(h.at)),
    turn = list.find((h) => h.kind === "rotate");
  ctx.lineWidth = 1;
  ctx.strokeStyle = info;
  ctx.fillStyle = PAPER[theme];
  if (box.length === 4) {
    ctx.setLineDash([3, 3]);
    ctx.strokeRect(box[0]![0], box[0]![1], box[2]![0] - box[0]![0], box[2]![1] - box[0]![1]);
    ctx.setLineDash([]);
  }
  if (turn !== undefined) {
    const [x, y] = editor.toScreen(turn.at);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x, box[0]![1]);
    ctx.stroke();
  }
  ctx.lineWidth = 1.5;
  for (const h of list) {
    const [x, y] = editor.toScreen(h.at);
    ctx.beginPath();
    if (h.kind === "scale") ctx.rect(x - 4, y - 4, 8, 8);
    else ctx.arc(x, y, h.kind === "edge" ? 3.5 : 5, 0, 7);
    ctx.fillStyle = h.kind === "corner" ? info : PAPER[theme];
    ctx.fill();
    ctx.stroke();
  }
}

/** A hall that is being generated, where it would stand. */
function ghost(
  ctx: CanvasRenderingContext2D,
  editor: Editor,
  info: string,
  seat: number,
  ring: (points: readonly Point[], close: boolean) => void,
): void {
  const g = editor.ghost;
  if (g === null) return;
  ctx.lineWidth = 1;
  ctx.strokeStyle = info;
  for (const outline of g.rings) {
    ring(outline, true);
    ctx.stroke();
  }
  ctx.fillStyle = `${info}80`;
  ctx.beginPath();
  const r = Math.max(0.8, seat * 0.8),
    { width, height } = editor.view,
    every = Math.max(1, Math.floor(g.dots.length / 30_000));
  for (let i = 0; i < g.dots.length; i += every) {
    const [x, y] = editor.toScreen(g.dots[i]!);
    if (x > -r && y > -r && x < width + r && y < height + r) ctx.rect(x - r, y - r, r * 2, r * 2);
  }
  ctx.fill();
}

function cross(ctx: CanvasRenderingContext2D, [x, y]: Point, info: string): void {
  ctx.strokeStyle = info;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(x - 12, y);
  ctx.lineTo(x + 12, y);
  ctx.moveTo(x, y - 12);
  ctx.lineTo(x, y + 12);
  ctx.stroke();
}

function ghosts(ctx: CanvasRenderingContext2D, editor: Editor, through: (p: Point) => Point, seat: number, info: string): void {
  const what = contentOf(editor);
  ctx.fillStyle = `${info}99`;
  // A large selection is drawn thinned out: the shape of the move matters, not every seat.
  const every = Math.max(1, Math.ceil(what.seats.size / 4000)),
    round = seat >= 4;
  let i = 0;
  ctx.beginPath();
  for (const id of what.seats) {
    if (i++ % every !== 0) continue;
    const s = editor.plan.seats.get(id)!,
      [x, y] = editor.toScreen(through([s.x, s.y]));
    if (round) {
      ctx.moveTo(x + seat, y);
      ctx.arc(x, y, seat, 0, 7);
    } else ctx.rect(x - seat, y - seat, seat * 2, seat * 2);
  }
  ctx.fill();
  ctx.strokeStyle = info;
  for (const key of what.objects) {
    const [table, id] = key.split("/") as ["tables" | "areas" | "boxes" | "shapes" | "sections", string];
    if (table === "tables") {
      const t = editor.plan.tables.get(id)!,
        [x, y] = editor.toScreen(through([t.x, t.y]));
      ctx.beginPath();
      ctx.arc(x, y, t.radius * editor.camera.scale, 0, 7);
      ctx.stroke();
      continue;
    }
    const r = editor.plan[table].get(id)!,
      points = r.outline ?? ("at" in r && r.at !== undefined ? [r.at] : []);
    ctx.beginPath();
    points.forEach((p, n) => {
      const [x, y] = editor.toScreen(through(p));
      if (n === 0) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    });
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
