/**
 * The seat plan (座位图) as data: flat records by permanent id, integer millimetres, versioned documents.
 * The file format is described in modules/ticketmap/plan/FORMAT.md; the Go package there reads and writes the same bytes.
 */
export * from "./types.ts";
export * from "./problems.ts";
export * from "./decode.ts";
export { LIMITS, validId, validText } from "./read.ts";
export * from "./encode.ts";
export { check, checkForPublishing } from "./check.ts";
export { MIGRATIONS, migrate, chainFaults, type Migration } from "./migrations.ts";
export * from "./diff.ts";
export { PlanStore, ConflictError } from "./store.ts";
export { History } from "./history.ts";
export { sampleBowl, sampleTheatre } from "./samples.ts";
