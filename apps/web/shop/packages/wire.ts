import type { Clause, OrderDetail, SalePlace, ShopSession } from "../wire.ts";

export interface PackOption {
  readonly no: number;
  readonly name: string;
  readonly zones: readonly number[];
  readonly price: number;
  readonly single: number;
}
export interface Pack {
  readonly id: string;
  readonly show: string;
  readonly name: string;
  readonly nameEn: string;
  readonly note: string;
  readonly kind: "tickets" | "sessions" | "series";
  readonly choose: number;
  readonly fixed: boolean;
  readonly tickets: number;
  readonly refund: "whole" | "part";
  readonly left: number;
  readonly perBuyer: number;
  readonly options: readonly PackOption[];
}
export interface PackSession extends ShopSession {
  readonly free: readonly { readonly option: number; readonly places: number }[];
}
export interface PackDetail extends Pack {
  readonly sessions: readonly PackSession[];
  readonly rules: readonly Clause[];
  readonly people: number;
}
export interface BundleItem {
  readonly id: string;
  readonly number: string;
  readonly package: string;
  readonly name: string;
  readonly nameEn: string;
  readonly option: string;
  readonly state: string;
  readonly amount: number;
  readonly tickets: number;
  readonly createdAt: string;
  readonly secondsLeft: number;
}
export interface BundlePart {
  readonly session: string;
  readonly title: string;
  readonly titleEn: string;
  readonly startsAt: string;
  readonly zone: string;
  readonly places: readonly SalePlace[];
  readonly amount: number;
  readonly order?: OrderDetail;
}
export interface Bundle extends BundleItem {
  readonly refund: "whole" | "part";
  readonly people: number;
  readonly parts: readonly BundlePart[];
  readonly rules: readonly Clause[];
  readonly rulesHash: string;
}
export interface BundleQuote {
  readonly possible: boolean;
  readonly whole: boolean;
  readonly paid: number;
  readonly fee: number;
  readonly back: number;
}
