import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useLanguage, useT, useTheme } from "@parterre/ui";
import { useEffect, useRef, type ReactNode } from "react";

use([LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export interface Sample {
  readonly at: string;
  readonly waiting: number;
  readonly inside: number;
  readonly passed: number;
  readonly perMinute: number;
  readonly confirmed: number;
}

/** People in line and inside above, the pace and the confirmed orders below. */
export function LineHistory(props: { samples: readonly Sample[] }): ReactNode {
  const box = useRef<HTMLDivElement>(null),
    chart = useRef<EChartsType | null>(null),
    text = useT(),
    lang = useLanguage(),
    theme = useTheme();
  useEffect(() => {
    const made = init(box.current!),
      watch = new ResizeObserver(() => made.resize());
    chart.current = made;
    watch.observe(box.current!);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    const style = getComputedStyle(box.current!),
      ink = style.color,
      line = style.getPropertyValue("--line");
    const series = (
      [
        ["waiting", 0, "--warning"],
        ["inside", 0, "--info"],
        ["perMinute", 1, "--quiet"],
        ["confirmed", 1, "--success"],
      ] as const
    ).map(([key, axis, colour]) => ({
      type: "line" as const,
      name: text({ waiting: "w.waiting", inside: "w.inside", perMinute: "w.pace", confirmed: "w.confirmed" }[key]),
      xAxisIndex: axis,
      yAxisIndex: axis,
      showSymbol: false,
      step: key === "perMinute" ? ("end" as const) : (false as const),
      itemStyle: { color: style.getPropertyValue(colour) },
      lineStyle: { width: 2, type: axis === 1 && key === "perMinute" ? ("dashed" as const) : ("solid" as const) },
      data: props.samples.map((s) => [s.at, s[key]]),
    }));
    const y = (gridIndex: number, name: string): object => ({
      type: "value",
      gridIndex,
      minInterval: 1,
      name,
      nameTextStyle: { color: ink, align: "left" },
      axisLabel: { color: ink },
      splitLine: { lineStyle: { color: line } },
    });
    chart.current?.setOption({
      animation: false,
      textStyle: { color: ink },
      legend: { textStyle: { color: ink }, top: 0, type: "scroll" },
      tooltip: { trigger: "axis" },
      grid: [
        { left: 56, right: 16, top: 56, height: "34%" },
        { left: 56, right: 16, top: "64%", height: "26%" },
      ],
      xAxis: [0, 1].map((gridIndex) => ({ type: "time", gridIndex, axisLabel: { color: ink, show: gridIndex === 1, hideOverlap: true } })),
      yAxis: [y(0, text("w.chart-people")), y(1, text("w.chart-rate"))],
      series,
    });
  }, [props.samples, lang, theme]);
  const last = props.samples.at(-1);
  return (
    <div
      ref={box}
      role="img"
      aria-label={`${text("w.chart")}: ${last === undefined ? "" : `${text("w.waiting")} ${last.waiting}, ${text("w.inside")} ${last.inside}, ${text("w.pace")} ${last.perMinute}`}`}
      style={{ height: 360, width: "100%" }}
    />
  );
}
