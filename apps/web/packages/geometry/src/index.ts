/** Plane geometry for seat plans. Imports nothing. */
export * from "./units.ts";
export * from "./vec.ts";
export * from "./box.ts";
export * as polygon from "./polygon.ts";
export type { Polygon } from "./polygon.ts";
export * from "./grid.ts";
