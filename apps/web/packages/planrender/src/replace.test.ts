import { sampleBowl, sampleTheatre } from "@parterre/planmodel";
import { expect, it } from "vitest";
import { colourTable, fit, geometryOf, mapModel, PixelPainter, type MapModel } from "./index.ts";

/** What a painter shows of a model, all of it, every seat painted with zone 1. */
function pictureOf(painter: PixelPainter, model: MapModel): Uint32Array {
  painter.update(new Uint8Array(model.seats.count).fill(8), 0, model.seats.count);
  painter.draw(fit(model.bounds, view, 10, { min: 1e-6, max: 1 }));
  return painter.pixels.slice();
}
const view = { width: 400, height: 300 };
function painterOf(model: MapModel): PixelPainter {
  const painter = new PixelPainter(model);
  painter.resize(view, 1);
  painter.setPixels(new ArrayBuffer(view.width * view.height * 4));
  painter.setColours(colourTable("light"));
  return painter;
}

it("draws other seats after replace() as a painter made for them does", () => {
  const few = mapModel(sampleTheatre(), geometryOf(sampleTheatre())),
    many = mapModel(sampleBowl(5000), geometryOf(sampleBowl(5000)));
  for (const [before, after] of [
    [few, many],
    [many, few],
  ] as const) {
    const kept = painterOf(before),
      first = pictureOf(kept, before);
    kept.replace(after);
    const shown = pictureOf(kept, after);
    expect(shown).toEqual(pictureOf(painterOf(after), after));
    expect(shown).not.toEqual(first);
  }
});
