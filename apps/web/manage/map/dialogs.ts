/** What the dialogs about a saved map have in common. */
import { useState } from "react";
import type { Session, TicketMap } from "../lib/wire.ts";

export interface Part {
  readonly session: Session;
  readonly map: TicketMap;
  readonly dirty: boolean;
  readonly onDone: () => void;
}

/** Does one thing at a time; a problem stays in the dialog. */
export function useDo(onDone: () => void): { busy: boolean; problem: unknown; run: (work: () => Promise<unknown>) => void } {
  const [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null);
  return {
    busy,
    problem,
    run: (work) => {
      setBusy(true);
      setProblem(null);
      work()
        .then(onDone, setProblem)
        .finally(() => setBusy(false));
    },
  };
}
