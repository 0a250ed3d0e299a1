import { ZONE_COLOURS } from "@parterre/planrender";
import { format, useT } from "@parterre/ui";
import { Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { Bar } from "../lib/parts.tsx";
import { inkOn } from "../lib/plan.ts";
import { HOLD_REASONS, type HoldReason, type Meter, type ZoneKind } from "../lib/wire.ts";
import { Allotments, ChannelPrices } from "./allot.tsx";
import type { HoldMeta, MapDraft, ZoneMeta } from "./draft.ts";

export type Brush =
  | { readonly kind: "zone"; readonly no: number }
  | { readonly kind: "hold"; readonly reason: HoldReason }
  | { readonly kind: "allot"; readonly no: number }
  | { readonly kind: "erase" }
  | { readonly kind: "release" };
const KINDS: readonly ZoneKind[] = ["public", "package", "work", "complimentary"];

/** Zones and holds; the one that is chosen is the brush and shows what can be set of it. */
export function Panel(props: {
  draft: MapDraft;
  brush: Brush;
  choose: (b: Brush) => void;
  meter: Meter | null;
  stale: boolean;
  editable: boolean;
  pricing: boolean;
  fromCategories?: (() => void) | undefined;
  addZone: () => void;
}): ReactNode {
  const text = useT(),
    { draft, brush, choose, editable, pricing } = props,
    counts = draft.counts();
  return (
    <aside className="map-panel" aria-label={text("m.map-panel")}>
      <MeterView meter={props.meter} stale={props.stale} />
      {editable && !pricing && <p className="quiet pad">{text("m.map-no-price")}</p>}
      <section>
        <div className="card-head">
          <h2>{text("m.zones")}</h2>
          {editable && (
            <button type="button" className="button small" onClick={props.addZone}>
              {text("m.zone-add")}
            </button>
          )}
        </div>
        {draft.zones.length === 0 && (
          <div className="stack tight">
            <p className="quiet">{text("m.zones-none")}</p>
            {props.fromCategories !== undefined && (
              <button type="button" className="button" onClick={props.fromCategories}>
                {text("m.zones-from-plan")}
              </button>
            )}
          </div>
        )}
        <ul className="plain zone-list">
          {draft.zones.map((z, i) => {
            const on = brush.kind === "zone" && brush.no === z.no;
            return (
              <li key={z.no} className={on ? "on" : ""}>
                <div className="zone-row">
                  <button type="button" className="zone-pick" aria-pressed={on} onClick={() => choose({ kind: "zone", no: z.no })}>
                    <b className="swatch" style={{ background: z.color, color: inkOn(z.color) }}>
                      {z.letter}
                    </b>
                    <span>{z.name || text("m.zone-unnamed")}</span>
                    <small className="quiet">{i < 9 ? i + 1 : ""}</small>
                  </button>
                  <span className="quiet nowrap">{format.count(counts.byZone.get(z.no) ?? 0)}</span>
                  {pricing ? (
                    <InputNumber
                      aria-label={text("m.price-of", { name: z.name })}
                      className="price"
                      size="small"
                      controls={false}
                      prefix="¥"
                      min={0}
                      max={9_999_999}
                      precision={2}
                      stringMode={false}
                      formatter={(v) => String(v ?? "").replace(/\.00$/, "")}
                      value={z.price / 100}
                      onChange={(v) => draft.setZone(z.no, { price: Math.round((v ?? 0) * 100) }, text("m.step-price"))}
                      status={z.price === 0 && (z.kind === "public" || z.kind === "package") ? "warning" : ""}
                    />
                  ) : (
                    <span>{format.price(z.price)}</span>
                  )}
                </div>
                {on && editable && <ZoneDetail draft={draft} zone={z} pricing={pricing} count={counts.byZone.get(z.no) ?? 0} />}
              </li>
            );
          })}
          <li className={brush.kind === "erase" ? "on" : ""}>
            <div className="zone-row">
              <button
                type="button"
                className="zone-pick"
                aria-pressed={brush.kind === "erase"}
                disabled={!editable}
                onClick={() => choose({ kind: "erase" })}
              >
                <b className="swatch none">–</b>
                <span>{text("m.unzoned")}</span>
                <small className="quiet">E</small>
              </button>
              <span className="quiet">{format.count(counts.unzoned)}</span>
            </div>
          </li>
        </ul>
      </section>
      <section>
        <div className="card-head">
          <h2>{text("m.holds")}</h2>
        </div>
        <ul className="plain zone-list">
          {HOLD_REASONS.map((reason) => {
            const hold = draft.holds.find((h) => h.reason === reason),
              on = brush.kind === "hold" && brush.reason === reason;
            return (
              <li key={reason} className={on ? "on" : ""}>
                <div className="zone-row">
                  <button
                    type="button"
                    className="zone-pick"
                    aria-pressed={on}
                    disabled={!editable}
                    onClick={() => choose({ kind: "hold", reason })}
                  >
                    <b className="swatch hatch" />
                    <span>{text(`m.hold-${reason}`)}</span>
                  </button>
                  <span className="quiet">
                    {format.count(draft.holds.filter((h) => h.reason === reason).reduce((n, h) => n + (counts.byHold.get(h.no) ?? 0), 0))}
                  </span>
                </div>
                {on && editable && hold !== undefined && <HoldDetail draft={draft} hold={hold} />}
              </li>
            );
          })}
          <li className={brush.kind === "release" ? "on" : ""}>
            <div className="zone-row">
              <button
                type="button"
                className="zone-pick"
                aria-pressed={brush.kind === "release"}
                disabled={!editable}
                onClick={() => choose({ kind: "release" })}
              >
                <b className="swatch none">○</b>
                <span>{text("m.release")}</span>
                <small className="quiet">H</small>
              </button>
            </div>
          </li>
        </ul>
      </section>
      <Allotments draft={draft} brush={brush} choose={choose} editable={editable} counts={counts.byHold} />
    </aside>
  );
}

function ZoneDetail(props: { draft: MapDraft; zone: ZoneMeta; pricing: boolean; count: number }): ReactNode {
  const text = useT(),
    { draft, zone: z } = props,
    areas = [...draft.model.plan.areas.values()];
  return (
    <div className="zone-detail">
      <label className="mini">
        <span className="label">{text("m.zone-name")}</span>
        <Input
          size="small"
          value={z.name}
          maxLength={40}
          status={z.name.trim() === "" ? "error" : ""}
          onChange={(e) => draft.setZone(z.no, { name: e.target.value }, text("m.step-name"))}
        />
      </label>
      <div className="two-fields">
        <label className="mini">
          <span className="label">{text("m.zone-letter")}</span>
          <Input
            size="small"
            value={z.letter}
            maxLength={4}
            status={z.letter.trim() === "" ? "error" : ""}
            onChange={(e) => draft.setZone(z.no, { letter: e.target.value }, text("m.step-letter"))}
          />
        </label>
        <label className="mini">
          <span className="label">{text("m.zone-kind")}</span>
          <Select
            size="small"
            value={z.kind}
            disabled={!props.pricing}
            onChange={(kind) => draft.setZone(z.no, { kind }, text("m.step-kind"))}
            options={KINDS.map((k) => ({ value: k, label: text(`m.zone-${k}`) }))}
          />
        </label>
      </div>
      {props.pricing && (z.kind === "public" || z.kind === "package") && <ChannelPrices draft={draft} zone={z} />}
      <div className="mini">
        <span className="label">{text("m.zone-colour")}</span>
        <div className="colours" role="radiogroup" aria-label={text("m.zone-colour")}>
          {ZONE_COLOURS.light.map((c, i) => (
            <button
              key={c}
              type="button"
              role="radio"
              aria-checked={z.color === c}
              aria-label={text("m.colour-n", { n: i + 1 })}
              style={{ background: c }}
              onClick={() => draft.setZone(z.no, { color: c }, text("m.step-colour"))}
            />
          ))}
        </div>
      </div>
      {areas.length > 0 && (
        <label className="mini">
          <span className="label">{text("m.count-areas")}</span>
          <Select
            mode="multiple"
            size="small"
            value={[...z.areas]}
            onChange={(next) => draft.setZone(z.no, { areas: next }, text("m.step-areas"))}
            options={areas
              .filter((a) => z.areas.includes(a.id) || !draft.zones.some((o) => o.areas.includes(a.id)))
              .map((a) => ({ value: a.id, label: `${a.label} (${format.count(a.capacity)})` }))}
          />
        </label>
      )}
      <button type="button" className="link" onClick={() => draft.removeZone(z.no, text("m.step-remove"))}>
        {text("m.zone-remove", { n: format.count(props.count) })}
      </button>
    </div>
  );
}

function HoldDetail(props: { draft: MapDraft; hold: HoldMeta }): ReactNode {
  const text = useT(),
    { draft, hold } = props,
    areas = [...draft.model.plan.areas.values()];
  const setCount = (area: string, n: number): void =>
    draft.setHold(
      hold.no,
      { areas: [...hold.areas.filter((a) => a.area !== area), ...(n > 0 ? [{ area, count: n }] : [])] },
      text("m.step-hold"),
    );
  return (
    <div className="zone-detail">
      <label className="mini">
        <span className="label">{text("m.notes")}</span>
        <Input
          size="small"
          value={hold.note}
          maxLength={200}
          onChange={(e) => draft.setHold(hold.no, { note: e.target.value }, text("m.step-note"))}
        />
      </label>
      {areas.map((a) => (
        <label key={a.id} className="mini inline">
          <span>{a.label}</span>
          <InputNumber
            size="small"
            controls={false}
            min={0}
            max={a.capacity}
            precision={0}
            value={hold.areas.find((x) => x.area === a.id)?.count ?? 0}
            onChange={(v) => setCount(a.id, v ?? 0)}
          />
        </label>
      ))}
    </div>
  );
}

/** The share on public sale against what RL-2 asks, and all places against the approved audience (RL-8). */
function MeterView(props: { meter: Meter | null; stale: boolean }): ReactNode {
  const text = useT(),
    m = props.meter;
  if (m === null)
    return (
      <section className="meter-view">
        <span className="skeleton" />
        <span className="skeleton" style={{ width: "60%" }} />
      </section>
    );
  const share = m.approved === 0 ? 0 : m.public / m.approved;
  return (
    <section className={props.stale ? "meter-view stale" : "meter-view"} aria-live="polite">
      <div className="line">
        <span>{text("m.meter-public")}</span>
        <strong className={m.publicOk ? "" : "bad"}>
          {m.publicOk ? "✓" : "✕"} {format.percent(share)}
        </strong>
      </div>
      <Bar value={m.public} total={m.approved} mark={m.required} tone={m.publicOk ? "success" : "danger"} label={text("m.meter-public")} />
      <small className="quiet">
        {m.publicOk
          ? text("m.meter-public-ok", { public: format.count(m.public), required: format.count(m.required), percent: m.percent })
          : text("m.meter-public-bad", {
              missing: format.count(m.required - m.public),
              required: format.count(m.required),
              percent: m.percent,
            })}
      </small>
      <div className="line">
        <span>{text("m.meter-total")}</span>
        <strong className={m.totalOk ? "" : "bad"}>
          {m.totalOk ? "✓" : "✕"} {format.count(m.total)} / {format.count(m.approved)}
        </strong>
      </div>
      <Bar value={m.total} total={m.approved} tone={m.totalOk ? "success" : "danger"} label={text("m.meter-total")} />
      {!m.totalOk && <small className="quiet">{text("m.meter-total-bad", { n: format.count(m.total - m.approved) })}</small>}
      {m.buffer > 0 && <small className="quiet">{text("m.meter-buffer", { n: format.count(m.buffer) })}</small>}
    </section>
  );
}
