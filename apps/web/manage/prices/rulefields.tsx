/** The fields of one rule: what a condition asks and what the effect does. */
import { useLanguage, useT } from "@parterre/ui";
import { DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import type { ReactNode } from "react";
import { atVenue, toWall } from "../lib/form.tsx";
import type { PriceZone } from "../lib/wire.ts";
import type { Program, Rule } from "./program.ts";
import { CHANNEL_NAMES, CHANNELS, effectOf, EFFECTS, KIND_NAMES, KINDS, nameIn, STEPS, type Condition, type Range } from "./rules.ts";

export type Change = (p: Program) => void;
export const fenOf = (yuan: number | null): number => Math.round((yuan ?? 0) * 100);

export function ConditionFields(props: {
  rule: Rule;
  condition: Condition;
  zones: readonly PriceZone[];
  onChange: (r: Rule) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage() === "en" ? "en" : "zh",
    { rule: r, condition: c } = props,
    v = r.when[c];
  const set = (x: unknown): void => props.onChange({ ...r, when: { ...r.when, [c]: x } }),
    label = text(`m.rf-c-${c}`);
  const many = (options: { value: string | number; label: string }[]): ReactNode => (
    <Select
      mode="multiple"
      aria-label={label}
      value={(v ?? []) as (string | number)[]}
      onChange={set}
      options={options}
      style={{ minWidth: 220, flex: 1 }}
    />
  );
  const range = (scale: number, suffix: string, top: number): ReactNode => (
    <RangeFields value={(v ?? {}) as Range} scale={scale} suffix={suffix} top={top} label={label} onChange={set} />
  );
  switch (c) {
    case "zones":
      return many(props.zones.map((z) => ({ value: z.no, label: `${z.letter} ${z.name}` })));
    case "channels":
      return many(CHANNELS.map((x) => ({ value: x, label: nameIn(CHANNEL_NAMES, x, lang) })));
    case "ticketKinds":
      return many(["full", ...KINDS].map((x) => ({ value: x, label: nameIn(KIND_NAMES, x, lang) })));
    case "weekdays":
      return many([1, 2, 3, 4, 5, 6, 7].map((n) => ({ value: n, label: text(`m.rf-day-${n}` as "m.rf-day-1") })));
    case "packages":
      return <Select mode="tags" aria-label={label} value={(v ?? []) as string[]} onChange={set} style={{ minWidth: 220, flex: 1 }} />;
    case "minutesToShow":
      return range(60, text("m.rf-hours"), 20_000);
    case "occupancyPermille":
      return range(10, "%", 100);
    case "qualityPermille":
      return range(10, "%", 100);
    case "rowBand":
      return range(1, text("m.rf-row"), 10_000);
    case "velocity": {
      const x = (v ?? {}) as { windowMinutes?: number; min?: number; max?: number };
      return (
        <>
          <InputNumber
            aria-label={text("m.rf-window")}
            prefix={text("m.rf-last")}
            suffix={text("m.rf-minutes")}
            min={1}
            max={43_200}
            precision={0}
            value={x.windowMinutes ?? 60}
            onChange={(n) => set({ ...x, windowMinutes: n ?? 60 })}
            style={{ width: 150 }}
          />
          <InputNumber
            aria-label={text("m.rf-tickets")}
            prefix="≥"
            suffix={text("m.rf-tickets")}
            min={0}
            max={1_000_000}
            precision={0}
            value={x.min ?? 0}
            onChange={(n) => set({ ...x, min: n ?? 0 })}
            style={{ width: 150 }}
          />
        </>
      );
    }
    case "daily": {
      const d = (v ?? {}) as { from?: string; until?: string };
      return (
        <>
          <Input
            type="time"
            aria-label={`${label} ${text("m.rf-from")}`}
            value={d.from ?? ""}
            onChange={(e) => set({ ...d, from: e.target.value })}
            style={{ width: 120 }}
          />
          <span>–</span>
          <Input
            type="time"
            aria-label={`${label} ${text("m.rf-until")}`}
            value={d.until ?? ""}
            onChange={(e) => set({ ...d, until: e.target.value })}
            style={{ width: 120 }}
          />
        </>
      );
    }
    case "dates": {
      const pick = (k: "from" | "until"): ReactNode => {
        const at = r.when[k];
        return (
          <DatePicker
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            aria-label={text(`m.rf-${k}`)}
            placeholder={text(`m.rf-${k}`)}
            value={typeof at === "string" ? dayjs(toWall(at)) : null}
            onChange={(d) => {
              const when = { ...r.when };
              if (d === null) delete when[k];
              else when[k] = atVenue(d.format("YYYY-MM-DDTHH:mm"));
              props.onChange({ ...r, when });
            }}
          />
        );
      };
      return (
        <>
          {pick("from")}
          <span>–</span>
          {pick("until")}
        </>
      );
    }
  }
}

function RangeFields(props: {
  value: Range;
  scale: number;
  suffix: string;
  top: number;
  label: string;
  onChange: (r: Range) => void;
}): ReactNode {
  const text = useT(),
    { value, scale } = props,
    set = (k: "min" | "max", v: number | null): void => {
      const next = { ...value };
      if (v === null) delete next[k];
      else next[k] = Math.round(v * scale);
      props.onChange(next);
    };
  const end = (k: "min" | "max"): ReactNode => (
    <InputNumber
      aria-label={`${props.label} ${text(`m.rf-${k}`)}`}
      prefix={k === "min" ? "≥" : "<"}
      suffix={props.suffix}
      min={0}
      max={props.top}
      value={value[k] === undefined ? null : value[k]! / scale}
      onChange={(v) => set(k, v)}
      style={{ width: 130 }}
    />
  );
  return (
    <>
      {end("min")}
      {end("max")}
    </>
  );
}

export function EffectFields(props: { rule: Rule; onChange: (r: Rule) => void }): ReactNode {
  const text = useT(),
    { rule: r } = props,
    e = r.effect,
    set = (change: Record<string, unknown>): void => props.onChange({ ...r, effect: { ...e, ...change } });
  const amount = (low: number): ReactNode => (
    <InputNumber
      aria-label={text("m.rf-amount")}
      suffix={text("m.rf-yuan-unit")}
      min={low}
      max={9_999_999}
      precision={2}
      value={Number(e["amount"] ?? 0) / 100}
      onChange={(v) => set({ amount: fenOf(v) })}
      style={{ width: 140 }}
    />
  );
  const s = (e["step"] ?? {}) as { of?: string; from?: number; every?: number; times?: number; windowMinutes?: number },
    scale = s.of === "minutesToShow" ? 60 : s.of === "ticketsPerHour" ? 1 : 10,
    unit = s.of === "minutesToShow" ? text("m.rf-hours") : s.of === "ticketsPerHour" ? text("m.rf-tickets") : "%";
  const step = (change: Record<string, unknown>): void => set({ step: { ...s, ...change } });
  return (
    <>
      <Select
        aria-label={text("m.rf-effect")}
        value={String(e["kind"])}
        onChange={(kind) => props.onChange({ ...r, effect: effectOf(kind, e) })}
        options={EFFECTS.map((k) => ({ value: k, label: text(`m.rf-e-${k}`) }))}
        style={{ width: 130 }}
      />
      {e["kind"] === "percent" && (
        <InputNumber
          aria-label={text("m.rf-percent")}
          suffix="%"
          min={0.1}
          max={10_000}
          value={Number(e["permille"] ?? 1000) / 10}
          onChange={(v) => set({ permille: Math.round((v ?? 100) * 10) })}
          style={{ width: 120 }}
        />
      )}
      {(e["kind"] === "add" || e["kind"] === "step") && amount(-9_999_999)}
      {e["kind"] === "set" && amount(0)}
      {e["kind"] === "step" && (
        <>
          <Select
            aria-label={text("m.rf-step-of")}
            value={s.of ?? "occupancyPermille"}
            onChange={(of) =>
              step(
                of === "ticketsPerHour"
                  ? { of, from: 50, every: 20, windowMinutes: 60 }
                  : of === "minutesToShow"
                    ? { of, from: 7 * 1440, every: 1440, windowMinutes: undefined }
                    : { of, from: 500, every: 100, windowMinutes: undefined },
              )
            }
            options={STEPS.map((k) => ({ value: k, label: text(`m.rf-s-${k}`) }))}
            style={{ width: 150 }}
          />
          <InputNumber
            aria-label={text("m.rf-step-from")}
            prefix={text("m.rf-step-from")}
            suffix={unit}
            min={0}
            value={(s.from ?? 0) / scale}
            onChange={(v) => step({ from: Math.round((v ?? 0) * scale) })}
            style={{ width: 150 }}
          />
          <InputNumber
            aria-label={text("m.rf-step-every")}
            prefix={text("m.rf-step-every")}
            suffix={unit}
            min={1 / scale}
            value={(s.every ?? 1) / scale}
            onChange={(v) => step({ every: Math.max(1, Math.round((v ?? 1) * scale)) })}
            style={{ width: 150 }}
          />
          <InputNumber
            aria-label={text("m.rf-step-times")}
            prefix={text("m.rf-step-times")}
            min={1}
            max={100_000}
            precision={0}
            value={s.times ?? 1}
            onChange={(v) => step({ times: v ?? 1 })}
            style={{ width: 130 }}
          />
        </>
      )}
    </>
  );
}
