/** The counter's seat map: zones, live states, and the seats of the present customer. */
import { zoneColour, zoneLetter, type SeatMap, type StatusBoard, type Zone } from "@parterre/planrender";
import { MapView, useTheme } from "@parterre/ui";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import type { SessionMap, ShopDetail } from "../shop/wire.ts";

/** How the zones look here, in their order; the dark theme has colours of its own. */
export function useZones(s: ShopDetail): readonly Zone[] {
  const theme = useTheme();
  return useMemo(
    () =>
      s.zones.map((z, i) => ({
        name: z.name,
        letter: z.letter || zoneLetter(i),
        colour: theme === "dark" ? zoneColour("dark", i) : z.color,
      })),
    [s, theme],
  );
}

export function DeskMap(props: {
  map: SessionMap;
  zones: readonly Zone[];
  board: StatusBoard;
  version: number;
  mine: ReadonlySet<number>;
  onPick: (rank: number) => void;
}): ReactNode {
  const { zones, board, mine } = props,
    { model, zoneOf } = props.map,
    drawn = useRef<SeatMap | null>(null);
  useEffect(() => {
    drawn.current?.setZones(zones, zoneOf);
  }, [zones]);
  useEffect(() => {
    drawn.current?.setStates(board.states);
  }, [props.version]);
  const marks = [...mine].sort().join(" ");
  useEffect(() => {
    drawn.current?.setMine(mine);
  }, [marks]);
  return (
    <MapView
      model={model}
      options={{ onPick: props.onPick }}
      onReady={(m) => {
        drawn.current = m;
        m.setZones(zones, zoneOf);
        m.setStates(board.states);
        m.setMine(mine);
      }}
    />
  );
}
