import type { Camera, MapModel, View } from "@parterre/planrender";

/** The same seats drawn the usual ways, as well as those allow: one element or node a seat, no events, no shadows. */
export interface RivalMap {
  draw(camera: Camera): void;
  destroy(): void;
}

/** A text about its middle, in the plan's millimetres. */
export interface Word {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly fill: string;
}
const FONT = '"PingFang SC","Noto Sans SC","Noto Sans CJK SC",system-ui,sans-serif';

const SOLD = "#8b929c";

/** colour: null for a seat that is not free (hollow). */
export async function svgMap(
  host: HTMLElement,
  model: MapModel,
  view: View,
  colour: (rank: number) => string | null,
  words: readonly Word[],
): Promise<RivalMap> {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"),
    group = document.createElementNS("http://www.w3.org/2000/svg", "g");
  svg.setAttribute("width", String(view.width));
  svg.setAttribute("height", String(view.height));
  const r = (model.seatSize / 2) * 0.84;
  for (const s of model.sections) {
    const p = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    p.setAttribute("points", s.outline.map((q) => q.join(",")).join(" "));
    p.setAttribute("fill", "#fff");
    group.append(p);
  }
  for (let i = 0; i < model.seats.count; i++) {
    const c = document.createElementNS("http://www.w3.org/2000/svg", "circle"),
      fill = colour(i);
    c.setAttribute("cx", String(model.seats.x[i]!));
    c.setAttribute("cy", String(model.seats.y[i]!));
    c.setAttribute("r", String(r));
    c.setAttribute("fill", fill ?? "none");
    if (fill === null) {
      c.setAttribute("stroke", SOLD);
      c.setAttribute("stroke-width", String(r * 0.25));
    }
    group.append(c);
  }
  for (const w of words) {
    const t = document.createElementNS("http://www.w3.org/2000/svg", "text");
    for (const [key, value] of Object.entries({
      x: w.x,
      y: w.y,
      fill: w.fill,
      "font-size": w.size,
      "font-weight": 600,
      "font-family": FONT,
      "text-anchor": "middle",
      "dominant-baseline": "central",
    }))
      t.setAttribute(key, String(value));
    t.textContent = w.text;
    group.append(t);
  }
  svg.append(group);
  host.append(svg);
  return {
    draw: (c) =>
      group.setAttribute(
        "transform",
        `translate(${view.width / 2 - c.cx * c.scale} ${view.height / 2 - c.cy * c.scale}) scale(${c.scale})`,
      ),
    destroy: () => svg.remove(),
  };
}

export async function konvaMap(
  host: HTMLElement,
  model: MapModel,
  view: View,
  colour: (rank: number) => string | null,
  words: readonly Word[],
): Promise<RivalMap> {
  const { default: Konva } = await import("konva");
  const stage = new Konva.Stage({ container: host as HTMLDivElement, width: view.width, height: view.height });
  const layer = new Konva.Layer({ listening: false }),
    r = (model.seatSize / 2) * 0.84;
  for (const s of model.sections)
    layer.add(
      new Konva.Line({ points: s.outline.flatMap((p) => [...p]), closed: true, fill: "#fff", listening: false, perfectDrawEnabled: false }),
    );
  for (let i = 0; i < model.seats.count; i++) {
    const fill = colour(i),
      base = {
        x: model.seats.x[i]!,
        y: model.seats.y[i]!,
        radius: r,
        listening: false,
        perfectDrawEnabled: false,
        shadowForStrokeEnabled: false,
      };
    layer.add(new Konva.Circle(fill === null ? { ...base, stroke: SOLD, strokeWidth: r * 0.25 } : { ...base, fill }));
  }
  for (const w of words) {
    const t = new Konva.Text({
      x: w.x,
      y: w.y,
      text: w.text,
      fontSize: w.size,
      fontStyle: "600",
      fontFamily: FONT,
      fill: w.fill,
      listening: false,
      perfectDrawEnabled: false,
    });
    t.offset({ x: t.width() / 2, y: t.height() / 2 });
    layer.add(t);
  }
  stage.add(layer);
  return {
    draw: (c) => {
      layer.scale({ x: c.scale, y: c.scale });
      layer.position({ x: view.width / 2 - c.cx * c.scale, y: view.height / 2 - c.cy * c.scale });
      layer.draw();
    },
    destroy: () => stage.destroy(),
  };
}
