import createClient, { type Client, type Middleware } from "openapi-fetch";
import { Intents } from "./intents.ts";
import { mayRetry, readProblem } from "./problem.ts";
import type { paths } from "./schema.d.ts";

export type ParterreClient = Client<paths>;

/** Shows that a page of ours sends the request: no other site can set it. Needed on everything that changes something. */
export const CSRF_HEADER = "X-Parterre";
export const IDEMPOTENCY_HEADER = "Idempotency-Key";

export interface ClientOptions {
  readonly baseUrl?: string;
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Milliseconds until a request counts as lost. */
  readonly timeout?: number;
  /** Called on 401, once per answer: the page asks to sign in again and keeps what was typed. */
  readonly onSignedOut?: () => void;
  readonly language?: () => string;
}

/** The typed client: `const { data } = await api.GET("/api/v1/shows")`. Refusals are thrown as ApiProblem. */
export function createApi(options: ClientOptions = {}): ParterreClient {
  const timeout = options.timeout ?? 20_000,
    send = options.fetch ?? ((request: Request) => fetch(request));
  const client = createClient<paths>({
    baseUrl: options.baseUrl ?? (typeof location === "undefined" ? "" : location.origin),
    credentials: "same-origin",
    fetch: (request: Request) => send(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]) })),
  });
  client.use(headers(options), refusals(options));
  return client;
}

function headers(options: ClientOptions): Middleware {
  return {
    onRequest({ request }) {
      if (options.language !== undefined) request.headers.set("Accept-Language", options.language());
      request.headers.set(CSRF_HEADER, "1");
      return request;
    },
  };
}

function refusals(options: ClientOptions): Middleware {
  return {
    async onResponse({ response }) {
      if (response.ok) return response;
      if (response.status === 401) options.onSignedOut?.();
      throw await readProblem(response);
    },
  };
}

export interface SubmitOptions {
  readonly tries?: number;
  readonly wait?: (ms: number) => Promise<void>;
  readonly intents?: Intents;
}
const standardIntents = new Intents();

/**
 * Does something that changes the world, at most once: every try carries the same key. Lost lines, time-outs and busy
 * servers are tried again (1 s, 2 s, 4 s …); any other refusal is final and settles the intent, so that a corrected
 * form is a new intent. After the last try the key is kept: the person's own "try again" is still the same intent.
 *
 *   await submit("pay:" + order, body, (headers) => api.POST("/api/v1/orders/{id}/pay", { params: {...}, body, headers }))
 */
export async function submit<T>(
  intent: string,
  body: unknown,
  call: (headers: { [IDEMPOTENCY_HEADER]: string }) => Promise<T>,
  options: SubmitOptions = {},
): Promise<T> {
  const intents = options.intents ?? standardIntents,
    tries = options.tries ?? 3;
  const wait =
    options.wait ??
    ((ms) =>
      new Promise<void>((done) => {
        setTimeout(done, ms);
      }));
  const headers = { [IDEMPOTENCY_HEADER]: intents.keyFor(intent, body) };
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await call(headers);
      intents.settle(intent);
      return answer;
    } catch (error) {
      if (!mayRetry(error)) {
        intents.settle(intent);
        throw error;
      }
      if (attempt >= tries) throw error;
      await wait(1000 * 2 ** (attempt - 1));
    }
  }
}
