/** A price program as a form: its head, the bounds of its zones and its rules. */
import { useLanguage, useT } from "@parterre/ui";
import { Checkbox, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { Chip } from "../lib/parts.tsx";
import type { PriceZone } from "../lib/wire.ts";
import type { Fault, Program } from "./program.ts";
import { fenOf, type Change } from "./rulefields.tsx";
import { Rules } from "./rulelist.tsx";

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
                  <td data-label={text("m.rf-base")}>{field("base", text("m.rf-base"), false)}</td>
                  <td data-label={text("m.rf-floor")}>{field("floor", text("m.rf-floor"), false)}</td>
                  <td data-label={text("m.rf-cap")}>{field("cap", text("m.rf-cap"), false)}</td>
                  <td data-label={text("m.rf-kind-floor")}>{field("kindFloor", text("m.rf-kind-floor"), true)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
