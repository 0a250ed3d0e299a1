import { readProblem } from "./problem.ts";

/** The header by which the server knows that a page of ours sends the request. */
export const PAGE_HEADER = "X-Parterre";

export interface SendOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** Idempotency-Key: the same for every try of one intent. */
  readonly key?: string;
  /** A device's key; without it the browser's cookies say who asks. */
  readonly bearer?: string | null;
  readonly language?: "zh" | "en";
  /** Further headers of this request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the request counts as lost. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** One request, for the small pages that do without the typed client. Refusals are thrown as ApiProblem, lost lines as TypeError. */
export async function request(path: string, options: SendOptions = {}): Promise<Response> {
  const headers: Record<string, string> = {
    ...options.headers,
    Accept: "application/json, application/problem+json",
    "Accept-Language": options.language === "en" ? "en" : "zh-CN",
  };
  const method = options.method ?? (options.body === undefined ? "GET" : "POST");
  if (method !== "GET") headers[PAGE_HEADER] = "1";
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.key !== undefined) headers["Idempotency-Key"] = options.key;
  if (options.bearer != null && options.bearer !== "") headers["Authorization"] = `Bearer ${options.bearer}`;
  const lost = AbortSignal.timeout(options.timeout ?? 20_000);
  const response = await fetch(path, {
    method,
    headers,
    credentials: options.bearer != null ? "omit" : "same-origin",
    signal: options.signal === undefined ? lost : AbortSignal.any([options.signal, lost]),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  if (!response.ok) throw await readProblem(response);
  return response;
}

/** request() with a JSON answer; nothing for 204. */
export async function send<T>(path: string, options: SendOptions = {}): Promise<T> {
  const response = await request(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** A UUIDv7 (RFC 9562): ids that a page makes for holds, orders and scans, ordered by time. */
export function uuidv7(now: number = Date.now(), random: Uint8Array = crypto.getRandomValues(new Uint8Array(10))): string {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 255;
  bytes.set(random, 6);
  bytes[6] = 0x70 | (bytes[6]! & 15);
  bytes[8] = 0x80 | (bytes[8]! & 63);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
