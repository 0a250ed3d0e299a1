import { SeatMap, type MapModel, type SeatMapOptions } from "@parterre/planrender";
import { useEffect, useRef, type ReactNode } from "react";
import { useLanguage, useT } from "../i18n.ts";
import { termEn } from "../places.ts";
import { useTheme } from "../theme.ts";
import { Frame, Minus, Plus } from "./icons.tsx";

/** The seat map with its zoom buttons. onReady gives the SeatMap to drive; it is destroyed with the component. */
export function MapView(props: {
  model: MapModel;
  options?: SeatMapOptions;
  onReady?: (map: SeatMap) => void;
  children?: ReactNode;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    theme = useTheme(),
    host = useRef<HTMLDivElement>(null),
    map = useRef<SeatMap | null>(null),
    latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    // The callbacks are read when they are called: a page may give new ones at every drawing.
    const made = new SeatMap(host.current!, props.model, {
      ...latest.current.options,
      theme,
      label: `${text("seats.map")} – ${text("seats.how")}`,
      onPick: (rank) => latest.current.options?.onPick?.(rank),
      ...(latest.current.options?.onPickObject === undefined
        ? {}
        : { onPickObject: (object) => latest.current.options?.onPickObject?.(object) }),
      onHover: (rank) => latest.current.options?.onHover?.(rank),
      onFocusSeat: (rank) => latest.current.options?.onFocusSeat?.(rank),
      onCamera: (camera) => latest.current.options?.onCamera?.(camera),
    });
    map.current = made;
    latest.current.onReady?.(made);
    return () => {
      map.current = null;
      made.destroy();
    };
  }, [props.model]);
  useEffect(() => {
    map.current?.setTheme(theme);
  }, [theme]);
  useEffect(() => {
    map.current?.setTerms(lang === "en" ? termEn : undefined);
  }, [lang, props.model]);
  return (
    <div className="map-host" ref={host}>
      <div className="map-tools">
        <button type="button" className="button icon" aria-label={text("action.zoom-in")} onClick={() => map.current?.zoomBy(1.6)}>
          <Plus />
        </button>
        <button type="button" className="button icon" aria-label={text("action.zoom-out")} onClick={() => map.current?.zoomBy(1 / 1.6)}>
          <Minus />
        </button>
        <button type="button" className="button icon" aria-label={text("action.fit")} onClick={() => map.current?.fit()}>
          <Frame />
        </button>
      </div>
      {props.children}
    </div>
  );
}
