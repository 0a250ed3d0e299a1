// Writes packages/api/openapi.json from the server's own types (`parterre openapi`) and packages/api/src/schema.d.ts from
// that. With --check nothing is written and stale types are an error; with --types only the second step is done.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../packages/api/openapi.json", import.meta.url),
  target = new URL("../packages/api/src/schema.d.ts", import.meta.url);
if (!process.argv.includes("--check") && !process.argv.includes("--types")) {
  const made = spawnSync("go", ["run", "./apps/parterre", "openapi"], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    encoding: "utf8",
    maxBuffer: 64 << 20,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (made.status !== 0) {
    console.error("`go run ./apps/parterre openapi` did not work; --types makes the types from the document that is here");
    process.exit(1);
  }
  writeFileSync(source, made.stdout);
}
const text = `// Generated from openapi.json by \`npm run generate\`; do not edit.\n${astToString(await openapiTS(source))}`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("packages/api/src/schema.d.ts is stale: run `npm run generate` in apps/web");
    process.exit(1);
  }
} else writeFileSync(target, text);
