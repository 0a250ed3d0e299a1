import type { ReactNode } from "react";

const svg = (children: ReactNode): ReactNode => (
  <svg
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.7"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    {children}
  </svg>
);

/** The house mark: three curved rows of seats before a stage. */
export const Mark = (): ReactNode => (
  <svg viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden="true">
    <rect x="9" y="4" width="14" height="4" rx="1.5" fill="currentColor" stroke="none" />
    <path d="M9 14.5c4.4 2.2 9.6 2.2 14 0" strokeWidth="2.6" />
    <path d="M6.5 19.5c6 3.3 13 3.3 19 0" strokeWidth="2.6" opacity=".75" />
    <path d="M4 24.8c7.6 4.3 16.4 4.3 24 0" strokeWidth="2.6" opacity=".5" />
  </svg>
);
export const Sun = (): ReactNode =>
  svg(
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" />
    </>,
  );
export const Moon = (): ReactNode => svg(<path d="M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5Z" />);
export const Plus = (): ReactNode => svg(<path d="M12 5v14M5 12h14" />);
export const Minus = (): ReactNode => svg(<path d="M5 12h14" />);
export const Frame = (): ReactNode =>
  svg(<path d="M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4" />);
export const Cross = (): ReactNode => svg(<path d="m6 6 12 12M18 6 6 18" />);
export const EmptySeats = (): ReactNode => (
  <svg viewBox="0 0 72 72" fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" aria-hidden="true">
    <path d="M16 14h40" strokeWidth="5" />
    {[
      [12, 36],
      [28, 39],
      [44, 39],
      [60, 36],
      [20, 54],
      [36, 57],
      [52, 54],
    ].map(([x, y]) => (
      <circle key={`${x}-${y}`} cx={x} cy={y} r="6" />
    ))}
  </svg>
);
