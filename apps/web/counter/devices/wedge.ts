import { checks18, kindOf18, type Card } from "./frames.ts";

/** The number in what was typed as one go: alone, between a reader's prefix and suffix, or with the name apart by a sign. */
export function readCard(text: string): Card | null {
  for (const m of text.matchAll(/(?<![\dA-Za-z])([1-9]\d{16}[\dXx])(?![\dA-Za-z])/g)) {
    const number = m[1]!.toUpperCase();
    if (!checks18(number)) continue;
    const rest = text.slice(0, m.index) + " " + text.slice(m.index + 18);
    const name =
      rest.split(/[\s,|;:#^$\p{Cc}]+/u).find((w) => /^[\p{Script=Han}·•]{2,}$/u.test(w) && w !== "姓名" && !/号码?$/.test(w)) ?? "";
    return { kind: kindOf18(number), name, number, until: "" };
  }
  return null;
}
/** Whether a text has the form of a number but not its check digit or date: a reader that lost a key, or a typing error. */
export const looksLikeNumber = (text: string): boolean => /(?<!\d)[1-9]\d{16}[\dXx](?![\dA-Za-z])/.test(text) && readCard(text) === null;

export interface Key {
  readonly key: string;
  readonly at: number;
}
/** Milliseconds between two keys of a reader; people are slower than that over fifteen keys. */
const PACE = 50,
  SHORTEST = 15;

/**
 * Finds bursts in a stream of keys: characters that follow each other faster than a person types, ended by Enter, Tab or
 * a pause. push() answers with the text of a burst that Enter or Tab has ended; settle() with one that a pause ends.
 */
export class Burst {
  private text = "";
  private last = -Infinity;
  /** The first key after a pause: a burst may begin here. */
  begins(at: number): boolean {
    return at - this.last > PACE || at < this.last;
  }
  push(k: Key): string | null {
    const fast = !this.begins(k.at);
    this.last = k.at;
    if (!fast) this.text = "";
    if (k.key === "Enter" || k.key === "Tab") {
      const whole = this.text;
      this.text = "";
      return fast && [...whole].length >= SHORTEST ? whole : null;
    }
    if ([...k.key].length === 1) this.text += k.key;
    return null;
  }
  /** At a pause: the text so far if it is long enough to be a reader's. It stays: a slow machine may have more keys waiting. */
  settle(): string | null {
    return [...this.text].length >= SHORTEST ? this.text : null;
  }
  /** The burst is over: the next key is no part of it, however soon it comes. */
  reset(): void {
    this.text = "";
    this.last = -Infinity;
  }
}

type Field = HTMLInputElement | HTMLTextAreaElement;
const asField = (at: EventTarget | null): Field | null => (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at : null);

/** Sets a field as a person would, so that the page's own state follows. */
function setField(field: Field, value: string): void {
  const proto = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(proto, "value")!.set!.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Listens for a reader that types like a keyboard, wherever the focus is: what it typed into a field is taken out
 * again and the card is told instead. A single digit outside of fields waits for the next key, so that a card does not
 * set off the page's number keys.
 */
export function listenWedge(
  tell: { card: (card: Card) => void; wrong: () => void; code?: (text: string) => boolean },
  replay: (e: KeyboardEvent) => void,
  target: Window = window,
): () => void {
  const burst = new Burst();
  let field: Field | null = null,
    before = "",
    timer: ReturnType<typeof setTimeout> | undefined,
    waiting: KeyboardEvent | null = null,
    read = -Infinity;
  const finish = (text: string | null, at: number): boolean => {
    // A payment code and a document's number may look alike: whoever takes codes says which comes first.
    if (text !== null && tell.code?.(text) === true) {
      burst.reset();
      read = at;
      if (field !== null) setField(field, before);
      return true;
    }
    const card = text === null ? null : readCard(text);
    if (card === null) {
      if (text !== null && looksLikeNumber(text)) tell.wrong();
      return false;
    }
    burst.reset();
    read = at;
    if (field !== null) setField(field, before);
    tell.card(card);
    return true;
  };
  const onKey = (e: KeyboardEvent): void => {
    if (
      e.isComposing ||
      e.ctrlKey ||
      e.altKey ||
      e.metaKey ||
      !e.isTrusted ||
      ([...e.key].length > 1 && e.key !== "Enter" && e.key !== "Tab")
    )
      return; // F6 then 1 is no burst
    clearTimeout(timer);
    if ((e.key === "Enter" || e.key === "Tab") && e.timeStamp >= read && e.timeStamp - read <= PACE) {
      // a second end of line of the reader's presses nothing
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    const first = burst.begins(e.timeStamp),
      into = asField(e.target);
    if (first) {
      field = into;
      before = into?.value ?? "";
    } else if (waiting !== null) waiting = null; // it was the first key of a burst
    const whole = burst.push({ key: e.key, at: e.timeStamp });
    if (whole !== null && finish(whole, e.timeStamp)) {
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    if (into === null && /^\d$/.test(e.key)) {
      e.stopImmediatePropagation();
      waiting = first ? e : null;
    }
    timer = setTimeout(() => {
      const single = waiting;
      waiting = null;
      finish(burst.settle(), e.timeStamp);
      if (single !== null) replay(single);
    }, 2.5 * PACE);
  };
  target.addEventListener("keydown", onKey, { capture: true });
  return () => {
    clearTimeout(timer);
    target.removeEventListener("keydown", onKey, { capture: true });
  };
}
