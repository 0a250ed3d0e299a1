import { ErrorState, format, Loading, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { Checkbox } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { Chip } from "../lib/parts.tsx";
import type { Session } from "../lib/wire.ts";
import { useDo, type Part } from "./dialogs.ts";

/** Puts this map on other sessions of the same plan version, all or none. */
export function SeriesForm(props: Part): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { map, session } = props,
    [chosen, setChosen] = useState<readonly string[]>([]),
    { busy, problem, run } = useDo(props.onDone);
  const list = useLoad(`series ${session.showId}`, (h, s) =>
    h.get<{ items: readonly Session[] | null }>("/api/v1/sessions", { show: session.showId, size: 100 }, s),
  );
  if (list.data === null) return list.error === null ? <Loading lines={3} /> : <ErrorState error={list.error} onRetry={list.reload} />;
  const others = (list.data.items ?? []).filter((s) => s.id !== session.id && s.state !== "ended" && s.state !== "cancelled");
  if (others.length === 0) return <p>{text("m.mr-none")}</p>;
  return (
    <div className="stack">
      <p className="quiet">{text("m.mr-lead")}</p>
      {problem !== null && <ProblemNote error={problem} />}
      <div className="stack tight" role="group" aria-label={text("m.mt-series")}>
        <Checkbox
          checked={chosen.length > 0 && chosen.length === others.filter((s) => s.planId === map.planId).length}
          onChange={(e) => setChosen(e.target.checked ? others.filter((s) => s.planId === map.planId).map((s) => s.id) : [])}
        >
          {text("m.mr-all")}
        </Checkbox>
        {others.map((s) => (
          <Checkbox
            key={s.id}
            disabled={s.planId !== map.planId}
            checked={chosen.includes(s.id)}
            onChange={(e) => setChosen(e.target.checked ? [...chosen, s.id] : chosen.filter((x) => x !== s.id))}
          >
            {format.dateTime(s.startsAt, lang)} {s.code}
            {s.planId !== map.planId && (
              <>
                {" "}
                <Chip tone="warning">{text("m.mr-plan")}</Chip>
              </>
            )}
          </Checkbox>
        ))}
      </div>
      <div>
        <button
          type="button"
          className="button main"
          disabled={busy || chosen.length === 0 || props.dirty}
          onClick={() => run(() => http.send("POST", `/api/v1/maps/${map.id}/sessions`, { sessions: chosen }))}
        >
          {text("m.mr-go", { n: chosen.length })}
        </button>
      </div>
    </div>
  );
}
