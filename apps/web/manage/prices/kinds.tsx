import { format, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Input, InputNumber, Select } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useMe } from "../lib/me.tsx";
import { Card } from "../lib/parts.tsx";
import type { TicketKind, TicketMap } from "../lib/wire.ts";
import { CHANNEL_NAMES, CHANNELS, KIND_NAMES, KINDS, nameIn } from "./rules.ts";

/** The price of a zone in a channel as a kind, as the server has it: a set price, else the kind's share of the full price. */
export function priceIn(map: TicketMap, zone: number, channel: string, kind: string): number | null {
  const z = map.zones.find((x) => x.no === zone),
    set = map.prices?.find((p) => p.zone === zone && p.channel === channel && p.kind === kind && (p.package ?? "") === "");
  if (z === undefined) return null;
  if (kind === "full") return channel === "online" ? z.price : (set?.price ?? z.price);
  const k = map.kinds?.find((x) => x.code === kind);
  if (
    k === undefined ||
    (z.kind !== "public" && z.kind !== "package") ||
    ((k.channels ?? []).length > 0 && !k.channels!.includes(channel)) ||
    ((k.zones ?? []).length > 0 && !k.zones!.includes(zone))
  )
    return null;
  if (set !== undefined) return set.price;
  const p = Math.floor((priceIn(map, zone, channel, "full")! * k.permille + 500) / 1000);
  return p > 100 ? p - (p % 100) : p;
}

