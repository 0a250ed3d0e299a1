// Starts the Chromium that Debian installs and serves files to it. For browser tests, screenshots and the bench.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const WEB = join(fileURLToPath(import.meta.url), "../..");
export const SHOTS = join(WEB, "e2e/shots");

export function launch(options = {}) {
  const path =
    process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));
  if (path === undefined) throw new Error("no Chromium here: apt-get install chromium fonts-noto-cjk, or set CHROMIUM to its path");
  return chromium.launch({ executablePath: path, args: ["--no-sandbox", ...(options.args ?? [])] });
}

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** Serves a build folder like the server does: /shop/orders answers with shop/index.html; /api answers 404 with a problem. */
export async function serveFolder(folder) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    if (path.startsWith("/api/")) {
      response.writeHead(404, { "content-type": "application/problem+json" });
      return response.end(JSON.stringify({ status: 404, title: "Not Found" }));
    }
    const entry = join(folder, path.split("/")[1] ?? "", "index.html");
    const file = [join(folder, path), entry].find((f) => f.startsWith(folder) && existsSync(f) && statSync(f).isFile());
    if (file === undefined) {
      response.writeHead(404);
      return response.end();
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

/** axe-core's serious and critical findings on a page. */
export async function axe(page) {
  await page.evaluate(readFileSync(join(WEB, "node_modules/axe-core/axe.min.js"), "utf8")); // the pages' policy allows no script tags but their own
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return result.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(" ")).join(", ")})`);
}
