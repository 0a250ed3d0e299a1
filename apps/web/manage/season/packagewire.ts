/** Packages and bundles as the server sends them, and how their states look. Amounts are integer 分. */
import type { Tone } from "../lib/parts.tsx";

interface Option {
  readonly no: number;
  readonly name: string;
  readonly zones: readonly number[];
  readonly price: number;
}
export interface Content {
  readonly name: string;
  readonly nameEn: string;
  readonly note: string;
  readonly kind: "tickets" | "sessions" | "series";
  readonly sessions: readonly string[];
  readonly choose: number;
  readonly tickets: number;
  readonly options: readonly Option[];
  readonly channels: readonly string[];
  readonly opensAt?: string;
  readonly closesAt?: string;
  readonly quota: number;
  readonly perBuyer: number;
  readonly refund: "whole" | "part";
}
export interface Pack {
  readonly id: string;
  readonly no: number;
  readonly show: string;
  readonly state: string;
  readonly version: number;
  readonly content: Content;
  readonly sales: { readonly taken: number; readonly sold: number; readonly amount: number; readonly left: number };
}
export interface BundleItem {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly option: string;
  readonly channel: string;
  readonly state: string;
  readonly amount: number;
  readonly tickets: number;
  readonly createdAt: string;
}
export interface Bundle extends BundleItem {
  readonly package: string;
  readonly parts: readonly {
    readonly session: string;
    readonly startsAt: string;
    readonly amount: number;
    readonly places: readonly { readonly text: string; readonly price: number }[];
    readonly order?: { readonly id: string; readonly number: string; readonly state: string };
  }[];
  readonly payments: readonly { readonly id: string; readonly provider: string; readonly amount: number; readonly state: string }[];
}

export const TONE: Readonly<Record<string, Tone>> = { draft: "quiet", on_sale: "success", closed: "warning" };
export const BUNDLE_TONE: Readonly<Record<string, Tone>> = { pending: "warning", paid: "info", confirmed: "success", refund_due: "danger" };
export const titleOf = (lang: string, zh: string, en: string): string => (lang === "en" && en !== "" ? en : zh);
export const code = (p: Pack, o: Option): string => `K${String(p.no).padStart(4, "0")}-${o.no}`;
