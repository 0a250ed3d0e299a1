/** The forms of the page of people: bind a ticket, issue a pass, give tickets, set policy and quota. */
import { format, placeWords, useLanguage, useT } from "@parterre/ui";
import { Form, Input, InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp, type Page } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import type { Session } from "../lib/wire.ts";
import { newId } from "../pages/order.tsx";
import { AREAS, type Ticket, type Unbound } from "./peoplewire.ts";
import "./staff-messages.ts";

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

export function BindForm(props: { t: Ticket; onDone: () => void }): ReactNode {
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

export function PassForm(props: { session: Session; onDone: () => void }): ReactNode {
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

export function GiftForm(props: { session: Session; most: number; onDone: () => void }): ReactNode {
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

export function PolicyForm(props: { id: string; u: Unbound; onDone: () => void }): ReactNode {
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

export function QuotaForm(props: { id: string; quota: { work: number; gifts: number }; onDone: () => void }): ReactNode {
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
