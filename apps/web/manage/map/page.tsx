/** The page of a session's ticket map: loads session, show, map and plan, and opens the designer. */
import { ErrorState, Link, Loading, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import type { Http } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { usePlanModel } from "../lib/plan.ts";
import type { Session, Show, TicketMap } from "../lib/wire.ts";
import { noId } from "../pages/session.tsx";
import { Designer } from "./designer.tsx";

/** The ticket map of a session: it names its map, or the map names it. */
async function mapOf(http: Http, session: Session, signal: AbortSignal): Promise<TicketMap | null> {
  if (!noId(session.mapId)) return http.get<TicketMap>(`/api/v1/maps/${session.mapId}`, {}, signal);
  const list = (await http.get<{ items: readonly TicketMap[] | null }>(`/api/v1/plans/${session.planId}/maps`, {}, signal)).items ?? [],
    mine = list.find((m) => m.sessionId === session.id);
  return mine === undefined ? null : http.get<TicketMap>(`/api/v1/maps/${mine.id}`, {}, signal);
}

export function MapPage(props: { session: string }): ReactNode {
  const text = useT();
  const page = useLoad(`map-page ${props.session}`, async (http, signal) => {
    const session = await http.get<Session>(`/api/v1/sessions/${props.session}`, {}, signal);
    const [show, map] = await Promise.all([http.get<Show>(`/api/v1/shows/${session.showId}`, {}, signal), mapOf(http, session, signal)]);
    return { session, show, map };
  });
  const model = usePlanModel(page.data?.map?.planId ?? null),
    error = page.error ?? model.error;
  if (error !== null)
    return (
      <div className="page">
        <ErrorState
          error={error}
          onRetry={() => {
            page.reload();
            model.reload();
          }}
        />
      </div>
    );
  if (page.data !== null && page.data.map === null)
    return (
      <div className="page">
        <div className="note">
          <div className="body">{text("m.map-none-lead")}</div>
          <Link to={`/sessions/${props.session}`}>{text("m.session-about")}</Link>
        </div>
      </div>
    );
  if (page.data === null || model.data === null)
    return (
      <div className="page">
        <Loading lines={8} />
      </div>
    );
  return (
    <Designer
      key={`${page.data.map!.id} ${page.data.map!.version}`}
      onReload={page.reload}
      session={page.data.session}
      show={page.data.show}
      map={page.data.map!}
      model={model.data}
    />
  );
}
