import { LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { format, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, type ReactNode } from "react";
import type { PriceZone } from "../lib/wire.ts";
import type { RunPath } from "./program.ts";

use([LineChart, GridComponent, LegendComponent, TooltipComponent, DataZoomComponent, CanvasRenderer]);

/** What echarts gives a tooltip, of a line of [time, value]. */
interface Point {
  readonly seriesName: string;
  readonly axisIndex: number;
  readonly value: readonly [string | number, number];
}
const escape = (t: string): string => t.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * Price paths above, occupancy below, a colour for each zone; dashed: what it is compared with, called `against`, the
 * prices as they were or another program's (other). Loaded only when a dry run is shown.
 */
export function RunChart(props: {
  zones: readonly PriceZone[];
  paths: readonly RunPath[];
  against: string;
  other: readonly RunPath[] | null;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null),
    text = useT(),
    lang = useLanguage();
  useEffect(() => {
    if (box.current === null) return;
    const ink = getComputedStyle(box.current).color,
      chart = init(box.current),
      watch = new ResizeObserver(() => chart.resize());
    watch.observe(box.current);
    const series = props.paths.flatMap((p) => {
      const z = props.zones.find((x) => x.no === p.zone),
        name = z === undefined ? String(p.zone) : `${z.letter} ${z.name}`,
        color = z?.color ?? ink,
        points = p.points ?? [];
      const line = (
        axis: number,
        value: (q: (typeof points)[number]) => number,
        extra: Record<string, unknown>,
      ): Record<string, unknown> => ({
        type: "line",
        name,
        xAxisIndex: axis,
        yAxisIndex: axis,
        showSymbol: false,
        itemStyle: { color },
        lineStyle: { color, width: 2 },
        data: points.map((q) => [q.at, value(q)]),
        ...extra,
      });
      const share = (n: number): number => (p.capacity === 0 ? 0 : Math.round((n / p.capacity) * 1000) / 10),
        thin = { lineStyle: { color, width: 1, type: "dashed" } },
        second = props.other?.find((x) => x.zone === p.zone)?.points ?? [];
      return [
        line(0, (q) => q.price / 100, { step: "end" }),
        line(1, (q) => share(q.sold), {}),
        ...(props.other === null
          ? [line(1, (q) => share(q.was), thin)]
          : [
              line(0, () => 0, { ...thin, step: "end", data: second.map((q) => [q.at, q.price / 100]) }),
              line(1, () => 0, { ...thin, data: second.map((q) => [q.at, share(q.sold)]) }),
            ]),
      ];
    });
    /** A line for each zone: the run's value, and beside it what it is compared with. */
    const tip = (list: readonly Point[]): string => {
      const seen = new Map<string, string[]>();
      for (const p of list) {
        const v = p.value[1];
        seen.set(p.seriesName, [...(seen.get(p.seriesName) ?? []), p.axisIndex === 0 ? `¥${v}` : `${v}%`]);
      }
      return [
        format.dateTime(new Date(list[0]?.value[0] ?? 0).toISOString(), lang),
        ...[...seen].map(([name, values]) => `${escape(name)} ${values.join(" / ")}`),
      ].join("<br>");
    };
    const label = { color: ink },
      axis = (gridIndex: number): Record<string, unknown> => ({ type: "time", gridIndex, axisLabel: { ...label, show: gridIndex === 1 } });
    chart.setOption({
      animation: false,
      textStyle: { color: ink },
      legend: { type: "scroll", textStyle: label, top: 0, icon: "roundRect", itemWidth: 14, itemHeight: 4 },
      tooltip: { trigger: "axis", formatter: (list: readonly Point[]) => tip(list) },
      grid: [
        { left: 64, right: 16, top: 64, height: "32%" },
        { left: 64, right: 16, top: "58%", height: "28%" },
      ],
      xAxis: [axis(0), axis(1)],
      yAxis: [
        { type: "value", gridIndex: 0, scale: true, name: text("m.run-price"), axisLabel: label, nameTextStyle: label },
        { type: "value", gridIndex: 1, name: `${text("m.run-occupancy")} (%)`, axisLabel: label, nameTextStyle: label },
      ],
      dataZoom: [{ type: "inside", xAxisIndex: [0, 1] }],
      series,
    });
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [props.paths, props.other, props.zones, lang]);
  const said = props.paths
    .map((p) => `${props.zones.find((z) => z.no === p.zone)?.name ?? p.zone}: ${format.price(p.low)}–${format.price(p.high)}`)
    .join("; ");
  return (
    <div>
      <div ref={box} role="img" aria-label={`${text("m.run-chart")}: ${said}`} style={{ height: 460, width: "100%" }} />
      <p className="quiet">{text("m.run-dashed", { name: props.against })}</p>
    </div>
  );
}
