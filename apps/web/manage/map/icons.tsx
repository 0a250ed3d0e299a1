import type { ReactNode } from "react";
import type { Tool } from "./tools.ts";

const DRAWN: Readonly<Record<Tool, ReactNode>> = {
  pan: (
    <path d="M8 12V6.5a1.5 1.5 0 0 1 3 0V11m0-5.5a1.5 1.5 0 0 1 3 0V11m0-4a1.5 1.5 0 0 1 3 0v7c0 3.3-2.2 6-5.5 6S7.6 18.6 6.5 16L5 12.6a1.4 1.4 0 0 1 2.5-1.3L8 12" />
  ),
  seat: (
    <>
      <circle cx="8" cy="16" r="3.4" />
      <path d="m11 13 8-8M16 5h3v3" />
    </>
  ),
  marquee: <path strokeDasharray="3 2.6" d="M4 5h16v14H4z" />,
  lasso: <path strokeDasharray="3 2.4" d="M12 5c5 0 8 2.2 8 5.5S16.5 16 12 16s-8-2.4-8-5.5S7 5 12 5Zm-4 11c0 2 1 3.5 3.5 3.5" />,
  row: (
    <>
      <path d="M3 18c6-4 12-4 18 0" strokeWidth="1.3" />
      <circle cx="5.5" cy="11" r="2" />
      <circle cx="12" cy="9.3" r="2" />
      <circle cx="18.5" cy="11" r="2" />
    </>
  ),
  section: (
    <>
      <path d="M4 7c5.4-3 10.6-3 16 0l-2.5 11c-3.8-1.8-7.2-1.8-11 0Z" />
      <path d="M8 10.5h.01M12 9.7h.01M16 10.5h.01M9 14h.01M12 13.4h.01M15 14h.01" strokeWidth="2.2" />
    </>
  ),
};

export const ToolIcon = (props: { tool: Tool }): ReactNode => (
  <svg
    viewBox="0 0 24 24"
    width="22"
    height="22"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    {DRAWN[props.tool]}
  </svg>
);
