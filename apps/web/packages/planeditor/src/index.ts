/**
 * The seat plan designer without a screen: an Editor with document, history, selection and camera; tools as state
 * charts (a folder each, a file per state); actions in one list; numbering, generators, checks, autosave.
 */
export { Editor, type Ghost, type Topic } from "./editor.ts";
export { DEFAULTS, type Options } from "./options.ts";
export { State, Tool, type KeyInfo, type Modifiers, type PointerInfo } from "./state.ts";
export type { Preview } from "./preview.ts";
export * from "./selection.ts";
export * from "./layout.ts";
export * from "./numbering.ts";
export { walkingOrder, seatsOfRows, rowsFromFront } from "./walk.ts";
export { contentOf, placesOf, hullRound } from "./content.ts";
export { pickAt, seatAt, objectAt } from "./hit.ts";
export * from "./actions/registry.ts";
export * from "./actions/arrange.ts";
export * from "./actions/categories.ts";
export * from "./actions/number.ts";
export * from "./actions/outline.ts";
export { handlesOf, handleAt, outlined, selectionBox, type Handle } from "./handles.ts";
export * from "./actions/seats.ts";
export * from "./actions/entrances.ts";
export * from "./looks.ts";
export { removeSelection } from "./actions/remove.ts";
export * from "./merge.ts";
export * from "./journal.ts";
export * from "./autosave.ts";
export { findings, findingsInSteps, type Finding } from "./checks.ts";
export type { FromWorker, ToWorker } from "./twin.worker.ts";
export { TwinQueue, TwinStore, type TwinChange } from "./twin.ts";
export * from "./generate/index.ts";
export * from "./sight.ts";
