import { Link, usePath, useT } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { get } from "./wire.ts";

const listeners = new Set<() => void>();
/** Told when a shift was opened or closed. */
export const shiftChanged = (): void => {
  for (const l of listeners) l();
};

/** Says in the header of every page that no shift is open: what is sold then is in nobody's books until one is. */
export function ShiftChip(): ReactNode {
  const text = useT(),
    path = usePath(),
    [none, setNone] = useState(false),
    [round, setRound] = useState(0);
  useEffect(() => {
    const again = (): void => setRound((n) => n + 1);
    listeners.add(again);
    return () => {
      listeners.delete(again);
    };
  }, []);
  useEffect(() => {
    let live = true;
    // The list answers also where there is none; a line that is down is told by the page itself.
    get<{ items: readonly { readonly closedAt?: string }[] }>("/shifts/mine?size=1").then(
      (l) => {
        if (live) setNone(!l.items.some((s) => s.closedAt === undefined));
      },
      () => undefined,
    );
    return () => {
      live = false;
    };
  }, [path, round]);
  return none ? (
    <Link to="/shift" className="shift-chip">
      <i aria-hidden="true" />
      {text("d.shift-none")}
    </Link>
  ) : null;
}
