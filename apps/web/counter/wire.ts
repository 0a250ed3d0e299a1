import { ApiProblem, send, uuidv7, type SendOptions } from "@parterre/api";
import { language, sessionEnded } from "@parterre/ui";
import { readCard as typed } from "./devices/wedge.ts";

async function call<T>(path: string, options: SendOptions = {}): Promise<T> {
  try {
    return await send<T>(`/api/v1${path}`, { language: language(), ...options });
  } catch (e) {
    if (e instanceof ApiProblem && e.status === 401) sessionEnded();
    throw e;
  }
}
export const get = <T>(path: string): Promise<T> => call<T>(path);
export const post = <T>(path: string, body: unknown, key: string = uuidv7()): Promise<T> => call<T>(path, { method: "POST", body, key });
export const remove = (path: string): Promise<void> => call<void>(path, { method: "DELETE", key: uuidv7() });

export interface OrderItem {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly titleEn: string;
  readonly startsAt: string;
  readonly channel: string;
  readonly state: string;
  readonly amount: number;
  readonly places: number;
  readonly createdAt: string;
}
export interface Sold {
  readonly order: {
    readonly id: string;
    readonly number: string;
    readonly amount: number;
    readonly pdf?: string;
    readonly tickets: readonly { readonly seat: number; readonly text: string; readonly code?: string }[];
  };
  readonly change: number;
  readonly method?: string;
  readonly taken?: number;
}

/** "12.5" yuan as 分, or null for what is no amount. */
export function fen(text: string): number | null {
  const m = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text.trim().replace(/[¥,]/g, ""));
  return m === null ? null : Number(m[1]) * 100 + Number((m[2] ?? "").padEnd(2, "0"));
}

/** What an ID card reader types into a field: the number, with the name when it is there; only with a good check digit. */
export function readCard(text: string): { name: string | null; number: string } | null {
  const card = typed(text.trim());
  return card === null ? null : { name: card.name === "" ? null : card.name, number: card.number };
}
