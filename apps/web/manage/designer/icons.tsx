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
const dots = (list: readonly (readonly [number, number])[], r = 1.9): ReactNode =>
  list.map(([x, y]) => <circle key={`${x} ${y}`} cx={x} cy={y} r={r} fill="currentColor" stroke="none" />);

/** One picture per tool. */
export const TOOL_ICONS: Readonly<Record<string, ReactNode>> = {
  select: svg(<path d="M6 3.5 18.5 12l-5.6 1.2L9.6 18.4 6 3.5Z" />),
  lasso: svg(
    <>
      <path d="M12 4.5c4.7 0 8.5 2.3 8.5 5.2s-3.8 5.3-8.5 5.3-8.5-2.4-8.5-5.3S7.3 4.5 12 4.5Z" strokeDasharray="3 3" />
      <path d="M8 15c-.6 2 .4 3.6 2.5 4.5" />
    </>,
  ),
  cursor: svg(
    <>
      <path d="M4 6h16v12H4z" />
      <path d="M7.5 10h.01M12 10h.01M16.5 10h.01M8 14.5h8" strokeWidth="2" />
    </>,
  ),
  box: svg(
    <>
      <path d="M4 7c4.5-3 11.5-3 16 0v9c-4.5-3-11.5-3-16 0V7Z" />
      {dots(
        [
          [8, 10.5],
          [12, 9.9],
          [16, 10.5],
        ],
        1.5,
      )}
    </>,
  ),
  paint: svg(
    <>
      <path d="M14 4.5 19.5 10l-6 6L8 10.5l6-6Z" />
      <path d="M8 10.5 5.5 13c-1.3 1.3-.2 2.800-1.5 6.5 3.700-1.3 5.200-.2 6.5-1.5l3-2" />
    </>,
  ),
  row: svg(
    <>
      <path d="M3.5 10.5c5.6 3.4 11.4 3.4 17 0" strokeDasharray="1 4" />{" "}
      {dots([
        [4, 13],
        [9, 15.2],
        [15, 15.2],
        [20, 13],
      ])}
    </>,
  ),
  block: svg(
    dots([
      [5, 6],
      [12, 6],
      [19, 6],
      [5, 12],
      [12, 12],
      [19, 12],
      [5, 18],
      [12, 18],
      [19, 18],
    ]),
  ),
  seat: svg(
    <>
      <path d="M7.5 12V7a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v5" />
      <path d="M5 12.5h14v5H5zM7 17.5V20M17 17.5V20" />
    </>,
  ),
  table: svg(
    <>
      <circle cx="12" cy="12" r="4.5" />
      {dots(
        [
          [12, 3.8],
          [19.1, 8],
          [19.1, 16],
          [12, 20.2],
          [4.9, 16],
          [4.9, 8],
        ],
        1.7,
      )}
    </>,
  ),
  section: svg(<path d="M4 8.5 12 4l8 4.5-2 10.5H6L4 8.5Z" />),
  area: svg(
    <>
      <path d="M4 6h16v12H4z" />
      <path d="m4 14 8-8M8 18 20 6M15 18l5-5" strokeWidth="1.2" />
    </>,
  ),
  shape: svg(
    <>
      <path d="M3.5 6h17v5.5c-3.4 2.6-13.6 2.6-17 0V6Z" />
      <path d="M8 18.5h8" />
    </>,
  ),
  measure: svg(
    <>
      <path d="m3.5 15.5 12-12 5 5-12 12-5-5Z" />
      <path d="m7 12 2 2M10 9l2.6 2.6M13 6l2 2" />
    </>,
  ),
  pan: svg(
    <path d="M12 3v18M3 12h18M12 3 9.6 5.4M12 3l2.4 2.4M12 21l-2.4-2.4M12 21l2.4-2.4M3 12l2.4-2.4M3 12l2.4 2.4M21 12l-2.4-2.4M21 12l-2.4 2.4" />,
  ),
};
export const Undo = (): ReactNode => svg(<path d="M8 5 4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9" />);
export const Redo = (): ReactNode => svg(<path d="m16 5 4 4-4 4M20 9h-9.5a5.5 5.5 0 0 0 0 11H15" />);
export const Search = (): ReactNode =>
  svg(
    <>
      <circle cx="11" cy="11" r="6" />
      <path d="m16 16 4 4" />
    </>,
  );
