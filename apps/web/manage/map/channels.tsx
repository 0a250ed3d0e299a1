import { format, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { Input, Select } from "antd";
import { useState, type ReactNode } from "react";
import { atVenue } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useMe } from "../lib/me.tsx";
import { Chip } from "../lib/parts.tsx";
import { HOLD_REASONS, type Allotment, type HoldReason, type TicketMap } from "../lib/wire.ts";
import { CHANNEL_NAMES, CHANNELS, nameIn } from "../prices/rules.ts";
import { useDo, type Part } from "./dialogs.ts";

const seatsOf = (a: {
  readonly seats: readonly (readonly [number, number])[] | null;
  readonly areas: readonly { readonly count: number }[] | null;
}): number => (a.seats ?? []).reduce((n, [x, y]) => n + y - x + 1, 0) + (a.areas ?? []).reduce((n, x) => n + x.count, 0);

/** Channel allotments (渠道配额): places painted as a hold become a channel's own, with a date on which the rest goes to the public. */
export function Allot(props: Part): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    l = lang === "en" ? "en" : "zh",
    http = useHttp(),
    { can } = useMe(),
    { map } = props,
    list = map.allotments ?? [],
    { busy, problem, run } = useDo(props.onDone);
  const holds = HOLD_REASONS.filter((r) => map.holds.some((h) => h.reason === r)),
    [from, setFrom] = useState<HoldReason | null>(holds.includes("reserved") ? "reserved" : (holds[0] ?? null)),
    [name, setName] = useState(""),
    [channel, setChannel] = useState<Allotment["channel"]>("agent"),
    [release, setRelease] = useState("");
  const put = (change: { holds?: TicketMap["holds"]; allotments: readonly Allotment[] }): void =>
    run(() =>
      http.send("PUT", `/api/v1/maps/${map.id}${can("price.manage") ? "" : "/painting"}`, {
        version: map.version,
        zones: map.zones,
        holds: change.holds ?? map.holds,
        allotments: change.allotments,
      }),
    );
  const add = (): void => {
    const mine = map.holds.filter((h) => h.reason === from),
      no = list.reduce((n, a) => Math.max(n, a.no), 0) + 1;
    put({
      holds: map.holds.filter((h) => h.reason !== from),
      allotments: [
        ...list,
        {
          no,
          name: name.trim(),
          channel,
          ...(release === "" ? {} : { release: atVenue(release) }),
          seats: mine.flatMap((h) => [...h.seats]),
          areas: mine.flatMap((h) => [...h.areas]),
        },
      ],
    });
  };
  return (
    <div className="stack">
      <p className="quiet">{text("m.ma-lead")}</p>
      {problem !== null && <ProblemNote error={problem} />}
      {list.length === 0 ? (
        <p>{text("m.ma-none")}</p>
      ) : (
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{text("m.ma-name")}</th>
              <th scope="col">{text("m.ma-channel")}</th>
              <th scope="col" className="num">
                {text("m.ma-seats")}
              </th>
              <th scope="col">{text("m.ma-release")}</th>
              <th scope="col">
                <span className="visually-hidden">{text("m.ma-back")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((a) => (
              <tr key={a.no}>
                <td>{a.name}</td>
                <td>{nameIn(CHANNEL_NAMES, a.channel, l)}</td>
                <td className="num">{format.count(seatsOf(a))}</td>
                <td>
                  {a.released === true ? (
                    <Chip tone="quiet">{text("m.ma-released")}</Chip>
                  ) : a.release === undefined || a.release === null ? (
                    text("m.ma-never")
                  ) : (
                    format.dateTime(a.release, lang)
                  )}
                </td>
                <td>
                  <button
                    type="button"
                    className="button small"
                    disabled={busy || props.dirty}
                    onClick={() => put({ allotments: list.filter((x) => x.no !== a.no) })}
                  >
                    {text("m.ma-back")}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {holds.length === 0 ? (
        <p className="quiet">{text("m.ma-paint")}</p>
      ) : (
        <fieldset className="rule-form">
          <div className="form-grid">
            <label className="mini">
              <span className="label">{text("m.ma-from")}</span>
              <Select
                value={from}
                onChange={setFrom}
                options={holds.map((r) => ({
                  value: r,
                  label: `${text(`m.hold-${r}`)} (${format.count(map.holds.filter((h) => h.reason === r).reduce((n, h) => n + seatsOf(h), 0))})`,
                }))}
              />
            </label>
            <label className="mini">
              <span className="label">{text("m.ma-name")}</span>
              <Input value={name} maxLength={40} onChange={(e) => setName(e.target.value)} />
            </label>
            <label className="mini">
              <span className="label">{text("m.ma-channel")}</span>
              <Select
                value={channel}
                onChange={setChannel}
                options={CHANNELS.map((c) => ({ value: c, label: nameIn(CHANNEL_NAMES, c, l) }))}
              />
            </label>
            <label className="mini">
              <span className="label">{text("m.ma-release")}</span>
              <Input type="datetime-local" value={release} onChange={(e) => setRelease(e.target.value)} />
            </label>
          </div>
          <div>
            <button
              type="button"
              className="button main"
              disabled={busy || props.dirty || name.trim() === "" || from === null}
              onClick={add}
            >
              {text("m.ma-add")}
            </button>
          </div>
        </fieldset>
      )}
    </div>
  );
}
