/** An event for a calendar as iCalendar text (RFC 5545). Times are UTC; every app shows them in its own zone. */
export interface Appointment {
  readonly uid: string;
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly where: string;
  readonly note: string;
  /** Minutes before the start at which it reminds. */ readonly remind: number;
}

const stamp = (at: string | Date): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
const escape = (text: string): string => text.replace(/[\\;,]/g, (c) => `\\${c}`).replace(/\r?\n/g, "\\n");

/** Lines end with CRLF and have 75 octets at most; a character is never cut. */
function fold(line: string): string {
  const out: string[] = [];
  let part = "",
    size = 0;
  for (const c of line) {
    const bytes = new TextEncoder().encode(c).length;
    if (size + bytes > 75) {
      out.push(part);
      part = " ";
      size = 1;
    }
    part += c;
    size += bytes;
  }
  return [...out, part].join("\r\n");
}

export function icsOf(a: Appointment, now: Date): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Parterre//Shop//EN",
    "BEGIN:VEVENT",
    `UID:${a.uid}@parterre`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(a.start)}`,
    `DTEND:${stamp(a.end)}`,
    `SUMMARY:${escape(a.title)}`,
    `LOCATION:${escape(a.where)}`,
    `DESCRIPTION:${escape(a.note)}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${escape(a.title)}`,
    `TRIGGER:-PT${a.remind}M`,
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ]
    .map(fold)
    .join("\r\n");
}

/** Hands the file to the phone, which offers its calendar. */
export function saveIcs(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/calendar;charset=utf-8" })),
    a = document.createElement("a");
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
