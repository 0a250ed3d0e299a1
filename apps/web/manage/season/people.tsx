import { ErrorState, format, Link, Loading, placeWords, toast, useLanguage, useT } from "@parterre/ui";
import { Form, Input, InputNumber, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp, type Page } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, Stat, StepDialog } from "../lib/parts.tsx";
import type { Meter, Session } from "../lib/wire.ts";
import { newId } from "../pages/order.tsx";
import { noId } from "../pages/session.tsx";
import { SessionNav } from "../pages/sessionnav.tsx";
import "./staff-messages.ts";

interface Ticket {
  readonly order: string;
  readonly number: string;
  readonly buyer: string;
  readonly channel: string;
  readonly seat: number;
  readonly text: string;
  readonly reminded?: string;
}
interface Unbound {
  readonly needed: boolean;
  readonly deadline: string;
  readonly over: boolean;
  readonly policy: { readonly remind: readonly number[]; readonly action: string };
  readonly bound: number;
  readonly tickets: readonly Ticket[];
  readonly steps: readonly { readonly step: number; readonly unbound: number; readonly action: string; readonly at: string }[];
}
interface Pass {
  readonly id: string;
  readonly organisation: string;
  readonly role: string;
  readonly areas: readonly string[];
  readonly entrance: string;
  readonly state: string;
  readonly person?: { readonly name: string; readonly number: string };
  readonly issuedAt: string;
  readonly tickets: readonly { readonly session: string; readonly code: string }[];
  readonly pdf?: string;
}
interface Passes {
  readonly quota: { readonly work: number; readonly gifts: number };
  readonly live: number;
  readonly gifts: number;
  readonly passes: readonly Pass[];
  readonly given: readonly {
    readonly order: string;
    readonly number: string;
    readonly recipient: string;
    readonly reason: string;
    readonly tickets: number;
    readonly at: string;
  }[];
}

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
          <Card flush title={text("mt.unbound")}>
            <DataTable
              name="unbound"
              label={text("mt.unbound")}
              rows={u.tickets}
              rowKey={(t) => `${t.order} ${t.seat}`}
              empty={<Empty title={text(u.needed ? "mt.unbound-none" : "mt.unbound-off")} />}
              columns={[
                {
                  key: "order",
                  title: text("mt.order"),
                  render: (t) => (
                    <Link to={`/orders/${t.order}`}>
                      <span className="mono">{t.number}</span>
                    </Link>
                  ),
                  csv: (t) => t.number,
                },
                { key: "seat", title: text("mt.seat"), render: (t) => placeWords(t.text, lang), csv: (t) => t.text },
                { key: "channel", title: text("mt.buyer"), render: (t) => text(`m.channel-${t.channel}`), csv: (t) => t.channel },
                {
                  key: "reminded",
                  title: text("mt.reminded"),
                  render: (t) => (t.reminded === undefined ? "–" : format.dateTime(t.reminded, lang)),
                  csv: (t) => t.reminded ?? "",
                },
                {
                  key: "do",
                  title: text("m.action"),
                  render: (t) =>
                    u.over || !can("sales.sell") ? (
                      "–"
                    ) : (
                      <button type="button" className="button small" onClick={() => setBinding(t)}>
                        {text("mt.bind")}
                      </button>
                    ),
                },
              ]}
            />
          </Card>
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
            <Card flush title={text("mt.passes")}>
              <DataTable
                actions={
                  issue ? (
                    <button type="button" className="button small" onClick={() => setMaking("pass")}>
                      {text("mt.pass-new")}
                    </button>
                  ) : undefined
                }
                name="passes"
                label={text("mt.passes")}
                rows={p.passes}
                rowKey={(x) => x.id}
                empty={<Empty title={text("mt.passes-none")} />}
                columns={[
                  {
                    key: "person",
                    title: text("mt.pass-person"),
                    render: (x) => (
                      <>
                        {x.person?.name ?? "–"} <span className="mono quiet">{x.person?.number}</span>
                      </>
                    ),
                    csv: (x) => `${x.person?.name ?? ""} ${x.person?.number ?? ""}`,
                  },
                  {
                    key: "org",
                    title: text("mt.pass-org"),
                    render: (x) => `${x.organisation} · ${x.role}`,
                    csv: (x) => `${x.organisation} ${x.role}`,
                  },
                  {
                    key: "areas",
                    title: text("mt.pass-areas"),
                    render: (x) =>
                      `${x.areas.map((a) => areaName(a, text)).join(text("m.comma"))}${x.entrance === "" ? "" : ` · ${x.entrance}`}`,
                    csv: (x) => x.areas.join(" "),
                  },
                  {
                    key: "state",
                    title: text("m.state"),
                    render: (x) => <Chip tone={x.state === "active" ? "success" : "quiet"}>{text(`mt.pass-${x.state}`)}</Chip>,
                    csv: (x) => x.state,
                  },
                  {
                    key: "do",
                    title: text("m.action"),
                    render: (x) =>
                      x.pdf === undefined || !issue ? (
                        "–"
                      ) : (
                        <span className="row">
                          <a className="button small" href={`${x.pdf}?lang=${lang}`} target="_blank" rel="noreferrer">
                            {text("mt.pass-print")}
                          </a>
                          <button type="button" className="button small plain" onClick={() => setRevoking(x)}>
                            {text("mt.pass-revoke")}
                          </button>
                        </span>
                      ),
                  },
                ]}
              />
            </Card>
            <Card flush title={text("mt.gifts")}>
              <DataTable
                actions={
                  issue ? (
                    <button type="button" className="button small" disabled={spare === 0} onClick={() => setMaking("gift")}>
                      {text("mt.gift-new")}
                    </button>
                  ) : undefined
                }
                filters={held > 0 ? <span className="quiet">{text("mt.gifts-held", { n: held, left: spare })}</span> : undefined}
                name="gifts"
                label={text("mt.gifts")}
                rows={p.given}
                rowKey={(g) => g.order}
                empty={
                  <Empty
                    title={text("mt.gifts-none")}
                    {...(held === 0
                      ? {
                          lead: text("mt.gifts-unheld"),
                          ...(can("map.manage")
                            ? {
                                action: (
                                  <Link to={`/sessions/${props.id}/map`} className="button">
                                    {text("m.map-open")}
                                  </Link>
                                ),
                              }
                            : {}),
                        }
                      : {})}
                  />
                }
                columns={[
                  {
                    key: "order",
                    title: text("mt.order"),
                    render: (g) => (
                      <Link to={`/orders/${g.order}`}>
                        <span className="mono">{g.number}</span>
                      </Link>
                    ),
                    csv: (g) => g.number,
                  },
                  { key: "to", title: text("mt.gift-to"), render: (g) => g.recipient, csv: (g) => g.recipient },
                  { key: "why", title: text("mt.gift-why"), render: (g) => g.reason, csv: (g) => g.reason },
                  { key: "n", title: text("mt.gift-n"), num: true, render: (g) => g.tickets, csv: (g) => g.tickets },
                  { key: "at", title: text("mt.when"), render: (g) => format.dateTime(g.at, lang), csv: (g) => g.at },
                ]}
              />
            </Card>
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

