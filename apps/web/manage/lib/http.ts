import { IDEMPOTENCY_HEADER, submit, type ParterreClient } from "@parterre/api";
import { useApi } from "@parterre/ui";
import { useMemo } from "react";

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;
/** One page of a list; next is absent at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}
export type Unsafe = "POST" | "PUT" | "PATCH" | "DELETE";

/** reason: the sentence that the audit log keeps with the change. */
export interface SendOptions {
  readonly query?: Query;
  readonly intent?: string;
  readonly reason?: string;
}

export interface Http {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  bytes(path: string, signal?: AbortSignal): Promise<Uint8Array>;
  text(path: string, signal?: AbortSignal): Promise<string>;
  /** Changes something, at most once: tries share one key. The default name of the intent is method and path. */
  send<T>(method: Unsafe, path: string, body?: unknown, options?: SendOptions): Promise<T>;
  /** A POST that only asks: no key, may be given up. */
  ask<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T>;
}

interface Loose {
  request(method: string, path: string, init: Record<string, unknown>): Promise<{ data?: unknown }>;
}

const clean = (query: Query = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(query).filter(([, v]) => v !== null && v !== undefined && v !== "" && !(Array.isArray(v) && v.length === 0)),
  );

/** UTF-8 in a header: one character a byte, as fetch wants it. Line ends would end the header. */
export const headerText = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text.replace(/\s+/g, " ").trim()));

/** The API by plain paths. Every refusal is an ApiProblem, a lost line a TypeError. */
export function makeHttp(api: ParterreClient): Http {
  const loose = api as unknown as Loose;
  const querySerializer = { array: { style: "form", explode: false } };
  const read = async (path: string, parseAs: string, signal?: AbortSignal, query?: Query): Promise<unknown> =>
    (await loose.request("get", path, { params: { query: clean(query) }, querySerializer, parseAs, signal })).data;
  return {
    get: async <T>(path: string, query?: Query, signal?: AbortSignal) => (await read(path, "json", signal, query)) as T,
    bytes: async (path, signal) => new Uint8Array((await read(path, "arrayBuffer", signal)) as ArrayBuffer),
    text: async (path, signal) => (await read(path, "text", signal)) as string,
    send: async <T>(method: Unsafe, path: string, body?: unknown, options: SendOptions = {}) =>
      submit(
        options.intent ?? `${method} ${path}`,
        { body, query: options.query },
        async (headers) =>
          (
            await loose.request(method.toLowerCase(), path, {
              params: { query: clean(options.query) },
              querySerializer,
              headers: { ...headers, ...(options.reason === undefined ? {} : { "X-Reason": headerText(options.reason) }) },
              ...(body === undefined ? {} : { body }),
            })
          ).data as T,
      ),
    ask: async <T>(path: string, body: unknown, signal?: AbortSignal) =>
      (await loose.request("post", path, { body, signal, headers: { [IDEMPOTENCY_HEADER]: crypto.randomUUID() } })).data as T,
  };
}

export function useHttp(): Http {
  const api = useApi();
  return useMemo(() => makeHttp(api), [api]);
}
