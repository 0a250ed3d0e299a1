import { TwinQueue, type Editor, type Finding, type FromWorker, type ToWorker } from "@parterre/planeditor";

/** Milliseconds that changes wait for each other on their way to the worker. */
const GATHER = 120;

/**
 * The worker that keeps a second copy of the plan. It looks the plan over and writes and packs the document, so that
 * neither stops the drawing.
 */
export class Twin {
  findings: readonly Finding[] | null = null;
  private readonly worker = new Worker(new URL("../../packages/planeditor/src/twin.worker.ts", import.meta.url), { type: "module" });
  private readonly queue = new TwinQueue();
  private readonly waiting = new Map<number, { readonly done: (b: Blob) => void; readonly fail: (e: Error) => void }>();
  private readonly listeners = new Set<() => void>();
  private readonly stop: () => void;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private tickets = 0;
  private broken: Error | null = null;

  /** document: the text that the editor's plan was read from, before any change. */
  constructor(
    private readonly editor: Editor,
    document: string,
  ) {
    this.worker.onmessage = (e: MessageEvent<FromWorker>) => this.hear(e.data);
    this.worker.onerror = (e) => {
      this.broken = new Error(`the designer's worker stopped: ${e.message}`);
      for (const w of this.waiting.values()) w.fail(this.broken);
      this.waiting.clear();
    };
    this.send({ document });
    this.stop = editor.onDiff((diff) => {
      this.queue.push(diff);
      this.timer ??= setTimeout(() => this.flush(), GATHER);
    });
  }

  listen(l: () => void): () => void {
    this.listeners.add(l);
    return () => this.listeners.delete(l);
  }

  /** The document as it is now, written and compressed. Rejects when the worker has stopped. */
  pack(): Promise<Blob> {
    this.flush();
    if (this.broken !== null) return Promise.reject(this.broken);
    const ticket = ++this.tickets;
    return new Promise((done, fail) => {
      this.waiting.set(ticket, { done, fail });
      this.send({ pack: ticket });
    });
  }

  /** Settles when nothing asked of pack() is under way. */
  async packed(): Promise<void> {
    while (this.waiting.size > 0 && this.broken === null)
      await new Promise((done) => {
        setTimeout(done, 50);
      });
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (!this.queue.empty) this.send({ changes: this.queue.take(), next: this.editor.plan.nextSeatId });
  }

  private send(m: ToWorker): void {
    this.worker.postMessage(m);
  }

  private hear(m: FromWorker): void {
    if ("packed" in m) {
      this.waiting.get(m.packed)?.done(new Blob([m.bytes]));
      this.waiting.delete(m.packed);
      return;
    }
    this.findings = m.findings;
    for (const l of this.listeners) l();
  }

  dispose(): void {
    this.stop();
    if (this.timer !== null) clearTimeout(this.timer);
    this.worker.terminate();
    this.listeners.clear();
  }
}
