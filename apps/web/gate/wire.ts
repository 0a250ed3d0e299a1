import { send, uuidv7 } from "@parterre/api";
import { language, safeGet, safeSet } from "@parterre/ui";

export interface Earlier {
  readonly at: string;
  readonly gate: string;
  readonly device: string;
  readonly method: string;
}
/** The answer to a scan, as modules/checking gives it. */
export interface Verdict {
  readonly scan: string;
  readonly admitted: boolean;
  readonly reason?: string;
  readonly zh: string;
  readonly en: string;
  readonly alarm: boolean;
  readonly ticketCode?: string;
  readonly seat?: string;
  readonly section?: string;
  readonly zone?: string;
  readonly gate?: string;
  readonly kind?: string;
  readonly proof?: string;
  readonly proofEn?: string;
  readonly holder?: string;
  readonly checkId: boolean;
  readonly persons?: number;
  readonly earlier?: Earlier;
  readonly inside: number;
  readonly approved: number;
  readonly at: string;
}
export interface GateSession {
  readonly id: string;
  readonly title: string;
  readonly hall: string;
  readonly startsAt: string;
  readonly doorsAt: string;
  readonly endsAt: string;
  readonly state: string;
  readonly code: string;
}
export interface Occupancy {
  readonly inside: number;
  readonly approved: number;
}
/** A scan as it waits to be sent. */
export interface Scan {
  readonly id: string;
  readonly session: string;
  readonly gate: string;
  readonly method: "qr" | "code" | "idcard";
  readonly text: string;
  readonly read: number;
}

const KEY = "parterre.gate.device";
export interface Device {
  readonly key: string;
  readonly name: string;
}
export function device(): Device | null {
  try {
    return JSON.parse(safeGet(KEY) ?? "null") as Device | null;
  } catch {
    return null;
  }
}
export function keepDevice(d: Device | null): void {
  if (d !== null) safeSet(KEY, JSON.stringify(d));
  else
    try {
      localStorage.removeItem(KEY);
    } catch {
      /* nothing was kept */
    }
}

export function call<T>(path: string, options: Parameters<typeof send>[1] = {}): Promise<T> {
  return send<T>(path, { ...options, bearer: device()?.key ?? null, language: language() });
}

export async function pair(code: string): Promise<Device> {
  const got = await send<{ device: { name: string }; key: string }>("/api/v1/devices/pair", {
    body: { code },
    key: uuidv7(),
    language: language(),
  });
  const d = { key: got.key, name: got.device.name };
  keepDevice(d);
  return d;
}

interface ShowSession {
  id: string;
  showId: string;
  hallId: string;
  startsAt: string;
  doorsAt: string;
  endsAt: string;
  state: string;
  code: string;
  title?: string;
  hall?: string;
}
/** Sessions that tickets exist for, by start, with their titles. */
export async function sessions(): Promise<GateSession[]> {
  const page = await call<{ items: ShowSession[] }>("/api/v1/sessions?size=200&state=on_sale&state=paused&state=closed");
  const shows = new Map<string, Promise<{ title: string }>>();
  for (const s of page.items) if (!shows.has(s.showId)) shows.set(s.showId, call<{ title: string }>(`/api/v1/shows/${s.showId}`));
  const out = await Promise.all(
    page.items.map(async (s) => ({
      id: s.id,
      title: (await shows.get(s.showId)!).title,
      hall: s.hall ?? "",
      startsAt: s.startsAt,
      doorsAt: s.doorsAt,
      endsAt: s.endsAt,
      state: s.state,
      code: s.code,
    })),
  );
  return out.sort((a, b) => a.startsAt.localeCompare(b.startsAt));
}

export const occupancy = (session: string): Promise<Occupancy> => call<Occupancy>(`/api/v1/gate/sessions/${session}/occupancy`);

/** What a text is: a resident card's number is a document, a signed payload a QR code, all else a ticket code. */
export function methodOf(text: string): Scan["method"] {
  const t = text.trim();
  if (/^[1-9]\d{16}[\dXx]$/.test(t)) return "idcard";
  return /^\d{11}[0-9A-Z]{11,39}$/.test(t) ? "code" : "qr";
}
