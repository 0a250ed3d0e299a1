/** The server's HTTP API, typed from packages/api/openapi.json (`npm run generate`). */
export * from "./problem.ts";
export * from "./client.ts";
export * from "./http.ts";
export { Intents, MemoryStore, type KeyStore } from "./intents.ts";
export * from "./events.ts";
export type { paths, components } from "./schema.d.ts";