/** Kinds of ticket of a map, and what everything costs now. */
export function Kinds(props: { map: TicketMap; onChange: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage() === "en" ? "en" : "zh",
    http = useHttp(),
    { can } = useMe(),
    { map } = props,
    edit = can("price.manage"),
    [list, setList] = useState<readonly TicketKind[]>(map.kinds ?? []),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  useEffect(() => setList(map.kinds ?? []), [map.id, map.version]);
  const dirty = JSON.stringify(list) !== JSON.stringify(map.kinds ?? []),
    free = KINDS.filter((k) => !list.some((x) => x.code === k));
  const set = (code: string, change: Partial<TicketKind>): void => setList(list.map((k) => (k.code === code ? { ...k, ...change } : k)));
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await http.send(
        "PUT",
        `/api/v1/maps/${map.id}/kinds`,
        { version: map.version, kinds: list },
        { intent: `kinds ${map.id} ${map.version} ${JSON.stringify(list)}` },
      );
      toast("success", text("m.saved"));
      props.onChange();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const kinds = ["full", ...(map.kinds ?? []).map((k) => k.code)],
    // One channel with a price of its own, and all are listed: a line that is missing reads as "not sold there".
    differ = (map.prices ?? []).some((p) => p.channel !== "online") || (map.kinds ?? []).some((k) => (k.channels ?? []).length > 0),
    apart = differ ? CHANNELS : CHANNELS.filter((c) => c === "online"),
    packaged = (map.prices ?? []).filter((p) => (p.package ?? "") !== ""),
    lines = [...new Map(packaged.map((p) => [`${p.channel} ${p.kind} ${p.package}`, p])).values()];
  return (
    <Card
      title={text("m.pk")}
      actions={
        edit ? (
          <>
            <Select
              aria-label={text("m.pk-add")}
              value={null}
              placeholder={`＋ ${text("m.pk-add")}`}
              style={{ minWidth: 140 }}
              disabled={free.length === 0}
              onChange={(code: string | null) => {
                if (code !== null) setList([...list, { code, permille: code === "companion" ? 0 : 500 }]);
              }}
              options={free.map((k) => ({ value: k, label: nameIn(KIND_NAMES, k, lang) }))}
            />
            <button type="button" className="button main" disabled={!dirty || busy} onClick={() => void save()}>
              {text("m.pk-save")}
            </button>
          </>
        ) : undefined
      }
    >
      <div className="stack tight">
        <p className="quiet">{text("m.pk-lead")}</p>
        {problem !== null && <ProblemNote error={problem} />}
        {list.length === 0 ? (
          <p>{text("m.pk-none")}</p>
        ) : (
          <div className="scroll-x" tabIndex={0} role="region" aria-label={text("m.pk")}>
            <table className="data">
              <thead>
                <tr>
                  <th scope="col">{text("m.pk-kind")}</th>
                  <th scope="col">{text("m.pk-share")}</th>
                  <th scope="col">{text("m.pk-channels")}</th>
                  <th scope="col">{text("m.pk-proof")}</th>
                  <th scope="col">{text("m.pk-max")}</th>
                  <th scope="col">
                    <span className="visually-hidden">{text("m.rf-delete")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map((k) => {
                  const name = nameIn(KIND_NAMES, k.code, lang);
                  return (
                    <tr key={k.code}>
                      <th scope="row">{name}</th>
                      <td data-label={text("m.pk-share")}>
                        <InputNumber
                          aria-label={`${name} ${text("m.pk-share")}`}
                          disabled={!edit}
                          min={0}
                          max={100}
                          suffix="%"
                          style={{ width: 90 }}
                          value={k.permille / 10}
                          onChange={(v) => set(k.code, { permille: Math.round((v ?? 0) * 10) })}
                        />
                      </td>
                      <td data-label={text("m.pk-channels")}>
                        <Select
                          mode="multiple"
                          aria-label={`${name} ${text("m.pk-channels")}`}
                          disabled={!edit}
                          placeholder={text("m.pk-all-channels")}
                          style={{ minWidth: 150 }}
                          value={[...(k.channels ?? [])]}
                          onChange={(channels) => set(k.code, { channels })}
                          options={CHANNELS.map((c) => ({ value: c, label: nameIn(CHANNEL_NAMES, c, lang) }))}
                        />
                      </td>
                      <td data-label={text("m.pk-proof")}>
                        <Input
                          aria-label={`${name} ${text("m.pk-proof")}`}
                          disabled={!edit}
                          maxLength={60}
                          placeholder={text("m.pk-proof-hint")}
                          value={k.proof ?? ""}
                          onChange={(e) => set(k.code, { proof: e.target.value })}
                        />
                      </td>
                      <td data-label={text("m.pk-max")}>
                        <InputNumber
                          aria-label={`${name} ${text("m.pk-max")}`}
                          disabled={!edit}
                          min={0}
                          max={1000}
                          precision={0}
                          style={{ width: 70 }}
                          value={k.maxSeats ?? 0}
                          onChange={(v) => set(k.code, { maxSeats: v ?? 0 })}
                        />
                      </td>
                      <td>
                        {edit && (
                          <button
                            type="button"
                            className="button plain small"
                            aria-label={text("m.pk-remove", { name })}
                            onClick={() => setList(list.filter((x) => x.code !== k.code))}
                          >
                            ✕
                          </button>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
        <h3 className="sub">{text("m.pt")}</h3>
        <p className="quiet">{text("m.pt-lead")}</p>
        <div className="scroll-x" tabIndex={0} role="region" aria-label={text("m.pt")}>
          <table className="data">
            <thead>
              <tr>
                <th scope="col">{text("m.kind-channel")}</th>
                {map.zones.map((z) => (
                  <th key={z.no} scope="col" className="num">
                    {z.letter} {z.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {apart.flatMap((c) =>
                kinds
                  .filter((k) => map.zones.some((z) => priceIn(map, z.no, c, k) !== null))
                  .map((k) => (
                    <tr key={`${c} ${k}`}>
                      <th scope="row">
                        {apart.length > 1 ? `${nameIn(CHANNEL_NAMES, c, lang)} · ` : ""}
                        {nameIn(KIND_NAMES, k, lang)}
                      </th>
                      {map.zones.map((z) => {
                        const p = priceIn(map, z.no, c, k);
                        return (
                          <td key={z.no} className="num" data-label={`${z.letter} ${z.name}`}>
                            {p === null ? "–" : format.price(p)}
                          </td>
                        );
                      })}
                    </tr>
                  )),
              )}
              {lines.map((l) => (
                <tr key={`${l.channel} ${l.kind} ${l.package}`}>
                  <th scope="row">
                    {nameIn(CHANNEL_NAMES, l.channel, lang)} · {nameIn(KIND_NAMES, l.kind, lang)} ·{" "}
                    {text("m.pt-package", { code: l.package! })}
                  </th>
                  {map.zones.map((z) => {
                    const p = packaged.find(
                      (x) => x.zone === z.no && x.channel === l.channel && x.kind === l.kind && x.package === l.package,
                    );
                    return (
                      <td key={z.no} className="num" data-label={`${z.letter} ${z.name}`}>
                        {p === undefined ? "–" : format.price(p.price)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </Card>
  );
}
