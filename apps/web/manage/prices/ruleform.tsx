import { useLanguage, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { atVenue, toWall } from "../lib/form.tsx";
import { Chip } from "../lib/parts.tsx";
import type { PriceZone } from "../lib/wire.ts";
import { SAMPLES, withRule, type Fault, type Program, type Rule } from "./program.ts";
import {
  CHANNEL_NAMES,
  CHANNELS,
  CONDITIONS,
  conditionsOf,
  EFFECTS,
  effectOf,
  faultsOf,
  freshId,
  KIND_NAMES,
  KINDS,
  moved,
  nameIn,
  sentence,
  startOf,
  STEPS,
  without,
  type Condition,
  type Range,
} from "./rules.ts";

type Change = (p: Program) => void;
const fenOf = (yuan: number | null): number => Math.round((yuan ?? 0) * 100);

/** A price program as a form: bounds of the zones, then its rules in order, each as conditions and an effect. */
export function RuleForm(props: {
  program: Program;
  zones: readonly PriceZone[];
  faults: readonly Fault[];
  readOnly: boolean;
  onChange: Change;
}): ReactNode {
  const { program, onChange } = props;
  return (
    <fieldset className="rule-form" disabled={props.readOnly}>
      <Head program={program} onChange={onChange} />
      <Bounds {...props} />
      <Rules {...props} />
    </fieldset>
  );
}

function Head(props: { program: Program; onChange: Change }): ReactNode {
  const text = useT(),
    { program: p, onChange } = props,
    limit = (k: string, v: number | null): void => {
      const limits = { ...p.limits };
      if (v === null || v === 0) delete limits[k];
      else limits[k] = v;
      onChange({ ...p, limits });
    };
  return (
    <div className="form-grid">
      <label className="mini">
        <span className="label">{text("m.rf-name")}</span>
        <Input value={p.name} maxLength={100} onChange={(e) => onChange({ ...p, name: e.target.value })} />
      </label>
      <label className="mini">
        <span className="label">{text("m.rf-rounding")}</span>
        <Select
          value={p.rounding.to}
          onChange={(to) => onChange({ ...p, rounding: { ...p.rounding, to } })}
          options={[1, 10, 100, 500, 1000].map((n) => ({ value: n, label: text("m.rf-yuan", { n: n / 100 }) }))}
        />
      </label>
      <label className="mini">
        <span className="label">{text("m.rf-direction")}</span>
        <Select
          value={p.rounding.direction}
          onChange={(direction) => onChange({ ...p, rounding: { ...p.rounding, direction } })}
          options={(["nearest", "up", "down"] as const).map((d) => ({ value: d, label: text(`m.rf-${d}`) }))}
        />
      </label>
      <label className="mini">
        <span className="label">{text("m.rf-per-day")}</span>
        <InputNumber min={0} max={1440} precision={0} value={p.limits["changesPerDay"] ?? 0} onChange={(v) => limit("changesPerDay", v)} />
      </label>
      <label className="mini">
        <span className="label">{text("m.rf-move")}</span>
        <InputNumber
          min={0}
          max={100}
          suffix="%"
          value={(p.limits["movePermille"] ?? 0) / 10}
          onChange={(v) => limit("movePermille", v === null ? null : Math.round(v * 10))}
        />
      </label>
      <label className="mini">
        <span className="label">{text("m.rf-between")}</span>
        <InputNumber
          min={0}
          max={10080}
          precision={0}
          value={p.limits["minutesBetween"] ?? 0}
          onChange={(v) => limit("minutesBetween", v)}
        />
      </label>
    </div>
  );
}

/** Base, floor and cap of each zone that the program governs. */
function Bounds(props: { program: Program; zones: readonly PriceZone[]; faults: readonly Fault[]; onChange: Change }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { program: p, onChange } = props;
  const set = (no: number, change: Record<string, number | undefined>): void =>
    onChange({
      ...p,
      zones: p.zones.map((z) => {
        if (z.no !== no) return z;
        const next: Record<string, unknown> = { ...z, ...change };
        for (const k of Object.keys(change)) if (change[k] === undefined) delete next[k];
        return next as unknown as Program["zones"][number];
      }),
    });
  const toggle = (z: PriceZone, on: boolean): void =>
    onChange({
      ...p,
      zones: on ? [...p.zones, { no: z.no, base: z.price, floor: z.price, cap: z.price }] : p.zones.filter((x) => x.no !== z.no),
    });
  return (
    <section className="stack tight">
      <h3>{text("m.rf-zones")}</h3>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={text("m.rf-zones")}>
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{text("m.zone")}</th>
              <th scope="col">{text("m.rf-base")}</th>
              <th scope="col">{text("m.rf-floor")}</th>
              <th scope="col">{text("m.rf-cap")}</th>
              <th scope="col">{text("m.rf-kind-floor")}</th>
            </tr>
          </thead>
          <tbody>
            {props.zones.map((z) => {
              const i = p.zones.findIndex((x) => x.no === z.no),
                x = p.zones[i] as (Program["zones"][number] & { kindFloor?: number; relative?: unknown }) | undefined,
                name = `${z.letter} ${z.name}`;
              const field = (key: "base" | "floor" | "cap" | "kindFloor", label: string, optional: boolean): ReactNode =>
                x === undefined ? (
                  <span className="quiet">–</span>
                ) : key === "base" && x.relative !== undefined ? (
                  <span className="quiet">{text("m.rf-relative")}</span>
                ) : (
                  <InputNumber
                    aria-label={`${name} ${label}`}
                    min={0}
                    max={9_999_999}
                    precision={2}
                    controls={false}
                    style={{ width: 100 }}
                    value={x[key] === undefined ? null : x[key]! / 100}
                    onChange={(v) => set(z.no, { [key]: v === null && optional ? undefined : fenOf(v) })}
                    status={props.faults.some((f) => f.warning !== true && f.path === `zones[${i}].${key}`) ? "error" : ""}
                  />
                );
              const mine = i < 0 ? [] : props.faults.filter((f) => f.path === `zones[${i}]` || f.path.startsWith(`zones[${i}].`));
              return (
                <tr key={z.no}>
                  <td>
                    <Checkbox checked={x !== undefined} onChange={(e) => toggle(z, e.target.checked)}>
                      {name}
                    </Checkbox>
                    {mine.map((f, n) => (
                      <div key={n} className="fault" role="alert">
                        <Chip tone={f.warning === true ? "warning" : "danger"}>{f.path.split(".").at(-1)}</Chip>{" "}
                        {lang === "en" ? f.en : f.zh}
                      </div>
                    ))}
                  </td>
                  <td>{field("base", text("m.rf-base"), false)}</td>
                  <td>{field("floor", text("m.rf-floor"), false)}</td>
                  <td>{field("cap", text("m.rf-cap"), false)}</td>
                  <td>{field("kindFloor", text("m.rf-kind-floor"), true)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The rules in order: dragged by the handle, or moved with the arrow keys on it. */
function Rules(props: {
  program: Program;
  zones: readonly PriceZone[];
  faults: readonly Fault[];
  readOnly: boolean;
  onChange: Change;
}): ReactNode {
  const text = useT(),
    { program: p, onChange } = props,
    [drag, setDrag] = useState<number | null>(null),
    [said, setSaid] = useState(""),
    list = useRef<HTMLOListElement>(null);
  const put = (rules: Rule[]): void => onChange({ ...p, rules });
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= p.rules.length) return;
    put(moved(p.rules, from, to));
    setSaid(text("m.rf-moved", { name: p.rules[from]!.name, n: to + 1 }));
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>(".handle")[to]?.focus());
  };
  const add = (r: Rule): void => {
    put([...p.rules, r]);
    requestAnimationFrame(() => list.current?.lastElementChild?.querySelector<HTMLInputElement>("input")?.focus());
  };
  return (
    <section className="stack tight">
      <h3>{text("m.rf-rules")}</h3>
      {p.rules.length === 0 && <p className="quiet">{text("m.rf-none")}</p>}
      <ol className="rules" ref={list}>
        {p.rules.map((r, i) => (
          <li
            key={r.id}
            className={drag === i ? "rule dragged" : "rule"}
            onDragOver={(e) => {
              if (drag !== null) e.preventDefault();
            }}
            onDrop={(e) => {
              e.preventDefault();
              if (drag !== null && drag !== i) move(drag, i);
              setDrag(null);
            }}
          >
            <RuleRow
              rule={r}
              index={i}
              zones={props.zones}
              faults={faultsOf(props.faults, i)}
              onChange={(next) => put(p.rules.map((x, k) => (k === i ? next : x)))}
              handle={
                <button
                  type="button"
                  className="handle"
                  draggable={!props.readOnly}
                  aria-label={text("m.rf-handle", { n: i + 1, name: r.name })}
                  title={text("m.rf-handle-how")}
                  onDragStart={(e) => {
                    setDrag(i);
                    e.dataTransfer.effectAllowed = "move";
                    e.dataTransfer.setData("text/plain", r.id);
                  }}
                  onDragEnd={() => setDrag(null)}
                  onKeyDown={(e: KeyboardEvent) => {
                    const by = e.key === "ArrowUp" ? -1 : e.key === "ArrowDown" ? 1 : 0;
                    if (by !== 0) {
                      e.preventDefault();
                      move(i, i + by);
                    }
                  }}
                >
                  <span aria-hidden="true">⠿</span> {i + 1}
                </button>
              }
              actions={
                <>
                  <button
                    type="button"
                    className="button plain small"
                    onClick={() =>
                      put([...p.rules.slice(0, i + 1), { ...structuredClone(r), id: freshId(p, r.id) }, ...p.rules.slice(i + 1)])
                    }
                  >
                    {text("m.rf-copy")}
                  </button>
                  <button
                    type="button"
                    className="button plain small"
                    aria-label={text("m.rf-remove", { name: r.name })}
                    onClick={() => put(p.rules.filter((_, k) => k !== i))}
                  >
                    {text("m.rf-delete")}
                  </button>
                </>
              }
            />
          </li>
        ))}
      </ol>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <div className="row">
        <button
          type="button"
          className="button small"
          onClick={() => add({ id: freshId(p, "rule"), name: text("m.rf-new"), when: {}, effect: { kind: "percent", permille: 1100 } })}
        >
          ＋ {text("m.rf-add")}
        </button>
        {(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]).map((k) => (
          <button key={k} type="button" className="button small" onClick={() => onChange(withRule(p, k, text(`m.rule-${k}`)))}>
            ＋ {text(`m.rule-${k}`)}
          </button>
        ))}
      </div>
    </section>
  );
}

function RuleRow(props: {
  rule: Rule;
  index: number;
  zones: readonly PriceZone[];
  faults: readonly Fault[];
  onChange: (r: Rule) => void;
  handle: ReactNode;
  actions: ReactNode;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { rule: r, onChange } = props,
    there = conditionsOf(r),
    free = CONDITIONS.filter((c) => !there.includes(c)),
    title = useId();
  return (
    <div role="group" aria-labelledby={title}>
      <div className="rule-head">
        {props.handle}
        <Input
          aria-label={text("m.rf-rule-name")}
          value={r.name}
          maxLength={100}
          onChange={(e) => onChange({ ...r, name: e.target.value })}
        />
        {props.actions}
      </div>
      <p id={title} className="sentence">
        {sentence(r, props.zones, lang === "en" ? "en" : "zh")}
      </p>
      <div className="rule-rows">
        {there.map((c) => (
          <div key={c} className="rule-line">
            <span className="label">{text(`m.rf-c-${c}`)}</span>
            <ConditionFields rule={r} condition={c} zones={props.zones} onChange={onChange} />
            <button
              type="button"
              className="button plain small"
              aria-label={text("m.rf-drop", { what: text(`m.rf-c-${c}`) })}
              onClick={() => onChange(without(r, c))}
            >
              ✕
            </button>
          </div>
        ))}
        <div className="rule-line">
          <span className="label">{text("m.rf-if")}</span>
          <Select
            aria-label={text("m.rf-add-condition")}
            value={null}
            placeholder={`＋ ${text("m.rf-add-condition")}`}
            style={{ minWidth: 170 }}
            onChange={(c: Condition | null) => {
              if (c !== null) onChange({ ...r, when: { ...r.when, ...startOf(c) } });
            }}
            options={free.map((c) => ({ value: c, label: text(`m.rf-c-${c}`) }))}
          />
        </div>
        <div className="rule-line effect">
          <span className="label">{text("m.rf-then")}</span>
          <EffectFields rule={r} onChange={onChange} />
        </div>
        <Checkbox
          checked={r.stop === true}
          onChange={(e) => {
            const next = { ...r };
            if (e.target.checked) next.stop = true;
            else delete next.stop;
            onChange(next);
          }}
        >
          {text("m.rf-stop")}
        </Checkbox>
      </div>
      {props.faults.length > 0 && (
        <ul className="plain faults" role="alert">
          {props.faults.map((f, i) => (
            <li key={i}>
              <Chip tone={f.warning === true ? "warning" : "danger"}>{f.path.split(".").slice(1).join(".") || text("m.rf-rule")}</Chip>{" "}
              {lang === "en" ? f.en : f.zh}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ConditionFields(props: { rule: Rule; condition: Condition; zones: readonly PriceZone[]; onChange: (r: Rule) => void }): ReactNode {
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

function EffectFields(props: { rule: Rule; onChange: (r: Rule) => void }): ReactNode {
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
