import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { serveFolder, WEB } from "../browser.mjs";

/** The bench page has the map alone; it is built when the first test asks for it. */
let bench = null;
async function map(t, kind, options = {}) {
  if (bench === null) {
    const built = spawnSync(process.execPath, [join(WEB, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "error"], {
      cwd: WEB,
      stdio: "inherit",
      env: { ...process.env, PAGES: "bench" },
    });
    assert.equal(built.status, 0, "the bench page does not build");
    bench = await serveFolder(join(WEB, "e2e/artifacts/bench"));
  }
  const tab = await t.page({ viewport: { width: 1280, height: 800 }, ...options });
  await tab.goto(`${bench.url}/bench/`);
  await tab.waitForFunction(() => window.bench !== undefined);
  await tab.evaluate((k) => {
    window.map = window.bench.show(k, "theatre");
  }, kind);
  return tab;
}

/** Where a seat stands on the screen. */
const placeOf = (tab, rank) =>
  tab.evaluate((r) => {
    const m = window.map,
      box = m.host.getBoundingClientRect();
    return [
      (m.model.seats.x[r] - m.camera.cx) * m.camera.scale + m.view.width / 2 + box.left,
      (m.model.seats.y[r] - m.camera.cy) * m.camera.scale + m.view.height / 2 + box.top,
    ];
  }, rank);
const closer = (tab, rank, factor) =>
  tab.evaluate(
    ([r, f]) => {
      const m = window.map;
      m.setCamera({ cx: m.model.seats.x[r], cy: m.model.seats.y[r], scale: m.camera.scale * f });
      m.draw(true);
    },
    [rank, factor],
  );

/** How far pixels of the seats' canvas are covered, 0..255, at every 7th place. */
const pixels = (tab) =>
  tab.evaluate(() => {
    const source = document.querySelector("canvas[data-layer=seats]"),
      copy = document.createElement("canvas");
    copy.width = source.width;
    copy.height = source.height;
    const ctx = copy.getContext("2d");
    window.map.draw(true);
    ctx.drawImage(source, 0, 0);
    return Array.from(ctx.getImageData(0, 0, copy.width, copy.height).data.filter((_, i) => i % 28 === 3));
  });

/** How far two screenshots are apart, 0..1 a pixel on average; drawn: the share of pixels that are not the ground. */
const difference = (tab, a, b) =>
  tab.evaluate(
    async (pictures) => {
      const [x, y] = await Promise.all(
        pictures.map(async (base64) => {
          const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
          const ctx = new OffscreenCanvas(image.width, image.height).getContext("2d");
          ctx.drawImage(image, 0, 0);
          return ctx.getImageData(0, 0, image.width, image.height).data;
        }),
      );
      let sum = 0,
        drawn = 0;
      for (let i = 0; i < x.length; i += 4) {
        for (let c = 0; c < 3; c++) sum += Math.abs(x[i + c] - y[i + c]);
        if (Math.abs(x[i] - x[0]) + Math.abs(x[i + 1] - x[1]) + Math.abs(x[i + 2] - x[2]) > 40) drawn++;
      }
      return { moved: sum / 765 / (x.length / 4), drawn: drawn / (x.length / 4) };
    },
    [a.toString("base64"), b.toString("base64")],
  );

export const tests = [
  {
    name: "GL and pixels draw the same seats",
    async run(t) {
      for (const factor of [1, 2]) {
        const pictures = [];
        for (const kind of ["webgl", "pixels"]) {
          const tab = await map(t, kind);
          await closer(tab, 700, factor);
          assert.equal(await tab.evaluate(() => window.map.renderer.kind), kind);
          pictures.push(await pixels(tab));
        }
        const [a, b] = pictures;
        let covered = 0,
          apart = 0;
        for (let i = 0; i < a.length; i++) {
          if (a[i] > 127 || b[i] > 127) covered++;
          if (Math.abs(a[i] - b[i]) > 127) apart++;
        }
        assert.ok(covered > 2000, `nothing was drawn: ${covered}`);
        // Letters are in the pixel renderer's own picture, and edges round to whole pixels.
        assert.ok(apart / covered < 0.3, `the pictures differ in ${apart} of ${covered} pixels at ${factor}x`);
      }
    },
  },
  {
    name: "a map that moves takes its pictures along and is drawn again once it rests",
    async run(t) {
      for (const kind of ["webgl", "pixels"])
        for (const near of [false, true]) {
          const tab = await map(t, kind),
            what = `${kind}, ${near ? "near" : "far"}`;
          const stage = () => tab.evaluate(() => document.querySelector("[data-layer=stage]").style.transform);
          await tab.evaluate(
            async (close) => {
              await window.bench.prepare(20_000);
              const m = (window.map = window.bench.show(close.kind));
              const frames = () =>
                new Promise((done) => {
                  requestAnimationFrame(() => requestAnimationFrame(done));
                });
              await frames(); // the map has taken its size
              if (close.near) m.setCamera({ cx: m.model.seats.x[9000], cy: m.model.seats.y[9000], scale: 21 / m.model.seatSize });
              m.draw(true);
              const { cx, cy, scale } = m.camera,
                draw = m.draw;
              m.draw = () => draw.call(m, false); // the picture of the moment stays for the eye of this test, however slow the machine
              m.setCamera({ cx: cx + 90 / scale, cy: cy - 40 / scale, scale: scale * 1.07 });
              m.draw();
              await frames();
              window.rested = () => {
                delete m.draw;
                m.draw(true);
              };
            },
            { kind, near },
          );
          assert.match(await stage(), /translate\(.*scale/, `${what}: drawn again for a small move`);
          const moved = await tab.screenshot();
          await tab.evaluate(() => window.rested());
          assert.equal(await stage(), "", `${what}: rests but was not drawn again`);
          const apart = await difference(tab, moved, await tab.screenshot());
          assert.ok(apart.drawn > 0.1, `${what}: nothing was drawn: ${apart.drawn}`);
          assert.ok(apart.moved < 0.04, `${what}: moved and drawn pictures differ by ${apart.moved}`);
          // The measure can tell: the same picture ten pixels off is far apart.
          await tab.evaluate(() => {
            document.querySelector("[data-layer=stage]").style.transform = "translate(10px,6px)";
          });
          assert.ok(
            (await difference(tab, moved, await tab.screenshot())).moved > apart.moved * 1.5,
            `${what}: a shifted picture passes for the same`,
          );
          // A pan alone goes by whole pixels and is as sharp as drawn; farther than the pictures reach all is drawn anew.
          const pan = (pixels) =>
            tab.evaluate((d) => {
              const m = window.map;
              m.layers.place = "?";
              m.draw(true);
              m.setCamera({ ...m.camera, cx: m.camera.cx + d / m.camera.scale });
              m.draw();
              return document.querySelector("[data-layer=stage]").style.transform;
            }, pixels);
          assert.equal(await pan(50), "translate(-50px, 0px)", what);
          if (near)
            assert.equal(
              await pan(
                await tab.evaluate(() => {
                  const m = window.map,
                    b = m.model.bounds;
                  return m.camera.cx > (b[0] + b[2]) / 2 ? -400 : 400;
                }),
              ),
              "",
              what,
            );
          assert.match(
            await tab.evaluate(() => {
              const m = window.map;
              m.draw(true);
              m.setCamera({ ...m.camera, cx: m.camera.cx + 20 / m.camera.scale });
              m.draw();
              return document.querySelector("[data-layer=stage]").style.transform;
            }),
            /translate/,
            what,
          );
          await tab.waitForFunction(() => document.querySelector("[data-layer=stage]").style.transform === ""); // left alone it mends itself
          await tab.close();
        }
    },
  },
  {
    name: "a map that moves is one picture, and what changes meanwhile is on it",
    async run(t) {
      for (const [kind, card] of [
        ["webgl", false],
        ["webgl", true],
        ["pixels", false],
      ]) {
        const tab = await map(t, kind),
          asMoved = ["block", card ? "block" : "none", card ? "block" : "none"];
        await closer(tab, 700, 2);
        // A graphics card lays three pictures over each other for nothing.
        if (card) await tab.evaluate(() => (window.map.renderer.software = false));
        assert.equal(await tab.evaluate(() => window.map.renderer.software), !card);
        const shown = () =>
          tab.evaluate(() => ["ground", "seats", "labels"].map((n) => document.querySelector(`[data-layer=${n}]`).style.display));
        const changes = {
          hover: () => window.map.hover(window.some[15]), // the first one's ring must go
          paint: () => window.map.paintZone(window.some, 3),
        };
        for (const [name, change] of Object.entries(changes)) {
          await tab.evaluate(() => {
            const m = window.map,
              draw = m.draw,
              { cx, cy } = m.camera;
            window.some = m.seatsIn([cx - 9000, cy - 9000, cx + 9000, cy + 9000]);
            m.hover(window.some[0]);
            m.draw(true);
            m.draw = () => draw.call(m, false); // it does not rest while this test looks
            window.rest = () => {
              delete m.draw;
              m.draw(true);
            };
            m.setCamera({ ...m.camera, cx: cx + 30 / m.camera.scale });
            m.draw();
          });
          assert.ok((await tab.evaluate(() => window.some.length)) > 20);
          assert.deepEqual(await shown(), asMoved, kind);
          const before = await tab.screenshot();
          await tab.evaluate(change);
          await tab.evaluate(() => window.map.draw());
          assert.deepEqual(await shown(), asMoved, kind);
          const moving = await tab.screenshot();
          await tab.evaluate(() => window.rest());
          assert.deepEqual(await shown(), ["block", "block", "block"], kind);
          const rested = await tab.screenshot(),
            wrong = (await difference(tab, moving, rested)).moved,
            changed = (await difference(tab, before, rested)).moved;
          assert.ok(changed > 1e-5, `${kind}, ${name}: nothing changed: ${changed}`);
          assert.ok(wrong < changed / 50, `${kind}, ${name}: moving and resting pictures differ by ${wrong}, the change is ${changed}`);
        }
        await tab.close();
      }
    },
  },
  {
    name: "seats painted on a far GL map are drawn over it at once, and come out as if all were drawn",
    async run(t) {
      const tab = await map(t, "webgl");
      const shown = await tab.evaluate(async () => {
        await window.bench.prepare(20_000);
        const m = (window.map = window.bench.show("webgl")),
          gl = m.renderer.gl,
          vertices = { all: 0, few: 0 };
        await new Promise((done) => {
          requestAnimationFrame(() => requestAnimationFrame(done));
        });
        m.draw(true);
        const { drawArrays, drawElements } = gl;
        gl.drawArrays = function (mode, first, n) {
          vertices.all += n;
          drawArrays.call(gl, mode, first, n);
        };
        gl.drawElements = function (mode, n, ...rest) {
          vertices.few += n;
          drawElements.call(gl, mode, n, ...rest);
        };
        const picture = () => {
          const px = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
          gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, px);
          return px;
        };
        const before = picture(),
          ranks = Array.from({ length: 2000 }, (_, i) => i * 10);
        m.paintZone(ranks, 3);
        m.setStates(m.wire.map((s, i) => (i % 10 === 0 ? 2 : s)));
        m.draw();
        const quick = picture(),
          few = { ...vertices };
        m.draw(true);
        const exact = picture(),
          apart = (a, b) => {
            let n = 0;
            for (let i = 0; i < a.length; i += 4)
              if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 24) n++;
            return n;
          };
        return { few, all: vertices.all, changed: apart(before, exact), wrong: apart(quick, exact) };
      });
      assert.equal(shown.few.all, 0, "all seats were drawn for a few");
      assert.ok(shown.few.few > 0 && shown.few.few <= 4000, `drew ${shown.few.few} seats`);
      assert.ok(shown.all >= 20_000, `the rest drew ${shown.all} seats`);
      assert.ok(shown.changed > 1000 && shown.wrong < shown.changed / 20, `${shown.wrong} of ${shown.changed} pixels are wrong`);
    },
  },
  {
    name: "a click picks the seat under it, a drag moves the map",
    async run(t) {
      const tab = await map(t, "pixels");
      await tab.evaluate(() => {
        window.picked = [];
        window.map.options.onPick = (r) => window.picked.push(r);
      });
      await closer(tab, 400, 3);
      for (const rank of [400, 405, 398]) await tab.mouse.click(...(await placeOf(tab, rank)));
      assert.deepEqual(await tab.evaluate(() => window.picked), [400, 405, 398]);
      const before = await placeOf(tab, 400);
      await tab.mouse.move(700, 400);
      await tab.mouse.down();
      await tab.mouse.move(760, 430, { steps: 4 });
      await tab.mouse.up();
      const after = await placeOf(tab, 400);
      assert.ok(
        Math.abs(after[0] - before[0] - 60) < 1 && Math.abs(after[1] - before[1] - 30) < 1,
        `moved by ${after[0] - before[0]}, ${after[1] - before[1]}`,
      );
      assert.equal((await tab.evaluate(() => window.picked)).length, 3, "a drag picked a seat");
    },
  },
  {
    name: "the wheel zooms about the pointer",
    async run(t) {
      const tab = await map(t, "pixels");
      const [x, y] = await placeOf(tab, 900),
        scale = await tab.evaluate(() => window.map.camera.scale);
      await tab.mouse.move(x, y);
      await tab.mouse.wheel(0, -400);
      await tab.waitForFunction((s) => window.map.camera.scale > s * 1.2, scale);
      const [x2, y2] = await placeOf(tab, 900);
      assert.ok(Math.hypot(x2 - x, y2 - y) < 2);
    },
  },
  {
    name: "two fingers pinch and pan",
    async run(t) {
      const tab = await map(t, "pixels", { hasTouch: true });
      const before = await tab.evaluate(() => window.map.camera.scale);
      const cdp = await tab.context().newCDPSession(tab);
      const touch = (type, points) =>
        cdp.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
      await touch("touchStart", [
        [600, 400],
        [680, 400],
      ]);
      for (let i = 1; i <= 4; i++)
        await touch("touchMove", [
          [600 - 15 * i, 400],
          [680 + 15 * i, 400],
        ]);
      await touch("touchEnd", []);
      const after = await tab.evaluate(() => window.map.camera.scale);
      assert.ok(Math.abs(after / before - 2.5) < 0.1, `zoomed by ${after / before}`);
    },
  },
  {
    name: "arrow keys walk from seat to seat and Enter picks",
    async run(t) {
      const tab = await map(t, "pixels");
      await tab.evaluate(() => {
        window.picked = [];
        window.map.options.onPick = (r) => window.picked.push(r);
        window.map.focusSeat(0);
      });
      await tab.focus("canvas[data-layer=overlay]");
      for (const key of ["ArrowRight", "ArrowRight", "Enter", "ArrowLeft", " "]) await tab.keyboard.press(key);
      const picked = await tab.evaluate(() => window.picked.map((r) => window.map.model.seats.numbers[r]));
      assert.deepEqual(picked, ["21", "23"]); // odd numbers fall towards the centre
      const before = await tab.evaluate(() => window.map.camera.scale);
      await tab.keyboard.press("+");
      assert.ok((await tab.evaluate(() => window.map.camera.scale)) > before);
    },
  },
  {
    name: "one level alone hides the seats of the others",
    async run(t) {
      const tab = await map(t, "pixels");
      const level2 = await tab.evaluate(() => window.map.model.level.indexOf(1));
      const [x, y] = await placeOf(tab, level2);
      assert.equal(await tab.evaluate(([a, b]) => window.map.seatAt(a, b), [x, y]), level2);
      await tab.evaluate(() => window.map.setLevel("L1"));
      assert.notEqual(await tab.evaluate(([a, b]) => window.map.seatAt(a, b), [x, y]), level2);
      await tab.evaluate(() => window.map.setLevel(null));
      assert.equal(await tab.evaluate(([a, b]) => window.map.seatAt(a, b), [x, y]), level2);
    },
  },
];

/** Called by the runner after the last test of this file. */
export async function close() {
  await bench?.close();
}
