export interface Place {
  readonly seat: number;
  readonly text: string;
  readonly zone: number;
  readonly price: number;
}
export interface Reservation {
  readonly id: string;
  readonly number: string;
  readonly session: string;
  readonly title: string;
  readonly titleEn: string;
  readonly startsAt: string;
  readonly hold: string;
  readonly owner: string;
  readonly channel: string;
  readonly name: string;
  readonly phone: string;
  readonly note: string;
  readonly places: readonly Place[];
  readonly named: boolean;
  readonly amount: number;
  readonly releaseAt: string;
  readonly secondsLeft: number;
  readonly extended: number;
  readonly state: "held" | "sold" | "released" | "expired";
  readonly reason: string;
  readonly endedBy: string;
  readonly endedAt?: string;
  readonly order?: string;
  readonly createdAt: string;
}
export interface ReservePolicy {
  readonly session?: string;
  readonly own: boolean;
  readonly lastMinutes: number;
  readonly longestHours: number;
  readonly maxSeats: number;
  readonly maxPermille: number;
  readonly version: number;
  readonly latest?: string;
}
