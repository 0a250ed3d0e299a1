import { ApiProblem } from "@parterre/api";
import type { Scan, Verdict } from "./wire.ts";

/** What became of a scan: it waits, was answered, or the server will never take it. */
export type Outcome =
  | { readonly kind: "waiting" }
  | { readonly kind: "answered"; readonly verdict: Verdict }
  | { readonly kind: "refused"; readonly error: ApiProblem };
export interface Entry {
  readonly scan: Scan;
  readonly outcome: Outcome;
}
export interface QueueState {
  readonly pending: readonly Scan[];
  readonly recent: readonly Entry[];
  readonly online: boolean;
  readonly signedOut: boolean;
}

export interface QueueOptions {
  readonly deliver: (scan: Scan, offline: boolean) => Promise<Verdict>;
  readonly load: () => string | null;
  readonly save: (text: string) => void;
  /** Milliseconds to wait after a lost line; resolves early when the line is back. */
  readonly pause: (ms: number) => Promise<void>;
  readonly now?: () => number;
}
const RECENT = 20,
  MANY_TRIES = 30_000;

/**
 * Scans on their way to the server, in order. A scan is written down before it is sent and stays until it is answered:
 * a lost line, a busy server or a reload sends it again with the same id, and the server gives the same answer.
 */
export class ScanQueue {
  private pending: Scan[];
  private recent: Entry[] = [];
  private online = true;
  private signedOut = false;
  private running = false;
  private readonly tried = new Set<string>();
  private shown: QueueState;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: QueueOptions) {
    this.pending = readScans(options.load());
    for (const scan of this.pending) this.tried.add(scan.id); // read before this page was opened
    this.shown = this.picture();
  }

  readonly state = (): QueueState => this.shown;
  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add(scan: Scan): void {
    this.pending.push(scan);
    this.note({ scan, outcome: { kind: "waiting" } });
    this.changed();
    void this.run();
  }

  /** The way is clear again: signed in, paired, or the network says so. */
  resume(): void {
    this.signedOut = false;
    this.changed();
    void this.run();
  }

  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let wait = 500;
    while (this.pending.length > 0 && !this.signedOut) {
      const scan = this.pending[0]!;
      try {
        const verdict = await this.options.deliver(scan, this.tried.has(scan.id));
        this.online = true;
        wait = 500;
        this.done(scan, { kind: "answered", verdict });
      } catch (error) {
        this.tried.add(scan.id);
        if (error instanceof ApiProblem && error.status === 401) this.signedOut = true;
        else if (error instanceof ApiProblem && error.status < 500 && error.status !== 408 && error.status !== 429)
          this.done(scan, { kind: "refused", error });
        else {
          this.online = error instanceof ApiProblem;
          this.changed();
          await this.options.pause(wait);
          wait = Math.min(MANY_TRIES, wait * 2);
        }
      }
      this.changed();
    }
    this.running = false;
  }

  private done(scan: Scan, outcome: Outcome): void {
    this.pending = this.pending.filter((s) => s.id !== scan.id);
    this.tried.delete(scan.id);
    this.note({ scan, outcome });
  }

  private note(entry: Entry): void {
    this.recent = [entry, ...this.recent.filter((e) => e.scan.id !== entry.scan.id)].slice(0, RECENT);
  }

  private picture(): QueueState {
    return { pending: this.pending, recent: this.recent, online: this.online, signedOut: this.signedOut };
  }

  private changed(): void {
    this.options.save(JSON.stringify(this.pending));
    this.shown = this.picture();
    for (const l of this.listeners) l();
  }
}

function readScans(text: string | null): Scan[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list)
      ? list.filter((s): s is Scan => typeof s?.id === "string" && typeof s.text === "string" && typeof s.session === "string")
      : [];
  } catch {
    return [];
  }
}

/**
 * A keyboard wedge: a scanner that types. Keys that follow each other within 60 ms and end with Enter are one scan; slower
 * typing is a person's and is left alone.
 */
export class Wedge {
  private text = "";
  private last = -Infinity;
  constructor(
    private readonly gap = 60,
    private readonly least = 8,
  ) {}

  /** The scanned text when this key ends one, else null. at: milliseconds. */
  key(key: string, at: number): string | null {
    const fast = at - this.last <= this.gap;
    this.last = at;
    if (key === "Enter") {
      const got = fast && this.text.length >= this.least ? this.text : null;
      this.text = "";
      return got;
    }
    if ([...key].length !== 1) return null;
    this.text = fast ? this.text + key : key;
    return null;
  }
}
