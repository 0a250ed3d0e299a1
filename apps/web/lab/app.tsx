import { format, NotFound, Routes, Shell, toast, useLanguage, useT, type NavItem, type Route } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import "./messages.ts";
import "./lab.css";
import { CalendarPage } from "./calendar.tsx";
import { ProfilePage } from "./profile.tsx";
import { RulesPage } from "./rules.tsx";
import { TimelinePage } from "./timeline.tsx";
import { post, usePoll, type Clock } from "./wire.ts";

const NAV: readonly NavItem[] = [
  { to: "/", label: "lab.timeline" },
  { to: "/calendar", label: "lab.calendar" },
  { to: "/rules", label: "lab.rules" },
  { to: "/profile", label: "lab.profile" },
];
const ROUTES: readonly Route[] = [
  { path: "/", draw: () => <TimelinePage /> },
  { path: "/exchanges/:number", draw: (p) => <TimelinePage number={Number(p["number"])} /> },
  { path: "/calendar", draw: () => <CalendarPage /> },
  { path: "/rules", draw: () => <RulesPage /> },
  { path: "/profile", draw: () => <ProfilePage /> },
];

export function App(): ReactNode {
  return (
    <Shell page="lab" nav={NAV} end={<ClockControl />}>
      <Routes routes={ROUTES} otherwise={<NotFound />} />
    </Shell>
  );
}

/** The server's time; where it is simulated it can be moved on. */
function ClockControl(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data, again } = usePoll<Clock>("clock", 10_000),
    [busy, setBusy] = useState(false);
  if (data === null) return null;
  const move = async (body: object): Promise<void> => {
    setBusy(true);
    try {
      toast("success", text("lab.moved", { at: format.dateTime((await post<Clock>("clock", body)).now, lang) }));
      again();
    } catch {
      toast("danger", text("problem.internal"));
    } finally {
      setBusy(false);
    }
  };
  // 11:00 on the next day in the platform's zone: after the night, before the reports are due.
  const day = new Date(Date.parse(data.now) + 8 * 3_600_000),
    noon = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1, 3)).toISOString();
  return (
    <details className="clock">
      <summary>
        <span>{text(data.simulated ? "lab.clock-sim" : "lab.clock-real")}</span>
        <b>{format.dateTime(data.now, lang)}</b>
      </summary>
      {data.simulated && (
        <div className="card">
          <button type="button" className="button" disabled={busy} onClick={() => void move({ advanceSeconds: 3600 })}>
            {text("lab.plus-hour")}
          </button>
          <button type="button" className="button" disabled={busy} onClick={() => void move({ to: noon })}>
            {text("lab.next-noon")}
          </button>
          <button type="button" className="button" disabled={busy} onClick={() => void move({ advanceSeconds: 86_400 })}>
            {text("lab.plus-day")}
          </button>
        </div>
      )}
    </details>
  );
}
