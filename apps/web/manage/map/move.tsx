import { ErrorState, format, Loading, ProblemNote, useT } from "@parterre/ui";
import { Checkbox, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { Chip, Facts } from "../lib/parts.tsx";
import type { Meter, PlanInfo, TicketMap } from "../lib/wire.ts";
import { useDo, type Part } from "./dialogs.ts";

/** What a move to another plan version would do. */
interface Moved {
  readonly map: TicketMap;
  readonly meter: Meter;
  readonly dropped: readonly number[] | null;
  readonly added: number;
  readonly gone: readonly number[];
  readonly goneNames: readonly string[];
  readonly buffered: readonly number[];
  readonly bufferedNames: readonly string[];
  readonly come: readonly number[];
  readonly comeNames: readonly string[];
  readonly areas: readonly { readonly area: string; readonly label: string; readonly was: number; readonly now: number }[];
}

/** Another version of the hall's plan: what would change is shown before it is done. */
export function Move(props: Part): ReactNode {
  const text = useT(),
    http = useHttp(),
    { map, session } = props,
    [to, setTo] = useState<string | null>(null),
    [sure, setSure] = useState(false),
    { busy, problem, run } = useDo(props.onDone);
  const plans = useLoad(`move-plans ${session.hallId}`, (h, s) =>
      h.get<{ items: readonly PlanInfo[] | null }>(`/api/v1/halls/${session.hallId}/plans`, {}, s),
    ),
    check = useLoad(to === null ? null : `move ${session.id} ${to} ${map.version}`, (h, s) =>
      h.get<Moved>(`/api/v1/sessions/${session.id}/plan-move`, { to }, s),
    );
  if (plans.data === null) return plans.error === null ? <Loading lines={3} /> : <ErrorState error={plans.error} onRetry={plans.reload} />;
  const others = (plans.data.items ?? []).filter((p) => p.state === "published" && p.id !== map.planId),
    m = check.data;
  if (others.length === 0) return <p>{text("m.mm-none")}</p>;
  return (
    <div className="stack">
      <p className="quiet">{text("m.mm-lead")}</p>
      <Select
        aria-label={text("m.plan-versions")}
        value={to}
        placeholder={text("m.plan-versions")}
        onChange={(v) => {
          setTo(v);
          setSure(false);
        }}
        options={others.map((p) => ({
          value: p.id,
          label: `${text("m.plan-version", { n: p.number })} ${p.name} (${format.count(p.places)})`,
        }))}
      />
      {problem !== null && <ProblemNote error={problem} />}
      {to !== null &&
        (m === null ? (
          check.error === null ? (
            <Loading lines={3} />
          ) : (
            <ProblemNote error={check.error} />
          )
        ) : (
          <>
            <SeatTurn title={text("m.mm-gone")} sign="−" count={m.gone.length} names={m.goneNames} />
            <SeatTurn title={text("m.mm-buffered")} sign="−" count={m.buffered.length} names={m.bufferedNames} />
            <SeatTurn title={text("m.mm-come")} sign="+" count={m.come.length} names={m.comeNames} />
            {m.areas.length > 0 && (
              <ul className="plain">
                {m.areas.map((a) => (
                  <li key={a.area}>{text("m.mm-area", { area: a.label, was: format.count(a.was), now: format.count(a.now) })}</li>
                ))}
              </ul>
            )}
            {m.gone.length + m.buffered.length + m.come.length + m.areas.length === 0 && <p>{text("m.mm-same")}</p>}
            <Facts
              columns={1}
              items={[
                [text("m.mm-dropped"), (m.dropped ?? []).length === 0 ? text("m.mm-nothing") : format.count(m.dropped!.length)],
                [text("m.mm-added"), format.count(m.added)],
                [
                  text("m.meter-public"),
                  `${m.meter.publicOk ? "✓" : "✕"} ${format.count(m.meter.public)} / ${format.count(m.meter.required)}`,
                ],
              ]}
            />
            <Checkbox checked={sure} onChange={(e) => setSure(e.target.checked)}>
              {text("m.mm-sure")}
            </Checkbox>
            <div>
              <button
                type="button"
                className="button main"
                disabled={busy || !sure || props.dirty}
                onClick={() => run(() => http.send("POST", `/api/v1/sessions/${session.id}/plan-move`, { to }))}
              >
                {text("m.mm-go")}
              </button>
            </div>
          </>
        ))}
    </div>
  );
}

/** Seats that go or come, by their printed labels. */
function SeatTurn(props: { title: string; sign: "+" | "−"; count: number; names: readonly string[] }): ReactNode {
  const text = useT();
  if (props.count === 0) return null;
  return (
    <details className="seat-turn" open={props.count <= 20}>
      <summary>
        <Chip tone={props.sign === "+" ? "success" : "warning"}>
          {props.sign}
          {format.count(props.count)}
        </Chip>{" "}
        {props.title}
      </summary>
      <p className="quiet">
        {props.names.join("，")}
        {props.count > props.names.length ? ` … ${text("m.mm-more", { n: format.count(props.count - props.names.length) })}` : ""}
      </p>
    </details>
  );
}
