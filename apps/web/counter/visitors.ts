/** The visitors of a sale as they are typed or read from their cards. */
import { toast, useT } from "@parterre/ui";
import { useEffect, useRef, useState } from "react";
import { cleanNumber, isUnder14, nameFault, numberFault, type Person } from "../shop/people.ts";
import type { Card } from "./devices/frames.ts";
import { onCard } from "./devices/hub.ts";
import { readCard } from "./wire.ts";

export interface Visitors {
  readonly people: readonly Person[];
  readonly put: (nth: number, part: Partial<Person>) => void;
  /** Nobody has a fault. */
  readonly good: boolean;
  /** As the server takes them. */
  readonly sent: readonly object[];
  /** Takes what a reader typed into a number's field; false when it is no card. */
  readonly typed: (raw: string, nth: number) => boolean;
}

/** first: who is there already, one for each visitor. next: the id of the field after the last visitor. */
export function useVisitors(first: readonly Person[], next: () => string): Visitors {
  const text = useT(),
    [people, setPeople] = useState(first),
    now = new Date();
  const put = (nth: number, part: Partial<Person>): void => setPeople((all) => all.map((p, i) => (i === nth ? { ...p, ...part } : p)));
  const focus = (id: string): void => document.getElementById(id)?.focus();
  // A card laid on a reader that types goes into the field that has the focus; the focus goes on to the next person.
  const typed = (raw: string, nth: number): boolean => {
    const read = readCard(raw);
    if (read === null) return false;
    put(nth, { number: read.number, kind: "1", ...(read.name === null ? {} : { name: read.name }) });
    focus(read.name === null ? `n-${nth}` : nth + 1 < people.length ? `d-${nth + 1}` : next());
    return true;
  };
  // A card from a reader goes to the person whose field has the focus if that one is empty, else to the first without a document.
  const laid = (read: Card): void => {
    if (people.some((p) => cleanNumber(p.number) === read.number)) {
      toast("warning", text("d.card-twice"));
      return;
    }
    const focused = /^[dn]-(\d+)$/.exec(document.activeElement?.id ?? ""),
      here = focused === null ? -1 : Number(focused[1]);
    const at = here >= 0 && people[here]?.number === "" ? here : people.findIndex((p) => p.number === "");
    if (at < 0) {
      toast("warning", text("d.card-full"));
      return;
    }
    const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }).replaceAll("-", "");
    if (/^\d{8}$/.test(read.until) && read.until < today) toast("warning", text("d.card-expired"));
    put(at, { number: read.number, kind: read.kind, ...(read.name === "" ? {} : { name: read.name.replace(/,/g, " ") }) });
    const after = people.findIndex((p, i) => i > at && p.number === "");
    focus(read.name === "" ? `n-${at}` : after >= 0 ? `d-${after}` : next());
  };
  const taker = useRef(laid);
  taker.current = laid;
  useEffect(() => onCard((c) => taker.current(c)), []);
  return {
    people,
    put,
    typed,
    good: people.every(
      (p) => nameFault(p.name) === null && numberFault(p.kind, p.number, now) === null && (!isUnder14(p, now) || p.guardian),
    ),
    sent: people.map((p) => ({
      name: p.name.trim(),
      kind: p.kind,
      number: cleanNumber(p.number),
      ...(p.guardian ? { guardian: true } : {}),
    })),
  };
}
