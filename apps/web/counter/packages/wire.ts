import type { ShopSession } from "../../shop/wire.ts";

export interface PackOption {
  readonly no: number;
  readonly name: string;
  readonly zones: readonly number[];
  readonly price: number;
}
/** A package as staff see it. */
export interface Pack {
  readonly id: string;
  readonly state: string;
  readonly content: {
    readonly name: string;
    readonly nameEn: string;
    readonly note: string;
    readonly kind: "tickets" | "sessions" | "series";
    readonly sessions: readonly string[];
    readonly choose: number;
    readonly tickets: number;
    readonly channels: readonly string[];
    readonly options: readonly PackOption[];
  };
}
export type Sessions = ReadonlyMap<string, ShopSession>;
