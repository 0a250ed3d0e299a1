import { parsePlan, PlanStore, type PlanDiff } from "@parterre/planmodel";
import { findings, type Finding } from "./checks.ts";

/** The page sends the document once and then each diff; the worker keeps a twin and answers with what it finds. */
export type ToWorker = { readonly document: string } | { readonly diff: PlanDiff };
export interface FromWorker { readonly findings: readonly Finding[] }

let store = new PlanStore(), waiting = false;
const host = self as unknown as { onmessage: ((e: { data: ToWorker }) => void) | null; postMessage: (m: FromWorker) => void };

host.onmessage = ({ data }) => {
  if ("document" in data) store = new PlanStore(parsePlan(data.document));
  else store.apply(data.diff, false);
  if (waiting) return;
  // After all diffs that wait in the queue: a burst of changes is looked at once.
  waiting = true;
  setTimeout(() => {
    waiting = false;
    host.postMessage({ findings: findings(store.plan) });
  }, 0);
};
