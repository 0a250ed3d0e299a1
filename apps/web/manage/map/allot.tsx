import { format, useLanguage, useT } from "@parterre/ui";
import { Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { atVenue, toWall } from "../lib/form.tsx";
import { Chip } from "../lib/parts.tsx";
import { CHANNEL_NAMES, CHANNELS, nameIn } from "../prices/rules.ts";
import { ALLOT, type AllotMeta, type MapDraft, type ZoneMeta } from "./draft.ts";
import "./messages.ts";
import type { Brush } from "./panel.tsx";

/** Channel allotments (渠道配额) as a layer of the paint panel: the one that is chosen is the brush. */
export function Allotments(props: {
  draft: MapDraft;
  brush: Brush;
  choose: (b: Brush) => void;
  editable: boolean;
  counts: ReadonlyMap<number, number>;
}): ReactNode {
  const text = useT(),
    lang = useLanguage() === "en" ? "en" : "zh",
    { draft, brush, choose, editable } = props;
  const add = (): void =>
    choose({ kind: "allot", no: draft.addAllot(text("m.al-new", { n: draft.allots.length + 1 }), "agent", text("m.step-allot-set")) });
  return (
    <section aria-label={text("m.al")}>
      <div className="card-head">
        <h2>{text("m.al")}</h2>
        {editable && (
          <button type="button" className="button small" onClick={add}>
            {text("m.al-add")}
          </button>
        )}
      </div>
      {draft.allots.length === 0 && <p className="quiet">{text("m.al-none")}</p>}
      <ul className="plain zone-list">
        {draft.allots.map((a) => {
          const on = brush.kind === "allot" && brush.no === a.no,
            n = props.counts.get(ALLOT + a.no) ?? 0;
          return (
            <li key={a.no} className={on ? "on" : ""}>
              <div className="zone-row">
                <button
                  type="button"
                  className="zone-pick"
                  aria-pressed={on}
                  disabled={!editable}
                  onClick={() => choose({ kind: "allot", no: a.no })}
                >
                  <b className="swatch hatch" />
                  <span>
                    {a.name || text("m.zone-unnamed")} <small className="quiet">{nameIn(CHANNEL_NAMES, a.channel, lang)}</small>
                  </span>
                </button>
                <span className="quiet">
                  {a.released === true && <Chip tone="quiet">{text("m.ma-released")}</Chip>} {format.count(n)}
                </span>
              </div>
              {on && editable && <AllotDetail draft={draft} allot={a} count={n} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function AllotDetail(props: { draft: MapDraft; allot: AllotMeta; count: number }): ReactNode {
  const text = useT(),
    lang = useLanguage() === "en" ? "en" : "zh",
    { draft, allot: a } = props,
    areas = [...draft.model.plan.areas.values()],
    label = text("m.step-allot-set");
  const setCount = (area: string, n: number): void =>
    draft.setAllot(a.no, { areas: [...a.areas.filter((x) => x.area !== area), ...(n > 0 ? [{ area, count: n }] : [])] }, label);
  return (
    <div className="zone-detail">
      <label className="mini">
        <span className="label">{text("m.ma-name")}</span>
        <Input
          size="small"
          value={a.name}
          maxLength={40}
          status={a.name.trim() === "" ? "error" : ""}
          onChange={(e) => draft.setAllot(a.no, { name: e.target.value }, label)}
        />
      </label>
      <label className="mini">
        <span className="label">{text("m.ma-channel")}</span>
        <Select
          size="small"
          value={a.channel}
          onChange={(channel) => draft.setAllot(a.no, { channel }, label)}
          options={CHANNELS.map((c) => ({ value: c, label: nameIn(CHANNEL_NAMES, c, lang) }))}
        />
      </label>
      <label className="mini">
        <span className="label">{text("m.ma-release")}</span>
        <Input
          size="small"
          type="datetime-local"
          value={a.release == null ? "" : toWall(a.release)}
          onChange={(e) => draft.setAllot(a.no, { release: e.target.value === "" ? null : atVenue(e.target.value) }, label)}
        />
      </label>
      {areas.map((x) => (
        <label key={x.id} className="mini inline">
          <span>{x.label}</span>
          <InputNumber
            size="small"
            controls={false}
            min={0}
            max={x.capacity}
            precision={0}
            value={a.areas.find((y) => y.area === x.id)?.count ?? 0}
            onChange={(v) => setCount(x.id, v ?? 0)}
          />
        </label>
      ))}
      <button type="button" className="link" onClick={() => draft.removeAllot(a.no, label)}>
        {text("m.al-remove", { n: format.count(props.count) })}
      </button>
    </div>
  );
}

/** The full price of a zone in each channel but online, set by hand; empty: it follows the zone's. */
export function ChannelPrices(props: { draft: MapDraft; zone: ZoneMeta }): ReactNode {
  const text = useT(),
    lang = useLanguage() === "en" ? "en" : "zh",
    { draft, zone: z } = props;
  return (
    <div className="two-fields" role="group" aria-label={text("m.cp")} style={{ gridTemplateColumns: "1fr 1fr" }}>
      {CHANNELS.filter((c) => c !== "online").map((c) => {
        const name = nameIn(CHANNEL_NAMES, c, lang),
          set = draft.channelPrice(z.no, c);
        return (
          <label key={c} className="mini">
            <span className="label">
              {text("m.cp")} · {name}
            </span>
            <InputNumber
              aria-label={text("m.cp-of", { name: z.name, channel: name })}
              size="small"
              style={{ width: "100%" }}
              controls={false}
              prefix="¥"
              min={0.01}
              max={9_999_999}
              precision={2}
              placeholder={text("m.cp-follow")}
              formatter={(v) => String(v ?? "").replace(/\.00$/, "")}
              value={set === null ? null : set / 100}
              onChange={(v) => draft.setChannelPrice(z.no, c, v === null ? null : Math.round(v * 100), text("m.step-channel-price"))}
            />
          </label>
        );
      })}
    </div>
  );
}
