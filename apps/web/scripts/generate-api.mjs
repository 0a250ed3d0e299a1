// Writes packages/api/src/schema.d.ts from packages/api/openapi.json. With --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../packages/api/openapi.json", import.meta.url), target = new URL("../packages/api/src/schema.d.ts", import.meta.url);
const text = `// Generated from openapi.json by \`npm run generate\`; do not edit.\n${astToString(await openapiTS(source))}`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("packages/api/src/schema.d.ts is stale: run `npm run generate` in apps/web");
    process.exit(1);
  }
} else writeFileSync(target, text);
