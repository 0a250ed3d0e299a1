/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Parses a text/event-stream in pieces as they arrive (WHATWG HTML, 9.2.6). */
export class EventParser {
  private rest = "";
  private data: string[] = [];
  private event = "";
  /** The last id seen: what a resumed stream asks to go on from. */
  lastId = "";
  /** Milliseconds the server asks to wait before connecting again. */
  retry: number | null = null;
  private afterReturn = false;

  push(chunk: string): ServerEvent[] {
    const out: ServerEvent[] = [];
    let text = this.rest + (this.afterReturn && chunk.startsWith("\n") ? chunk.slice(1) : chunk);
    if (chunk !== "") this.afterReturn = chunk.endsWith("\r");
    for (let m = /\r\n|\r|\n/.exec(text); m !== null; m = /\r\n|\r|\n/.exec(text)) {
      this.line(text.slice(0, m.index), out);
      text = text.slice(m.index + m[0].length);
    }
    this.rest = text;
    return out;
  }

  private line(line: string, out: ServerEvent[]): void {
    if (line === "") {
      if (this.data.length > 0)
        out.push({ event: this.event === "" ? "message" : this.event, data: this.data.join("\n"), id: this.lastId });
      this.data = [];
      this.event = "";
      return;
    }
    if (line.startsWith(":")) return; // a comment keeps the line alive
    const colon = line.indexOf(":"),
      field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.data.push(value);
    else if (field === "event") this.event = value;
    else if (field === "id" && !value.includes("\0")) this.lastId = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }
}

export interface StreamOptions {
  readonly onEvent: (event: ServerEvent) => void;
  /** "live" once the server answers, "waiting" while the line is down, "refused" when it will not (4xx): the stream ends. */
  readonly onState?: (state: "live" | "waiting" | "refused", status?: number) => void;
  /** Go on from here; later connections go on from the last id by themselves. */
  readonly lastEventId?: string;
  /** Milliseconds without a byte until the line counts as dead; the server sends a comment every 15 s. */
  readonly silence?: number;
  readonly fetch?: typeof fetch;
  readonly random?: () => number;
}

/**
 * Follows an event stream for as long as the page wants: connects again after a broken line with growing pauses (1 s to
 * 30 s, spread by chance) and asks for what it missed by Last-Event-ID. Returns the way to stop.
 */
export function follow(url: string, options: StreamOptions): () => void {
  const stop = new AbortController();
  void run(url, options, stop.signal);
  return () => stop.abort();
}

async function run(url: string, options: StreamOptions, signal: AbortSignal): Promise<void> {
  const random = options.random ?? Math.random;
  let lastId = options.lastEventId ?? "",
    failures = 0,
    pause = 1000;
  while (!signal.aborted) {
    const parser = new EventParser();
    parser.lastId = lastId;
    try {
      const status = await once(url, options, parser, signal, () => {
        failures = 0;
      });
      if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
        options.onState?.("refused", status);
        return;
      }
    } catch {
      // a broken line: below
    }
    lastId = parser.lastId;
    pause = parser.retry ?? 1000;
    if (signal.aborted) return;
    options.onState?.("waiting");
    await sleep(Math.min(30_000, pause * 2 ** failures) * (0.75 + random() / 2), signal);
    failures = Math.min(failures + 1, 6);
  }
}

/** One connection until it ends. Answers its status; throws when the line breaks or falls silent. */
async function once(url: string, options: StreamOptions, parser: EventParser, signal: AbortSignal, alive: () => void): Promise<number> {
  const watchdog = new AbortController();
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (parser.lastId !== "") headers["Last-Event-ID"] = parser.lastId;
  const response = await (options.fetch ?? fetch)(url, {
    headers,
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.any([signal, watchdog.signal]),
  });
  if (!response.ok || response.body === null) return response.status;
  options.onState?.("live");
  const reader = response.body.getReader(),
    decoder = new TextDecoder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      clearTimeout(timer);
      timer = setTimeout(() => watchdog.abort(), options.silence ?? 45_000);
      const { done, value } = await reader.read();
      if (done) return response.status;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) options.onEvent(event);
      alive();
    }
  } finally {
    clearTimeout(timer);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
}
