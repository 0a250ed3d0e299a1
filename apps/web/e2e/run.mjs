// Runs the browser tests: every e2e/tests/*.test.mjs, each exporting `tests`, an array of { name, needs?, run(t) },
// and perhaps close().
//   node e2e/run.mjs [words of the names to run]
// needs: "suite" asks for a running server with the demo world: its address stands in PARTERRE_URL
// (https://localhost:8443), else one is started for all tests that ask.
// Writes test-results/e2e.junit.xml and ends with one line of counts.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, serveFolder, SHOTS, WEB } from "./browser.mjs";
import { startServer } from "./server.mjs";

const words = process.argv.slice(2);
let suite = process.env.PARTERRE_URL ?? null,
  own = null;
mkdirSync(SHOTS, { recursive: true });
mkdirSync(join(WEB, "test-results"), { recursive: true });

const browser = await launch({ args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"] });
const pages = await serveFolder(join(WEB, "dist"));
const results = [],
  LIMIT = 10 * 60_000;

for (const file of readdirSync(join(WEB, "e2e/tests"))
  .filter((f) => f.endsWith(".test.mjs"))
  .sort()) {
  const { tests, close } = await import(pathToFileURL(join(WEB, "e2e/tests", file)).href);
  for (const test of tests) {
    if (!words.every((w) => `${file} ${test.name}`.includes(w))) continue;
    const started = performance.now();
    const result = { file, name: test.name, ms: 0, error: null, skipped: false };
    if (test.needs === "suite" && suite === null) {
      own = await startServer(new Date().toISOString().replace(/\.\d+/, ""));
      suite = own.url;
    }
    result.error = await attempt(test);
    result.ms = performance.now() - started;
    results.push(result);
    console.log(`${result.skipped ? "skip" : result.error === null ? "ok  " : "FAIL"} ${file.replace(".test.mjs", "")}: ${test.name}`);
    if (result.error !== null) console.log(result.error.stack ?? result.error.message);
  }
  await close?.();
}
await browser.close();
await own?.stop();
await pages.close();

/** Runs one test with contexts of its own; a page error or an unexpected console error fails it. A failure leaves a picture. */
async function attempt(test) {
  const contexts = [],
    faults = [],
    refused = [];
  const t = {
    pages: pages.url,
    suite,
    shots: SHOTS,
    browser,
    /**
     * A page in a new context; options as playwright's newContext, and storage: entries of localStorage. withoutServer:
     * the page stands alone, so that requests of its own which find nobody are no fault.
     */
    async page({ storage = {}, allowErrors = false, withoutServer = false, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ignoreHTTPSErrors: true, ...options });
      contexts.push(context);
      await context.addInitScript((entries) => {
        for (const [k, v] of entries) localStorage.setItem(k, v);
      }, Object.entries(storage));
      const page = await context.newPage();
      page.on("response", (r) => {
        if (r.status() >= 400)
          void r
            .text()
            .catch(() => "")
            .then((body) => refused.push(`${r.request().method()} ${new URL(r.url()).pathname} ${r.status()} ${body.slice(0, 300)}`));
      });
      page.on("pageerror", (e) => faults.push(`page error: ${e.message}`));
      if (!allowErrors)
        page.on("console", (m) => {
          if (m.type() === "error" && !(withoutServer && m.text().startsWith("Failed to load resource")))
            faults.push(`console: ${m.text()}`);
        });
      return page;
    },
  };
  try {
    let late;
    const limit = new Promise((_, fail) => {
      late = setTimeout(() => fail(new Error(`is not done after ${LIMIT / 60_000} minutes`)), LIMIT); // a test that hangs fails alone
    });
    await Promise.race([test.run(t), limit]).finally(() => clearTimeout(late));
    return faults.length === 0 ? null : new Error(faults.join("\n"));
  } catch (error) {
    const page = contexts.at(-1)?.pages()[0];
    await page?.screenshot({ path: join(SHOTS, `failed-${test.name.replace(/[^\w-]+/g, "-")}.png`) }).catch(() => {});
    console.log(await seen(page, refused));
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    for (const context of contexts) await context.close();
  }
}

/** What a failed test's last page showed, for those who have only the log: address, focus, messages, refusals, text. */
async function seen(page, refused) {
  const shown = await page
    ?.evaluate(() => ({
      at: location.pathname,
      focus: document.activeElement?.id || document.activeElement?.tagName,
      told: [...document.querySelectorAll("[role=alert], [role=status], .toast")].map((e) => e.textContent).filter((t) => t !== ""),
      text: document.body.innerText.replace(/\s+/g, " ").slice(0, 1500),
    }))
    .catch((e) => String(e));
  return `seen: ${JSON.stringify({ shown, refused: refused.slice(-5) }, null, 1)}`;
}

const xml = (text) =>
  String(text)
    .replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c])
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
const failed = results.filter((r) => r.error !== null).length,
  skipped = results.filter((r) => r.skipped).length;
writeFileSync(
  join(WEB, "test-results/e2e.junit.xml"),
  `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="${results.length}" failures="${failed}" skipped="${skipped}"><testsuite name="e2e" tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}">
${results.map((r) => `<testcase classname="${xml(r.file)}" name="${xml(r.name)}" time="${(r.ms / 1000).toFixed(3)}">${r.skipped ? "<skipped/>" : r.error === null ? "" : `<failure message="${xml(r.error.message)}">${xml(r.error.stack ?? "")}</failure>`}</testcase>`).join("\n")}
</testsuite></testsuites>
`,
);
console.log(`e2e: ${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 || results.length === 0 ? 1 : 0);
