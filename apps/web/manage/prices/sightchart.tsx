import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { format, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, type ReactNode } from "react";
import type { PreviewData } from "./preview.tsx";

use([LineChart, GridComponent, LegendComponent, TooltipComponent, MarkLineComponent, CanvasRenderer]);

const DASHES: readonly (string | number[])[] = ["solid", "dashed", "dotted", [12, 4], [4, 4, 12, 4]];

/** The price over the time on sale, a line per occupancy; lines differ by dash as well as by shade. */
export function SightChart(props: { data: PreviewData }): ReactNode {
  const box = useRef<HTMLDivElement>(null),
    text = useT(),
    lang = useLanguage(),
    { data } = props;
  const name = (i: number): string => text("m.pv-at", { n: `${data.levels[i]! / 10}%` });
  useEffect(() => {
    if (box.current === null) return;
    const style = getComputedStyle(box.current),
      ink = style.color,
      accent = style.getPropertyValue("--accent").trim() || ink,
      chart = init(box.current),
      watch = new ResizeObserver(() => chart.resize());
    watch.observe(box.current);
    const label = { color: ink };
    chart.setOption({
      animation: false,
      textStyle: { color: ink },
      legend: { type: "scroll", textStyle: label, top: 0 },
      tooltip: { trigger: "axis" },
      grid: { left: 60, right: 16, top: 40, bottom: 32 },
      xAxis: { type: "time", axisLabel: label },
      yAxis: {
        type: "value",
        scale: true,
        axisLabel: label,
        nameTextStyle: label,
        name: text("m.run-price"),
        min: Math.floor(data.floor / 100),
        max: Math.ceil(data.cap / 100),
      },
      series: data.levels.map((_, i) => ({
        type: "line",
        name: name(i),
        step: "end",
        showSymbol: false,
        itemStyle: { color: accent },
        lineStyle: { color: accent, width: 2, type: DASHES[i % DASHES.length], opacity: 0.35 + (0.65 * (i + 1)) / data.levels.length },
        data: data.times.map((t, k) => [t, data.prices[i]![k]! / 100]),
      })),
    });
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [data, lang]);
  const said = data.levels
    .map((_, i) => `${name(i)}: ${format.price(Math.min(...data.prices[i]!))}–${format.price(Math.max(...data.prices[i]!))}`)
    .join("; ");
  return <div ref={box} role="img" aria-label={`${text("m.pv-chart")}: ${said}`} style={{ height: 280, width: "100%" }} />;
}
