/** The page of a session's prices: loads session, show and ticket map, and lays out what the other files hold. */
import { ErrorState, format, Link, Loading, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { useLoad } from "../lib/load.ts";
import { Card, PageHead } from "../lib/parts.tsx";
import type { Session, Show, TicketMap } from "../lib/wire.ts";
import { noId } from "../pages/session.tsx";
import { SessionNav } from "../pages/sessionnav.tsx";
import { DryRun } from "./dryrun.tsx";
import { Editor } from "./editor.tsx";
import { Changes, WhyCard } from "./history.tsx";
import { Kinds } from "./kinds.tsx";
import { print, type PriceState, type ProgramInfo } from "./program.ts";
import { Running } from "./running.tsx";
import { Versions } from "./versions.tsx";

/** Price rules of a session: the program, what it proposes, why a price is what it is, and what it would have earned. */
export function PricesPage(props: { session: string }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  const page = useLoad(`prices ${props.session}`, async (http, signal) => {
    const session = await http.get<Session>(`/api/v1/sessions/${props.session}`, {}, signal);
    const [show, map] = await Promise.all([
      http.get<Show>(`/api/v1/shows/${session.showId}`, {}, signal),
      noId(session.mapId) ? null : http.get<TicketMap>(`/api/v1/maps/${session.mapId}`, {}, signal),
    ]);
    return { session, show, map };
  });
  if (page.data === null) return page.error === null ? <Loading lines={8} /> : <ErrorState error={page.error} onRetry={page.reload} />;
  const { session, show, map } = page.data,
    title = lang === "en" && show.titleEn !== "" ? show.titleEn : show.title;
  return (
    <>
      <PageHead
        back={{ to: `/sessions/${session.id}`, label: `${title} ${format.dateTime(session.startsAt, lang)}` }}
        title={text("m.prices")}
        lead={text("m.prices-lead")}
      />
      <SessionNav session={session} />
      {map === null ? (
        <Card>
          <p>{text("m.map-none-lead")}</p>
          <Link to={`/sessions/${session.id}`}>{text("m.session-about")}</Link>
        </Card>
      ) : (
        <Prices map={map} onChange={page.reload} />
      )}
    </>
  );
}

function Prices(props: { map: TicketMap; onChange: () => void }): ReactNode {
  const at = `/api/v1/maps/${props.map.id}`,
    [round, setRound] = useState(0),
    [draft, setDraft] = useState<string | null>(null);
  const programs = useLoad(`programs ${props.map.id} ${round}`, (h, s) =>
    h.get<{ items: readonly ProgramInfo[] | null; state: PriceState }>(`${at}/price-programs`, {}, s),
  );
  const newest = programs.data?.items?.[0]?.version ?? 0;
  const stored = useLoad(newest === 0 ? null : `program ${props.map.id} ${newest}`, (h, s) =>
    h.get<ProgramInfo>(`${at}/price-programs/${newest}`, {}, s),
  );
  const again = (): void => {
    setRound((n) => n + 1);
    props.onChange();
  };
  if (programs.data === null || (newest > 0 && stored.data === null)) {
    const e = programs.error ?? stored.error;
    return e === null ? <Loading lines={6} /> : <ErrorState error={e} onRetry={programs.reload} />;
  }
  const document = draft ?? (stored.data?.document === undefined ? null : print(stored.data.document));
  return (
    <div className="stack">
      <Kinds map={props.map} onChange={again} />
      <Running map={props.map} state={programs.data.state} versions={programs.data.items ?? []} onChange={again} />
      <div className="split">
        <Editor
          map={props.map}
          value={document}
          onEdit={setDraft}
          onSaved={() => {
            setDraft(null);
            again();
          }}
        />
        <div className="stack">
          <WhyCard map={props.map} round={round} />
          {(programs.data.items ?? []).length > 0 && (
            <Versions map={props.map} items={programs.data.items ?? []} active={programs.data.state.program} onLoad={setDraft} />
          )}
        </div>
      </div>
      <Changes map={props.map} round={round} />
      <DryRun map={props.map} document={document} versions={programs.data.items ?? []} />
    </div>
  );
}
