// Builds all pages into dist/, packs the assets beside themselves (.br, .gz) and prints what each page weighs.
// Fails when a page is over its limit.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url))),
  dist = join(root, "dist");
const LIMITS = { shop: 60, gate: 60 }; // kB, gzip, all that the first picture needs

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) if (name !== ".keep") rmSync(join(dist, name), { recursive: true });
for (const pages of ["consoles", "small"]) {
  const run = spawnSync(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PAGES: pages },
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

const assets = join(dist, "assets"),
  packed = new Map();
for (const name of readdirSync(assets)) {
  const body = readFileSync(join(assets, name));
  const gz = gzipSync(body, { level: 9 });
  packed.set(name, gz.length);
  if (body.length < 1024 || !/\.(js|css|svg|json|html)$/.test(name)) continue;
  writeFileSync(join(assets, `${name}.gz`), gz);
  writeFileSync(
    join(assets, `${name}.br`),
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
  );
}

/** All files that a page loads at once: its scripts and styles and what those import statically. */
function weight(page) {
  const html = readFileSync(join(dist, page, "index.html"), "utf8"),
    seen = new Set();
  const take = (name) => {
    if (seen.has(name) || !packed.has(name)) return;
    seen.add(name);
    if (!name.endsWith(".js")) return;
    const code = readFileSync(join(assets, name), "utf8");
    for (const m of code.matchAll(/(?:from|^import|[;}]import)\s*["']\.\/([\w.-]+)["']/g)) take(m[1]);
  };
  for (const m of html.matchAll(/\/assets\/([\w.-]+)/g)) take(m[1]);
  return [...seen].reduce((sum, name) => sum + packed.get(name), 0) / 1024;
}

let over = false;
for (const page of readdirSync(dist).filter((name) => existsSync(join(dist, name, "index.html")))) {
  const kb = weight(page),
    limit = LIMITS[page];
  if (limit !== undefined && kb > limit) over = true;
  console.log(`${page.padEnd(8)} ${kb.toFixed(1).padStart(7)} kB gzip${limit === undefined ? "" : ` (limit ${limit})`}`);
}
if (over) {
  console.error("a page is over its limit: see LIMITS in scripts/build.mjs");
  process.exit(1);
}
