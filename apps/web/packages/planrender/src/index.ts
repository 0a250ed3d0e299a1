/** Draws seat plans of up to 250,000 seats and knows which seat is under the pointer; and the wire codecs they come in. */
export * from "./codec.ts";
export * from "./status.ts";
export { CodecError } from "./bytes.ts";
export * from "./camera.ts";
export * from "./palette.ts";
export { coverage } from "./mark.ts";
export * from "./model.ts";
export * from "./objects.ts";
export { couplesOf } from "./couples.ts";
export { rowEndsOf, type RowEnds } from "./rowlabels.ts";
export { isSoftwareGl, chunksOf, visibleRanges, type SeatRenderer } from "./renderer.ts";
export { stampSprite, type Sprite } from "./decals.ts";
export type { PaintState } from "./ground.ts";
export { PixelPainter, PixelRenderer } from "./pixels.ts";
export { WebGlRenderer, hasHardwareGl } from "./webgl.ts";
export { SeatMap, type SeatMapOptions, type Zone } from "./seatmap.ts";
export { modelExtent, patchModel, type ModelPatch } from "./patch.ts";
export { SeatRanks } from "./ranks.ts";
