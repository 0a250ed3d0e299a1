import { follow } from "@parterre/api";
import type { Card } from "./frames.ts";

/** The program beside the browser (parterre edge): card reader and printer of this machine. */
export interface Hello {
  readonly edge: string;
  readonly paired: boolean;
  readonly reader: boolean;
  readonly printer: boolean;
}
export type EdgeState = "live" | "waiting" | "refused" | "moved";

const headers = (token: string): Record<string, string> => (token === "" ? {} : { Authorization: `Bearer ${token}` });
async function call(address: string, path: string, token: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(address + path, {
    ...init,
    headers: { ...headers(token), ...(init.headers as Record<string, string> | undefined) },
    credentials: "omit",
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new EdgeRefusal(((await answer.json().catch(() => ({}))) as { code?: string }).code ?? "edge.internal");
  return answer;
}
export class EdgeRefusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export const hello = async (address: string, token: string): Promise<Hello> =>
  (await (await call(address, "/v1/hello", token)).json()) as Hello;
export async function pair(address: string, code: string): Promise<string> {
  return (
    (await (
      await call(address, "/v1/pair", "", {
        method: "POST",
        body: JSON.stringify({ code }),
        headers: { "Content-Type": "application/json" },
      })
    ).json()) as { token: string }
  ).token;
}
export async function print(address: string, token: string, job: Uint8Array): Promise<void> {
  await call(address, "/v1/print", token, {
    method: "POST",
    body: job as BodyInit,
    headers: { "Content-Type": "application/octet-stream" },
  });
}

/** Cards until the returned function is called. Another page that asks for them takes them over: "moved". */
export function followCards(
  address: string,
  token: string,
  tell: { card: (card: Card) => void; fault: (code: string) => void; state: (state: EdgeState) => void },
): () => void {
  const stop = follow(`${address}/v1/cards`, {
    fetch: (url, init) =>
      fetch(url, { ...init, credentials: "omit", headers: { ...(init?.headers as Record<string, string>), ...headers(token) } }),
    onState: (s) => tell.state(s),
    onEvent: (e) => {
      if (e.event === "moved") {
        stop();
        tell.state("moved");
        return;
      }
      if (e.event === "fault") tell.fault((JSON.parse(e.data) as { code: string }).code);
      if (e.event === "card") tell.card(JSON.parse(e.data) as Card);
    },
  });
  return stop;
}
