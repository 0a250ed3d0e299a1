import { command, COMMANDS, parseRead, Scanner, STATUS, type Card } from "./frames.ts";

/** The part of Web Serial that is used here (Chromium, over HTTPS). */
export interface SerialLine {
  open(options: { baudRate: number; bufferSize?: number }): Promise<void>;
  close(): Promise<void>;
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
}
export interface SerialApi {
  requestPort(): Promise<SerialLine>;
  getPorts(): Promise<readonly SerialLine[]>;
}
export const serialApi = (): SerialApi | null => (navigator as { serial?: SerialApi }).serial ?? null;

export type SerialFault = "lift" | "card" | "silent" | "port";
export interface SerialTell {
  readonly card: (card: Card) => void;
  readonly fault: (fault: SerialFault) => void;
  readonly ready: () => void;
}

const POLL = 300,
  SHORT = 1000,
  LONG = 3000;
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const t = setTimeout(done, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(t);
        done();
      },
      { once: true },
    );
  });

/** One conversation with a reader: find, select, read, each card told once until it is lifted. Ends with the signal or the line. */
export async function watchReader(line: SerialLine, baudRate: number, tell: SerialTell, signal: AbortSignal): Promise<void> {
  try {
    await line.open({ baudRate, bufferSize: 4096 });
  } catch {
    tell.fault("port");
    return;
  }
  const reader = line.readable!.getReader(),
    writer = line.writable!.getWriter(),
    scan = new Scanner();
  let wake = null as (() => void) | null,
    ended = false;
  const pump = (async () => {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        scan.push(value);
        wake?.();
      }
    } catch {
      /* the line broke: ended */
    }
    ended = true;
    wake?.();
  })();
  const ask = async (c: number, wait: number): Promise<Uint8Array | "silent" | "checksum"> => {
    scan.reset();
    await writer.write(command(c));
    const late = AbortSignal.any([AbortSignal.timeout(wait), signal]);
    for (;;) {
      const got = scan.next();
      if (got !== "more") return got;
      if (late.aborted || ended) return "silent";
      await new Promise<void>((done) => {
        wake = done;
        late.addEventListener("abort", () => done(), { once: true });
      });
    }
  };
  let last = "",
    silent = 0,
    told = false;
  try {
    while (!signal.aborted && !ended) {
      const seen = await look(ask);
      if (signal.aborted) break;
      if (!told && seen !== "silent") {
        told = true;
        tell.ready();
      }
      silent = seen === "silent" ? silent + 1 : 0;
      const now = typeof seen === "string" ? (seen === "none" ? "" : seen === "silent" ? last : "?") : seen.number;
      if (seen === "silent" && silent === 3) tell.fault("silent");
      else if (now !== "" && now !== last && seen !== "silent") {
        if (typeof seen === "string") tell.fault(seen === "card" ? "card" : "lift");
        else tell.card(seen);
      }
      last = now;
      await pause(POLL, signal);
    }
    if (ended && !signal.aborted) tell.fault("port");
  } catch {
    if (!signal.aborted) tell.fault("port");
  } finally {
    await reader.cancel().catch(() => undefined);
    await pump;
    reader.releaseLock();
    writer.releaseLock();
    await line.close().catch(() => undefined);
  }
}

async function look(
  ask: (c: number, wait: number) => Promise<Uint8Array | "silent" | "checksum">,
): Promise<Card | "none" | "lift" | "card" | "silent"> {
  const status = (b: Uint8Array | string): number => (typeof b === "string" ? -1 : (b[2] ?? -1));
  const found = await ask(COMMANDS.find, SHORT);
  if (typeof found === "string") return "silent";
  if (status(found) === STATUS.noCard) return "none";
  if (status(found) !== STATUS.found || status(await ask(COMMANDS.select, SHORT)) !== STATUS.ok) return "lift";
  const read = await ask(COMMANDS.read, LONG);
  if (typeof read === "string" || status(read) !== STATUS.ok) return "lift";
  return parseRead(read) ?? "card";
}
