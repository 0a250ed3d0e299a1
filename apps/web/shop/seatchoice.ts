/** The choice of seats and standing places that the tab keeps. */

export const CHOSEN = "parterre.shop.seats.",
  STANDING = "parterre.shop.standing.";
export function keptSeats(session: string): readonly number[] {
  try {
    return JSON.parse(sessionStorage.getItem(CHOSEN + session) ?? "[]") as number[];
  } catch {
    return [];
  }
}
export function keptStanding(session: string): ReadonlyMap<number, number> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(STANDING + session) ?? "[]") as [number, number][]);
  } catch {
    return new Map();
  }
}
function keep(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    /* private mode: it is not kept */
  }
}
export const keepSeats = (session: string, ids: readonly number[]): void => keep(CHOSEN + session, ids);
export const keepStanding = (session: string, standing: ReadonlyMap<number, number>): void => keep(STANDING + session, [...standing]);
