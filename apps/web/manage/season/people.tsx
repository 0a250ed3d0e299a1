/** The page of a session's people: unbound tickets, work passes and complimentary tickets. */
import { ErrorState, format, Loading, toast, useLanguage, useT } from "@parterre/ui";
import { Modal } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, PageHead, Stat, StepDialog } from "../lib/parts.tsx";
import type { Meter, Session } from "../lib/wire.ts";
import { noId } from "../pages/session.tsx";
import { SessionNav } from "../pages/sessionnav.tsx";
import { BindForm, GiftForm, PassForm, PolicyForm, QuotaForm } from "./peopleforms.tsx";
import { GiftsCard, PassesCard, UnboundCard } from "./peoplecards.tsx";
import type { Pass, Passes, Ticket, Unbound } from "./peoplewire.ts";
import "./staff-messages.ts";

/** Tickets without a person, work passes and complimentary tickets of a session. */
export function SessionPeoplePage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [binding, setBinding] = useState<Ticket | null>(null),
    [making, setMaking] = useState<"pass" | "gift" | null>(null),
    [revoking, setRevoking] = useState<Pass | null>(null);
  const { data, error, reload } = useLoad(`people ${props.id}`, async (h, s) => {
    const session = await h.get<Session>(`/api/v1/sessions/${props.id}`, {}, s);
    const [meter, unbound, passes] = await Promise.all([
      noId(session.mapId) ? null : h.get<Meter>(`/api/v1/maps/${session.mapId}/meter`, {}, s),
      h.get<Unbound>(`/api/v1/sessions/${props.id}/unbound`, {}, s),
      h.get<Passes>(`/api/v1/sessions/${props.id}/passes`, {}, s),
    ]);
    return { session, unbound, passes, held: meter?.heldBy["complimentary"] ?? 0 };
  });
  if (data === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const { unbound: u, passes: p, held } = data,
    spare = Math.max(0, held - p.gifts),
    manage = can("show.manage"),
    issue = can("inventory.manage"),
    done = (word: string) => (): void => {
      setBinding(null);
      setMaking(null);
      toast("success", text(word));
      reload();
    };
  return (
    <>
      <PageHead
        back={{ to: `/sessions/${props.id}`, label: format.dateTime(data.session.startsAt, lang, { now: new Date() }) }}
        title={text("mt.people")}
        lead={text("mt.people-lead")}
      />
      <SessionNav session={data.session} />
      <div className="stack">
        <div className="stats">
          <Stat
            label={text("mt.deadline")}
            value={format.dateTime(u.deadline, lang, { now: new Date() })}
            note={u.over ? text("mt.over") : undefined}
            tone={u.over ? "warning" : undefined}
          />
          <Stat label={text("mt.left")} value={format.count(u.tickets.length)} tone={u.tickets.length > 0 ? "warning" : undefined} />
          <Stat label={text("mt.bound")} value={format.count(u.bound)} />
          <Stat label={text("mt.passes")} value={`${p.live} / ${p.quota.work}`} />
          <Stat label={text("mt.gifts")} value={`${p.gifts} / ${p.quota.gifts}`} />
        </div>
        <div className="split">
          <UnboundCard u={u} onBind={setBinding} />
          <div className="stack">
            {manage && (
              <Card title={text("mt.policy")}>
                <PolicyForm id={props.id} u={u} onDone={done("mt.saved")} />
              </Card>
            )}
            {u.steps.length > 0 && (
              <Card title={text("mt.steps")}>
                <ul className="plain">
                  {u.steps.map((s) => (
                    <li key={s.step}>
                      {text(`mt.step-${s.action}`, { n: s.step, k: s.unbound })}{" "}
                      <span className="quiet">{format.dateTime(s.at, lang)}</span>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </div>
        </div>
        <div className={manage ? "split" : "stack"}>
          <div className="stack">
            <PassesCard passes={p.passes} issue={issue} onNew={() => setMaking("pass")} onRevoke={setRevoking} />
            <GiftsCard session={props.id} given={p.given} held={held} spare={spare} issue={issue} onNew={() => setMaking("gift")} />
          </div>
          {manage && (
            <Card title={text("mt.quota")}>
              <QuotaForm id={props.id} quota={p.quota} onDone={done("mt.saved")} />
            </Card>
          )}
        </div>
      </div>
      <Modal open={binding !== null} title={text("mt.bind-title")} footer={null} onCancel={() => setBinding(null)} destroyOnHidden>
        {binding !== null && <BindForm t={binding} onDone={done("mt.bind-done")} />}
      </Modal>
      <Modal open={making === "pass"} title={text("mt.pass-new")} footer={null} onCancel={() => setMaking(null)} destroyOnHidden>
        {making === "pass" && <PassForm session={data.session} onDone={done("mt.pass-made")} />}
      </Modal>
      <Modal open={making === "gift"} title={text("mt.gift-new")} footer={null} onCancel={() => setMaking(null)} destroyOnHidden>
        {making === "gift" && <GiftForm session={data.session} most={spare} onDone={done("mt.gift-made")} />}
      </Modal>
      {revoking !== null && (
        <StepDialog
          open
          danger
          reason
          title={text("mt.pass-revoke")}
          ok={text("mt.pass-revoke")}
          onClose={() => setRevoking(null)}
          lead={text("mt.pass-revoke-lead", { who: revoking.person?.name ?? "", n: revoking.tickets.length })}
          run={async (reason) => {
            await http.send("POST", `/api/v1/passes/${revoking.id}/revoke`, { reason });
            reload();
          }}
        />
      )}
    </>
  );
}
