/** The rules of a price program in order, each with its sentence, conditions and effect. */
import { useLanguage, useT } from "@parterre/ui";
import { Checkbox, Input, Select } from "antd";
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Chip } from "../lib/parts.tsx";
import type { PriceZone } from "../lib/wire.ts";
import { SAMPLES, withRule, type Fault, type Program, type Rule } from "./program.ts";
import { ConditionFields, EffectFields, type Change } from "./rulefields.tsx";
import { CONDITIONS, conditionsOf, faultsOf, freshId, moved, sentence, startOf, without, type Condition } from "./rules.ts";

/** The rules in order: dragged by the handle, or moved with the arrow keys on it. */
export function Rules(props: {
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
    list = useRef<HTMLOListElement>(null),
    from = useRef<number | null>(null); // known at once: the browser asks before React draws again
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
              if (from.current !== null) e.preventDefault();
            }}
            onDrop={(e) => {
              e.preventDefault();
              if (from.current !== null && from.current !== i) move(from.current, i);
              from.current = null;
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
                    from.current = i;
                    requestAnimationFrame(() => setDrag(from.current)); // what is dragged must not change while it begins
                    e.dataTransfer.effectAllowed = "move";
                    e.dataTransfer.setData("text/plain", r.id);
                  }}
                  onDragEnd={() => {
                    from.current = null;
                    setDrag(null);
                  }}
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
