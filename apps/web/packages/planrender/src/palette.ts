/** What a seat looks like: colours by zone and theme, and the byte that carries it to the renderers. */
export type Theme = "light" | "dark";
export type Rgb = readonly [r: number, g: number, b: number];

export const rgb = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

/**
 * Eight zone colours (票档) that stay apart for colour-blind eyes, at least 3:1 against the map's ground; the letter
 * is the second cue, on seats, labels and the legend. More than eight zones repeat the colours with the next letters.
 */
export const ZONE_COLOURS: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#355cc9", "#b16100", "#068380", "#9f5bae", "#826f3a", "#da1072", "#002c68", "#392f25"],
  dark: ["#1d89fd", "#ff8a00", "#75f4cd", "#b764b9", "#ffff89", "#f5337b", "#ced0ff", "#a27b38"],
};
export const zoneLetter = (index: number): string => "ABCDEFGHJKLMNPQRSTUVWXYZ"[index % 24]!;
export const zoneColour = (theme: Theme, index: number): string => ZONE_COLOURS[theme][index % 8]!;

export interface MapColours {
  readonly ground: string;
  readonly section: string;
  readonly sectionLine: string;
  readonly stage: string;
  readonly ink: string;
  readonly quiet: string;
  readonly seat: string;
  readonly sold: string;
  readonly held: string;
  readonly off: string;
  readonly mine: string;
  readonly onMine: string;
  readonly onZone: string;
  readonly focus: string;
}
export const MAP_COLOURS: Readonly<Record<Theme, MapColours>> = {
  light: {
    ground: "#f5f6f8",
    section: "#ffffff",
    sectionLine: "#d5d9df",
    stage: "#dfe3e8",
    ink: "#1f2329",
    quiet: "#5c636d",
    seat: "#59616b",
    sold: "#8b929c",
    held: "#7d848e",
    off: "#8b929c",
    mine: "#b4232c",
    onMine: "#ffffff",
    onZone: "#ffffff",
    focus: "#2463c2",
  },
  dark: {
    ground: "#14171b",
    section: "#1d2126",
    sectionLine: "#343a42",
    stage: "#2b3138",
    ink: "#e8eaed",
    quiet: "#a3aab4",
    seat: "#a3aab4",
    sold: "#6d747e",
    held: "#868d97",
    off: "#6d747e",
    mine: "#ff6b70",
    onMine: "#14171b",
    onZone: "#14171b",
    focus: "#6aa5ff",
  },
};

/** States of a seat on the screen. The first four are those of the wire. */
export const LOOKS = ["free", "held", "sold", "off", "mine", "hidden"] as const;
export type Look = (typeof LOOKS)[number];
export const LOOK = { free: 0, held: 1, sold: 2, off: 3, mine: 4, hidden: 5 } as const satisfies Record<Look, number>;

/** The byte of a seat: look in the low 3 bits, zone number above (0: no zone, 1..31). */
export const displayByte = (look: number, zone: number): number => look | ((zone & 31) << 3);
export const lookOf = (byte: number): number => byte & 7;
export const zoneOf = (byte: number): number => byte >> 3;

/** The main colour for every byte, 256 x RGB. Sold, held and off are grey: the zone no longer matters to a buyer. */
export function colourTable(theme: Theme, zoneColours?: readonly string[]): Uint8Array {
  const table = new Uint8Array(256 * 3),
    c = MAP_COLOURS[theme];
  for (let byte = 0; byte < 256; byte++) {
    const zone = zoneOf(byte);
    const own = zone === 0 ? c.seat : (zoneColours?.[zone - 1] ?? zoneColour(theme, zone - 1));
    const look = LOOKS[lookOf(byte)] ?? "hidden";
    table.set(rgb(look === "free" ? own : look === "mine" ? c.mine : look === "hidden" ? c.ground : c[look]), byte * 3);
  }
  return table;
}

/** WCAG contrast of two colours, 1..21. */
export function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, bl] = rgb(hex).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)) as [
      number,
      number,
      number,
    ];
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}
