import { safeGet, safeSet } from "@parterre/ui";

/** One person of an order, as typed. kind: code of identity.Kinds ("1" is 居民身份证). */
export interface Person {
  readonly name: string;
  readonly kind: string;
  readonly number: string;
  readonly guardian: boolean;
}
export const NOBODY: Person = { name: "", kind: "1", number: "", guardian: false };
export const KINDS = ["1", "2", "3", "4", "5", "6", "7"] as const;

const FORMS: Readonly<Record<string, RegExp>> = {
  1: /^[1-9]\d{16}[\dX]$/,
  2: /^[A-Z0-9]{5,20}$/,
  3: /^[HM](\d{8}|\d{10})$/,
  4: /^(\d{8}|\d{10})$/,
  5: /^[\p{Script=Han}A-Z0-9]{4,20}$/u,
  6: /^8[123]\d{15}[\dX]$/,
  7: /^(9\d{16}[\dX]|[A-Z]{3}\d{12})$/,
};
/** Without blanks and hyphens, letters in capitals: the form in which the server keeps a number. */
export const cleanNumber = (number: string): string => number.replace(/[\s\u3000-]/g, "").toUpperCase();

/** The last character that GB 11643 asks for, by ISO 7064 MOD 11-2 over the first 17 digits. */
export function checkDigit(digits: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return "10X98765432"[weights.reduce((sum, w, i) => sum + w * Number(digits[i]), 0) % 11]!;
}

const has18 = (kind: string, n: string): boolean => n.length === 18 && (kind === "1" || kind === "6" || kind === "7");
/** The birth date in a number of 18 characters, or null. */
export function birth(kind: string, number: string): Date | null {
  const n = cleanNumber(number);
  if (!has18(kind, n)) return null;
  const [y, m, d] = [n.slice(6, 10), n.slice(10, 12), n.slice(12, 14)].map(Number) as [number, number, number],
    date = new Date(Date.UTC(y, m - 1, d));
  return y >= 1880 && date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d ? date : null;
}
export function isUnder14(p: Person, now: Date): boolean {
  const b = birth(p.kind, p.number);
  return b !== null && new Date(Date.UTC(b.getUTCFullYear() + 14, b.getUTCMonth(), b.getUTCDate())) > now;
}

/** What is wrong, as a text key with parameters; null when the server would take it. */
export interface Fault {
  readonly key: string;
  readonly params?: Readonly<Record<string, string | number>>;
}
export function nameFault(name: string): Fault | null {
  return /^[\p{L}\p{M}][\p{L}\p{M}·• .'’-]{0,59}$/u.test(name.trim().replace(/\s+/g, " ")) ? null : { key: "shop.bad.name" };
}
export function numberFault(kind: string, number: string, now: Date): Fault | null {
  const n = cleanNumber(number);
  if (n === "") return { key: "shop.bad.number" };
  if (FORMS[kind]?.test(n) !== true)
    return kind === "1" ? { key: "shop.bad.length" } : { key: "shop.bad.form", params: { form: `shop.form.${kind}` } };
  if (!has18(kind, n)) return null;
  if (checkDigit(n) !== n[17]) return { key: "shop.bad.digit" };
  const born = birth(kind, n);
  return born === null || born > now ? { key: "shop.bad.birth" } : null;
}
export const phoneFault = (phone: string): Fault | null =>
  /^((\+?86)?1[3-9]\d{9}|\+[1-9]\d{6,14})$/.test(phone.replace(/[\s-]/g, "")) ? null : { key: "shop.bad.phone" };

/** All faults of a form by field path, as the server names them. */
export function formFaults(people: readonly Person[], phone: string, consent: boolean, perTicket: boolean, now: Date): Map<string, Fault> {
  const out = new Map<string, Fault>(),
    seen = new Map<string, number>();
  const put = (path: string, fault: Fault | null): void => {
    if (fault !== null) out.set(path, fault);
  };
  people.forEach((p, i) => {
    put(`people[${i}].name`, nameFault(p.name));
    const wrong = numberFault(p.kind, p.number, now),
      id = `${p.kind} ${cleanNumber(p.number)}`,
      first = seen.get(id);
    put(`people[${i}].number`, wrong ?? (perTicket && first !== undefined ? { key: "shop.bad.twice", params: { n: first + 1 } } : null));
    if (wrong === null && first === undefined) seen.set(id, i);
    if (wrong === null && isUnder14(p, now) && !p.guardian) put(`people[${i}].guardian`, { key: "shop.bad.guardian" });
  });
  put("phone", phoneFault(phone));
  if (!consent) out.set("consent", { key: "shop.bad.consent" });
  return out;
}

// ---- what stays on the device ----

const KEPT = "parterre.shop.people",
  DRAFT = "parterre.shop.draft.";
const read = <T>(text: string | null, otherwise: T): T => {
  try {
    return (JSON.parse(text ?? "null") as T | null) ?? otherwise;
  } catch {
    return otherwise;
  }
};
export const keptPeople = (): readonly Person[] => read<Person[]>(safeGet(KEPT), []);
export function keepPeople(people: readonly Person[]): void {
  const all = [...people.map((p) => ({ ...p, guardian: false })), ...keptPeople()];
  safeSet(
    KEPT,
    JSON.stringify(all.filter((p, i) => all.findIndex((q) => cleanNumber(q.number) === cleanNumber(p.number)) === i).slice(0, 12)),
  );
}
/** The people that were given beforehand for waiting lists, by session. */
export const READY = "parterre.shop.wait";
export function forgetPeople(): void {
  try {
    localStorage.removeItem(KEPT);
    localStorage.removeItem(READY);
  } catch {
    /* nothing was kept */
  }
}

export interface Draft {
  readonly people: readonly Person[];
  readonly phone: string;
  readonly order: string;
}
/** What was typed for a session: it lives as long as the tab, through errors, reloads and an expired hold. */
export function draftOf(session: string): Draft | null {
  try {
    return read<Draft | null>(sessionStorage.getItem(DRAFT + session), null);
  } catch {
    return null;
  }
}
export function keepDraft(session: string, draft: Draft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(DRAFT + session);
    else sessionStorage.setItem(DRAFT + session, JSON.stringify(draft));
  } catch {
    /* private mode: it stays on the page */
  }
}
