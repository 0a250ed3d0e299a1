// Milliseconds a frame of our seat map against an SVG map and a Konva map of the same seats, in one run of headless
// Chromium with software GL. Prints a table and writes e2e/artifacts/bench-map.json.
//   node e2e/bench-map.mjs [seats] [--quick]      --check exits 1 when a goal is missed
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchDesigner, reportDesigner } from "./bench-designer.mjs";
import { launch, serveFolder, WEB } from "./browser.mjs";

const seats = Number(process.argv.find((a) => /^\d+$/.test(a)) ?? 100_000),
  quick = process.argv.includes("--quick");
const built = spawnSync(process.execPath, [join(WEB, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "error"], {
  cwd: WEB,
  stdio: "inherit",
  env: { ...process.env, PAGES: "bench" },
});
if (built.status !== 0) process.exit(built.status ?? 1);

const served = await serveFolder(join(WEB, "e2e/artifacts/bench"));
// Frames as fast as they can be made: a frame's time is its cost, not the screen's 16.7 ms; and no frame before the one
// before is wholly painted, or the SVG map would seem to cost nothing. GL runs on the processor (SwiftShader), pages are
// put together without it: what a virtual machine or an old box-office PC does.
const browser = await launch({
  args: ["--enable-unsafe-swiftshader", "--run-all-compositor-stages-before-draw", "--disable-gpu-vsync", "--disable-frame-rate-limit"],
});
const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
tab.on("pageerror", (e) => console.error(e.message));
tab.setDefaultTimeout(0);
await tab.goto(`${served.url}/bench/`);
await tab.waitForFunction(() => window.bench !== undefined);
const say = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

say(`making ${seats} seats`);
const sizes = await tab.evaluate((n) => window.bench.prepare(n), seats);
const gl = await tab.evaluate(() => {
  const g = document.createElement("canvas").getContext("webgl2");
  const d = g?.getExtension("WEBGL_debug_renderer_info");
  return d ? g.getParameter(d.UNMASKED_RENDERER_WEBGL) : null;
});
const rows = [];
const n = 48; // there and back on both sides: with fewer no picture would be drawn anew on the way
const ours = async (zoomed) => {
  for (const kind of ["webgl", "pixels"]) {
    say(`${kind} ${zoomed ? "near" : "all"}`);
    const result = await tab.evaluate(([k, z, f]) => window.bench.ours(k, z, f), [kind, zoomed, n]),
      known = rows.find((r) => r.map === kind && r.zoomed === zoomed);
    if (known === undefined) rows.push({ map: kind, zoomed, ...result });
    else for (const list of ["times", "work", "anew"]) known[list].push(...result[list]);
  }
};
// Ours before and after the others: a neighbour who wakes up meanwhile disturbs both.
for (const zoomed of [false, true]) {
  await ours(zoomed);
  for (const rival of ["svg", "konva"]) {
    say(`${rival} ${zoomed ? "near" : "all"}`);
    rows.push({
      map: rival,
      zoomed,
      ...(await tab.evaluate(([r, z, f]) => window.bench.rival(r, z, f), [rival, zoomed, quick ? 4 : rival === "svg" ? 12 : 6])),
    });
  }
  await ours(zoomed);
}
const sorted = (l) => [...l].sort((a, b) => a - b),
  mid = (l) => sorted(l)[l.length >> 1];
for (const r of rows) {
  r.mean = r.times.reduce((a, b) => a + b, 0) / r.times.length;
  r.median = mid(r.times);
  r.p95 = sorted(r.times)[Math.min(r.times.length - 1, Math.floor(r.times.length * 0.95))];
  r.work = mid(r.work);
  r.redrawn = r.anew === undefined ? r.median : mid(r.anew);
  delete r.anew;
}
const once = {};
for (const kind of ["webgl", "pixels"]) {
  say(`${kind} first picture and painting`);
  const first = [];
  for (let i = 0; i < (quick ? 3 : 5); i++) first.push(await tab.evaluate((k) => window.bench.firstPicture(k), kind));
  const paint = await tab.evaluate((k) => window.bench.paint(k, 10_000), kind);
  once[kind] = { firstPicture: mid(first), paint10000: mid(paint) };
}
await browser.close();
say("designer");
const designer = await benchDesigner(served.url, 60_000, quick);
await served.close();
say("");

const of = (map, zoomed) => rows.find((r) => r.map === map && r.zoomed === zoomed);
console.log(`seat map, ${seats} seats, 1280x800, ${gl ?? "no WebGL"}\n`);
console.log("Every map writes the same: sections' names when all is in view, letters on free seats and rows' labels when near.");
console.log("anew: a frame in which nothing is taken along from the frame before. Ratios are of the means along the path.\n");
console.log("map      view  ms/frame  median     p95  script    anew  seats in view   konva/x     svg/x");
for (const r of rows) {
  const k = of("konva", r.zoomed).mean / r.mean,
    s = of("svg", r.zoomed).mean / r.mean;
  console.log(
    `${r.map.padEnd(8)} ${(r.zoomed ? "near" : "all").padEnd(5)} ${[r.mean, r.median, r.p95, r.work, r.redrawn].map((v, i) => v.toFixed(1).padStart(i === 0 ? 8 : 7)).join(" ")} ${String(r.visible ?? "").padStart(14)} ${k.toFixed(1).padStart(9)} ${s.toFixed(1).padStart(9)}`,
  );
}
for (const [kind, o] of Object.entries(once))
  console.log(`\n${kind}: first picture from bytes ${o.firstPicture.toFixed(0)} ms, painting 10,000 seats ${o.paint10000.toFixed(1)} ms`);
console.log(
  `\ngeometry ${sizes.geometryGzip.toFixed(2)} bytes/seat gzip (${sizes.geometryBytes.toFixed(2)} plain), skeleton ${sizes.skeletonGzip.toFixed(2)}, status ${sizes.statusBits.toFixed(2)} bits/seat, a delta of ${Math.ceil(seats / 997)} seats ${sizes.delta100} bytes`,
);
reportDesigner(designer);

const goals = {
  ...Object.fromEntries(
    ["webgl", "pixels"].flatMap((map) =>
      [false, true].flatMap((zoomed) =>
        [
          ["konva", 50],
          ["svg", 20],
        ].map(([rival, times]) => [
          `${map} is ${times}x faster than ${rival}, ${zoomed ? "near" : "all in view"}`,
          of(rival, zoomed).mean / of(map, zoomed).mean >= times,
        ]),
      ),
    ),
  ),
  "pixels within 16 ms, all in view": of("pixels", false).mean <= 16,
  "pixels within 16 ms, near": of("pixels", true).mean <= 16,
  "first picture under 1 s": Math.max(once.webgl.firstPicture, once.pixels.firstPicture) < 1000,
  "painting 10,000 seats under 100 ms": Math.max(once.webgl.paint10000, once.pixels.paint10000) < 100,
  "designer: nudging one of 60,000 seats is 3x faster than building anew": designer.rebuild.frame / designer.seat.frame >= 3,
  "designer: nudging a section is 2x faster than building anew": designer.rebuild.frame / designer.section.frame >= 2,
  "geometry at most 4 bytes a seat": sizes.geometryGzip <= 4,
  "status at most 2 bits a seat": sizes.statusBits <= 2,
};
console.log("");
for (const [goal, met] of Object.entries(goals)) console.log(`${met ? "met   " : "MISSED"} ${goal}`);
mkdirSync(join(WEB, "e2e/artifacts"), { recursive: true });
writeFileSync(join(WEB, "e2e/artifacts/bench-map.json"), JSON.stringify({ seats, gl, rows, once, designer, sizes, goals }, null, 2));
if (process.argv.includes("--check") && Object.values(goals).includes(false)) process.exit(1);
