/** The shop's seat map: zones, live states, levels, standing areas, and what this buyer has chosen. */
import { zoneColour, zoneLetter, type AreaLook, type MapObject, type SeatMap, type StatusBoard, type Zone } from "@parterre/planrender";
import { MapView, term, useLanguage, useTheme } from "@parterre/ui";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import type { SessionMap, ShopDetail } from "./wire.ts";

/** How a session's zones look here, in their order. */
export function useZones(s: ShopDetail): readonly Zone[] {
  const lang = useLanguage(),
    theme = useTheme();
  return useMemo(
    () =>
      s.zones.map((z, i) => ({
        name: term(z.name, lang),
        letter: z.letter || zoneLetter(i),
        colour: theme === "dark" ? zoneColour("dark", i) : z.color,
      })),
    [s, theme, lang],
  );
}

export function ShopMap(props: {
  map: SessionMap;
  zones: readonly Zone[];
  board: StatusBoard;
  version: number;
  mine: ReadonlySet<number>;
  level?: string | null;
  areas: ReadonlyMap<string, AreaLook>;
  onPick: (rank: number) => void;
  onPickObject: (o: MapObject) => void;
  onFocusSeat?: (rank: number) => void;
}): ReactNode {
  const { zones, board, mine, areas } = props,
    { model, zoneOf } = props.map,
    level = props.level ?? null,
    drawn = useRef<SeatMap | null>(null),
    // Drawn again when what it shows has changed, not with every new map of the same.
    shown = JSON.stringify([...areas]);
  useEffect(() => {
    drawn.current?.setMine(mine);
  }, [mine]);
  useEffect(() => {
    drawn.current?.setZones(zones, zoneOf);
  }, [zones]);
  useEffect(() => {
    drawn.current?.setLevel(level);
  }, [level]);
  useEffect(() => {
    drawn.current?.setStates(board.states);
  }, [props.version]);
  useEffect(() => {
    drawn.current?.setAreas(areas);
  }, [shown, zones]);
  return (
    <MapView
      model={model}
      options={{
        onPick: props.onPick,
        onPickObject: props.onPickObject,
        ...(props.onFocusSeat === undefined ? {} : { onFocusSeat: props.onFocusSeat }),
      }}
      onReady={(m) => {
        drawn.current = m;
        m.setZones(zones, zoneOf);
        m.setStates(board.states);
        m.setMine(mine);
        m.setLevel(level);
        m.setAreas(areas);
      }}
    />
  );
}
