/** Discount rules and their groups as the server sends them. Amounts are integer 分. */
import { useLoad } from "../lib/load.ts";

interface When {
  readonly kinds?: readonly string[];
  readonly channels?: readonly string[];
  readonly sessions?: readonly string[];
  readonly from?: string;
  readonly until?: string;
  readonly hoursBefore?: number;
  readonly minCount?: number;
  readonly minAge?: number;
  readonly maxAge?: number;
}
interface Limit {
  readonly tickets?: number;
  readonly document?: number;
  readonly orders?: number;
  readonly budget?: number;
}
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly group: string;
  readonly position: number;
  readonly effect: "percent" | "amount" | "fixed";
  readonly per: "ticket" | "order" | "set";
  readonly set?: number;
  readonly permille?: number;
  readonly amount?: number;
  readonly floor?: number;
  readonly code?: boolean;
  readonly when: When;
  readonly limit: Limit;
  readonly active: boolean;
  readonly version: number;
  readonly spent?: number;
  readonly orders?: number;
}
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly mode: "best" | "all";
  readonly exclusive: boolean;
  readonly position: number;
  readonly version: number;
}
export interface Discounts {
  readonly groups: readonly Group[];
  readonly rules: readonly Rule[];
}

export const named = (lang: string, x: { readonly name: string; readonly nameEn: string }): string =>
  lang === "en" && x.nameEn !== "" ? x.nameEn : x.name;
export const useDiscounts = (): ReturnType<typeof useLoad<Discounts>> =>
  useLoad<Discounts>("discounts", (h, s) => h.get("/api/v1/discounts", {}, s));
