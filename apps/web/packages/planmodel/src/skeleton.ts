/** Reading a skeleton alone, for pages that only draw. */
export { parseSkeleton } from "./decode.ts";
