import { formatPlan, parsePlan } from "@parterre/planmodel";
import { findingsInSteps, type Finding } from "./checks.ts";
import { TwinStore, type TwinChange } from "./twin.ts";

/** The page sends the document once and then what changes; the worker keeps a twin, looks it over and packs it. */
export type ToWorker =
  { readonly document: string } | { readonly changes: readonly TwinChange[]; readonly next: number } | { readonly pack: number };
export type FromWorker = { readonly findings: readonly Finding[] } | { readonly packed: number; readonly bytes: ArrayBuffer };

/** Milliseconds without a change before the plan is looked over: a held arrow key is looked at once. */
const QUIET = 300;

let twin = new TwinStore(),
  timer: ReturnType<typeof setTimeout> | null = null,
  round = 0;
const host = self as unknown as {
  onmessage: ((e: { data: ToWorker }) => void) | null;
  postMessage: (m: FromWorker, transfer?: Transferable[]) => void;
};
const pause = (): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, 0);
  });

/** Looks the plan over in steps; given up as soon as another change comes. */
async function look(): Promise<void> {
  const mine = ++round,
    steps = findingsInSteps(twin.plan);
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      host.postMessage({ findings: step.value });
      return;
    }
    await pause();
    if (mine !== round) return;
  }
}

async function pack(ticket: number): Promise<void> {
  const stream = new Blob([formatPlan(twin.plan)]).stream().pipeThrough(new CompressionStream("gzip")),
    bytes = await new Response(stream).arrayBuffer();
  host.postMessage({ packed: ticket, bytes }, [bytes]);
}

host.onmessage = ({ data }) => {
  if ("pack" in data) {
    void pack(data.pack);
    return;
  }
  if ("document" in data) twin = new TwinStore(parsePlan(data.document));
  else twin.take(data.changes, data.next);
  round++; // what is being looked at is no longer so
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => {
    timer = null;
    void look();
  }, QUIET);
};
