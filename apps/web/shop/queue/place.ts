/**
 * A buyer's place in the line of a session as this browser keeps it: all its tabs share it, and a reload finds it.
 * Ticket and pass are good for this buyer's cookie alone.
 */
export interface Place {
  readonly ticket?: string;
  /** The commitment that was told before the draw: what the seed is checked against. */
  readonly promised?: string;
  /** How many stood ahead when the line began to move: the start of the progress line. */
  readonly first?: number;
  readonly pass?: string;
  /** When the pass ends by this machine's clock. */
  readonly endsAt?: number;
}

const KEY = "parterre.shop.queue.",
  memory = new Map<string, Place>();

export function placeOf(session: string): Place {
  try {
    return (JSON.parse(localStorage.getItem(KEY + session) ?? "null") as Place | null) ?? memory.get(session) ?? {};
  } catch {
    return memory.get(session) ?? {};
  }
}

export function keepPlace(session: string, place: Place): void {
  memory.set(session, place);
  try {
    localStorage.setItem(KEY + session, JSON.stringify(place));
  } catch {
    /* private mode: this tab alone knows it */
  }
}

/** The pass that goes with holds as X-Queue-Pass, while it is good. */
export function passOf(session: string, now: number = Date.now()): { readonly pass: string; readonly endsAt: number } | null {
  const { pass, endsAt } = placeOf(session);
  return pass !== undefined && endsAt !== undefined && endsAt > now ? { pass, endsAt } : null;
}

/** The passes of several sessions as one header, such as for a package; nothing where there is none. */
export function passHeader(sessions: readonly string[]): Record<string, string> {
  const passes = sessions.flatMap((s) => passOf(s)?.pass ?? []);
  return passes.length === 0 ? {} : { "X-Queue-Pass": passes.join(",") };
}

const BACK = "parterre.shop.queue.back.";
/** Where one goes on to once let in, when that is not the session's seats: in this tab, once. */
export function comeBackTo(session: string, path: string): void {
  try {
    sessionStorage.setItem(BACK + session, path);
  } catch {
    /* private mode: on to the seats */
  }
}
export function wayBack(session: string): string {
  const seats = `/sessions/${session}/seats`;
  try {
    const path = sessionStorage.getItem(BACK + session);
    sessionStorage.removeItem(BACK + session);
    return path ?? seats;
  } catch {
    return seats;
  }
}

/** Forgets the pass; a place in line stays. */
export function dropPass(session: string): void {
  const { pass: _, endsAt: __, ...rest } = placeOf(session);
  keepPlace(session, rest);
}

/** What follows from an answer: what is to be kept. */
export function after(
  place: Place,
  s: { state: string; ticket?: string; commitment?: string; ahead: number; pass?: string; passLeft?: number },
  now: number,
): Place {
  if (s.state === "open") return {};
  const promised = place.promised ?? (s.state === "draw" ? s.commitment : undefined),
    first = s.state === "waiting" ? Math.max(place.first ?? 0, s.ahead) : place.first;
  return {
    ...(s.ticket === undefined ? {} : { ticket: s.ticket }),
    ...(promised === undefined ? {} : { promised }),
    ...(first === undefined ? {} : { first }),
    ...(s.pass === undefined ? {} : { pass: s.pass, endsAt: now + (s.passLeft ?? 0) * 1000 }),
  };
}

/** Whether a new standing is worth saying aloud: not every person who leaves the line. */
export function worthSaying(before: { state: string; ahead: number } | null, now: { state: string; ahead: number }): boolean {
  if (before === null || before.state !== now.state) return true;
  if (now.ahead >= before.ahead) return false;
  return (
    now.ahead <= 5 ||
    Math.floor(Math.log2(now.ahead)) !== Math.floor(Math.log2(before.ahead)) ||
    before.ahead - now.ahead >= before.ahead / 4
  );
}
