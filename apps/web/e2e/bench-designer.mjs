// What a change costs in the designer at 60,000 seats, against building everything anew, in headless Chromium with
// software GL. bench-map.mjs runs it; alone: node e2e/bench-designer.mjs [seats] [--built]
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { launch, serveFolder, WEB } from "./browser.mjs";

export async function benchDesigner(url, seats, quick) {
  const browser = await launch({ args: ["--enable-unsafe-swiftshader", "--disable-gpu-vsync", "--disable-frame-rate-limit"] });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  tab.on("pageerror", (e) => console.error(e.message));
  tab.setDefaultTimeout(0);
  await tab.goto(`${url}/bench/designer.html`);
  await tab.waitForFunction(() => window.design !== undefined);
  const n = await tab.evaluate((s) => window.design.open(s), seats),
    rows = {};
  for (const what of ["seat", "section", "paint", "delete"])
    rows[what] = await tab.evaluate(([w, t]) => window.design.change(w, t), [what, quick ? 5 : 9]);
  rows.drag = await tab.evaluate((f) => window.design.drag(f), quick ? 40 : 90);
  rows.rebuild = await tab.evaluate((t) => window.design.rebuild(t), quick ? 3 : 5);
  if (process.env.SHOT) await tab.screenshot({ path: process.env.SHOT });
  await browser.close();
  return { seats: n, ...rows };
}

export function reportDesigner(d) {
  console.log(`\ndesigner, ${d.seats} seats               ms to frame   ms in handlers   blocked after (with save)   rebuild/x`);
  for (const [what, name] of [
    ["seat", "nudge one seat"],
    ["section", "nudge a section"],
    ["paint", "paint 2,000 seats"],
    ["delete", "delete a seat, undo it"],
  ]) {
    const r = d[what];
    console.log(
      `  ${name.padEnd(24)} ${r.frame.toFixed(1).padStart(20)} ${r.sync.toFixed(1).padStart(16)} ${r.blocked.toFixed(0).padStart(22)} ${(d.rebuild.frame / r.frame).toFixed(1).padStart(16)}`,
    );
  }
  console.log(
    `  build everything anew    ${d.rebuild.frame.toFixed(1).padStart(20)}                  (and ${d.rebuild.save.toFixed(0)} ms to write the document)`,
  );
  console.log(`  frames while dragging    ${d.drag.median.toFixed(1).padStart(20)} median, ${d.drag.p95.toFixed(1)} p95`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  if (!process.argv.includes("--built")) {
    const built = spawnSync(process.execPath, [join(WEB, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "error"], {
      cwd: WEB,
      stdio: "inherit",
      env: { ...process.env, PAGES: "bench" },
    });
    if (built.status !== 0) process.exit(built.status ?? 1);
  }
  const served = await serveFolder(join(WEB, "e2e/artifacts/bench"));
  reportDesigner(await benchDesigner(served.url, Number(process.argv.find((a) => /^\d+$/.test(a)) ?? 60_000), true));
  await served.close();
}