/** Passes are printed in Chinese, so that is how an area is kept; the usual ones are shown in the reader's language. */
const AREAS = [
  ["舞台", "mt.area-stage"],
  ["后台", "mt.area-backstage"],
  ["观众厅", "mt.area-house"],
  ["控制室", "mt.area-control"],
] as const;
function areaName(area: string, text: (key: string) => string): string {
  const known = AREAS.find(([zh]) => zh === area);
  return known === undefined ? area : text(known[1]);
}

interface Named {
  name: string;
  kind: string;
  number: string;
}
function PersonFields(): ReactNode {
  const text = useT(),
    need = { required: true, message: text("m.required") };
  return (
    <>
      <Form.Item name="name" label={text("mt.name")} rules={[need]}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <div className="two">
        <Form.Item name="kind" label={text("mt.doc-kind")} rules={[need]}>
          <Select options={["1", "2", "3", "4", "5", "6", "7"].map((k) => ({ value: k, label: text(`mt.doc-${k}`) }))} />
        </Form.Item>
        <Form.Item name="number" label={text("mt.doc-number")} rules={[need]}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
      </div>
    </>
  );
}
const personOf = (v: Named): Named => ({ name: v.name.trim(), kind: v.kind, number: v.number.trim().toUpperCase() });

function BindForm(props: { t: Ticket; onDone: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [id] = useState(() => newId());
  const draft = useDraftForm<Named>(
    `bind.${props.t.order}.${props.t.seat}`,
    { kind: "1" },
    async (v) => {
      await http.send("POST", `/api/v1/orders/${props.t.order}/bindings`, { id, seat: props.t.seat, person: personOf(v) });
      props.onDone();
    },
    ["name", "number"],
  );
  return (
    <DraftFormView draft={draft} submit={text("mt.bind")}>
      <p>{placeWords(props.t.text, lang)}</p>
      <PersonFields />
    </DraftFormView>
  );
}

function PassForm(props: { session: Session; onDone: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [id] = useState(() => newId()),
    need = { required: true, message: text("m.required") };
  const list = useLoad<Page<Session>>(`pass-sessions ${props.session.showId}`, (h, s) =>
    h.get("/api/v1/sessions", { show: props.session.showId, size: 200 }, s),
  );
  const draft = useDraftForm<Named & { sessions: string[]; organisation: string; role: string; areas: string[]; entrance?: string }>(
    `pass.${props.session.id}`,
    { kind: "1", sessions: [props.session.id] },
    async (v) => {
      await http.send("POST", "/api/v1/passes", {
        id,
        sessions: v.sessions,
        person: personOf(v),
        organisation: v.organisation,
        role: v.role,
        areas: v.areas,
        entrance: v.entrance ?? "",
      });
      props.onDone();
    },
    ["name", "number"],
  );
  return (
    <DraftFormView draft={draft} submit={text("mt.pass-new")}>
      <PersonFields />
      <div className="two">
        <Form.Item name="organisation" label={text("mt.pass-org")} rules={[need]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="role" label={text("mt.pass-role")} rules={[need]}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="areas" label={text("mt.pass-areas")} rules={[need]}>
          <Select mode="tags" options={AREAS.map(([zh, key]) => ({ value: zh, label: text(key) }))} />
        </Form.Item>
        <Form.Item name="entrance" label={text("mt.pass-entrance")}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <Form.Item name="sessions" label={text("mt.pass-sessions")} rules={[need]}>
        <Select
          mode="multiple"
          options={(list.data?.items ?? [props.session]).map((s) => ({
            value: s.id,
            label: format.dateTime(s.startsAt, lang, { now: new Date() }),
          }))}
          optionFilterProp="label"
        />
      </Form.Item>
    </DraftFormView>
  );
}

function GiftForm(props: { session: Session; most: number; onDone: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    [id] = useState(() => newId()),
    need = { required: true, message: text("m.required") };
  const draft = useDraftForm<{ recipient: string; reason: string; n: number }>(`gift.${props.session.id}`, { n: 1 }, async (v) => {
    await http.send("POST", "/api/v1/gifts", {
      id,
      session: props.session.id,
      ...v,
      ...(props.session.rules.realName.perTicket ? { bindLater: true } : {}),
    });
    props.onDone();
  });
  return (
    <DraftFormView draft={draft} submit={text("mt.gift-new")}>
      <Form.Item name="recipient" label={text("mt.gift-to")} rules={[need]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="reason" label={text("mt.gift-why")} rules={[need]}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="n" label={text("mt.gift-n")} extra={text("mt.gift-left", { n: props.most })} rules={[need]}>
        <InputNumber min={1} max={Math.min(100, props.most)} precision={0} />
      </Form.Item>
    </DraftFormView>
  );
}

function PolicyForm(props: { id: string; u: Unbound; onDone: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    need = { required: true, message: text("m.required") };
  const draft = useDraftForm<{ action: string; remind: string[] }>(
    `bind-policy.${props.id}`,
    { action: props.u.policy.action, remind: props.u.policy.remind.map(String) },
    async (v) => {
      await http.send("PUT", `/api/v1/sessions/${props.id}/binding`, {
        action: v.action,
        remind: v.remind.map(Number).filter((n) => Number.isInteger(n)),
      });
      props.onDone();
    },
  );
  return (
    <DraftFormView draft={draft} submit={text("mt.policy-save")} quiet>
      <Form.Item name="action" label={text("mt.policy-action")} rules={[need]}>
        <Select options={["lock", "release", "none"].map((a) => ({ value: a, label: text(`mt.action-${a}`) }))} />
      </Form.Item>
      <Form.Item name="remind" label={text("mt.remind")}>
        <Select mode="tags" options={["24", "48", "72"].map((h) => ({ value: h, label: h }))} />
      </Form.Item>
    </DraftFormView>
  );
}

function QuotaForm(props: { id: string; quota: { work: number; gifts: number }; onDone: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    need = { required: true, message: text("m.required") },
    draft = useDraftForm<{ work: number; gifts: number }>(`pass-quota.${props.id}`, props.quota, async (v) => {
      await http.send("PUT", `/api/v1/sessions/${props.id}/pass-quota`, v);
      props.onDone();
    });
  return (
    <DraftFormView draft={draft} submit={text("mt.quota-save")} quiet>
      <div className="two">
        <Form.Item name="work" label={text("mt.quota-work")} rules={[need]}>
          <InputNumber min={0} precision={0} />
        </Form.Item>
        <Form.Item name="gifts" label={text("mt.quota-gifts")} rules={[need]}>
          <InputNumber min={0} precision={0} />
        </Form.Item>
      </div>
    </DraftFormView>
  );
}
