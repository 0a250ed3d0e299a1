/** The forms of a discount rule and of a group of rules. */
import { uuidv7 } from "@parterre/api";
import { toast, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Form, Input, InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";
import { asDayjs, atVenue, DraftFormView, toWall, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import type { Discounts, Group, Rule } from "./discountrules.ts";
import { useSessions } from "./nav.tsx";

interface RuleFields {
  name: string;
  nameEn: string;
  group: string;
  position: number;
  effect: Rule["effect"];
  per: Rule["per"];
  set?: number;
  permille?: number;
  yuan?: number;
  floorYuan?: number;
  code?: boolean;
  kinds?: string;
  channels?: string[];
  sessions?: string[];
  from?: string | null;
  until?: string | null;
  hoursBefore?: number;
  minCount?: number;
  minAge?: number;
  maxAge?: number;
  tickets?: number;
  document?: number;
  orders?: number;
  budgetYuan?: number;
}
const fen = (yuan: number | undefined | null): number => Math.round((yuan ?? 0) * 100);

export function RuleForm(props: {
  of: Rule | null;
  groups: readonly Group[];
  onDone: (d: Discounts) => void;
  onCancel: () => void;
}): ReactNode {
  const text = useT(),
    http = useHttp(),
    sessions = useSessions(),
    { of: r } = props,
    [id] = useState(() => r?.id ?? uuidv7());
  const initial: Partial<RuleFields> =
    r === null
      ? { group: props.groups[0]?.id ?? "default", position: 1, effect: "percent", per: "ticket", nameEn: "" }
      : {
          name: r.name,
          nameEn: r.nameEn,
          group: r.group,
          position: r.position,
          effect: r.effect,
          per: r.per,
          code: r.code === true,
          kinds: (r.when.kinds ?? []).join(", "),
          channels: [...(r.when.channels ?? [])],
          sessions: [...(r.when.sessions ?? [])],
          ...(r.set === undefined ? {} : { set: r.set }),
          ...(r.permille === undefined ? {} : { permille: r.permille }),
          ...(r.amount === undefined ? {} : { yuan: r.amount / 100 }),
          ...(r.floor === undefined ? {} : { floorYuan: r.floor / 100 }),
          ...(r.when.from === undefined ? {} : { from: toWall(r.when.from) }),
          ...(r.when.until === undefined ? {} : { until: toWall(r.when.until) }),
          ...Object.fromEntries(
            (["hoursBefore", "minCount", "minAge", "maxAge"] as const).filter((k) => r.when[k] !== undefined).map((k) => [k, r.when[k]]),
          ),
          ...Object.fromEntries(
            (["tickets", "document", "orders"] as const).filter((k) => r.limit[k] !== undefined).map((k) => [k, r.limit[k]]),
          ),
          ...(r.limit.budget === undefined ? {} : { budgetYuan: r.limit.budget / 100 }),
        };
  const draft = useDraftForm<RuleFields>(`discount ${r?.id ?? "new"}`, initial, async (v) => {
    const kinds = (v.kinds ?? "").split(/[,，\s]+/).filter((k) => k !== "");
    const body = {
      id,
      name: v.name,
      nameEn: v.nameEn ?? "",
      group: v.group,
      position: v.position ?? 0,
      effect: v.effect,
      per: v.per,
      code: v.code === true,
      permille: v.effect === "percent" ? (v.permille ?? 0) : 0,
      amount: v.effect === "percent" ? 0 : fen(v.yuan),
      floor: fen(v.floorYuan),
      set: v.per === "set" ? (v.set ?? 0) : 0,
      when: {
        kinds,
        channels: v.channels ?? [],
        sessions: v.sessions ?? [],
        hoursBefore: v.hoursBefore ?? 0,
        minCount: v.minCount ?? 0,
        minAge: v.minAge ?? 0,
        maxAge: v.maxAge ?? 0,
        ...(v.from ? { from: atVenue(v.from) } : {}),
        ...(v.until ? { until: atVenue(v.until) } : {}),
      },
      limit: { tickets: v.tickets ?? 0, document: v.document ?? 0, orders: v.orders ?? 0, budget: fen(v.budgetYuan) },
      active: r?.active ?? true,
      version: r?.version ?? 0,
    };
    props.onDone(await http.send<Discounts>("PUT", `/api/v1/discounts/${id}`, body));
    toast("success", text("m.saved"));
  });
  const must = [{ required: true, message: text("m.required") }],
    effect = Form.useWatch("effect", draft.form) ?? initial.effect,
    per = Form.useWatch("per", draft.form) ?? initial.per;
  const number = (name: keyof RuleFields, label: string, precision = 0): ReactNode => (
    <Form.Item name={name} label={text(label)}>
      <InputNumber min={0} precision={precision} controls={false} />
    </Form.Item>
  );
  return (
    <DraftFormView draft={draft} submit={text("x.save")} onCancel={props.onCancel}>
      <div className="two">
        <Form.Item name="name" label={text("x.name-zh")} rules={must}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="nameEn" label={text("x.name-en")}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <div className="three">
        <Form.Item name="effect" label={text("x.effect")} rules={must}>
          <Select options={(["percent", "amount", "fixed"] as const).map((k) => ({ value: k, label: text(`x.${k}`) }))} />
        </Form.Item>
        <Form.Item name="per" label={text("x.per")} rules={must}>
          <Select options={(["ticket", "order", "set"] as const).map((k) => ({ value: k, label: text(`x.${k}`) }))} />
        </Form.Item>
        {effect === "percent" ? number("permille", "x.permille") : number("yuan", "x.yuan", 2)}
      </div>
      <div className="three">
        {per === "set" && number("set", "x.set-n")}
        {number("floorYuan", "x.floor", 2)}
        <Form.Item name="group" label={text("x.group")} rules={must}>
          <Select
            options={[...new Set([...props.groups.map((g) => g.id), initial.group ?? "default"])].map((g) => ({ value: g, label: g }))}
          />
        </Form.Item>
        {number("position", "x.position")}
      </div>
      <Form.Item name="code" valuePropName="checked">
        <Checkbox>{text("x.code")}</Checkbox>
      </Form.Item>
      <div className="two">
        <Form.Item name="kinds" label={text("x.kinds")}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="channels" label={text("x.channels")}>
          <Select mode="multiple" options={["online", "counter", "agent"].map((c) => ({ value: c, label: text(`m.channel-${c}`) }))} />
        </Form.Item>
      </div>
      <Form.Item name="sessions" label={text("x.sessions")}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: "label" }}
          options={sessions.map((s) => ({ value: s.id, label: s.words }))}
        />
      </Form.Item>
      <div className="two">
        <Form.Item name="from" label={text("x.from")} {...asDayjs}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
        <Form.Item name="until" label={text("x.until")} {...asDayjs}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
      </div>
      <div className="three">
        {number("hoursBefore", "x.hours")}
        {number("minCount", "x.min-count")}
        {number("tickets", "x.max-tickets")}
      </div>
      <div className="three">
        {number("minAge", "x.min-age")}
        {number("maxAge", "x.max-age")}
        {number("document", "x.per-doc")}
      </div>
      <div className="two">
        {number("budgetYuan", "x.budget", 2)}
        {number("orders", "x.max-orders")}
      </div>
    </DraftFormView>
  );
}

export function GroupForm(props: { of: Group | null; onDone: (d: Discounts) => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { of: g } = props;
  const draft = useDraftForm<Omit<Group, "version">>(
    `discount-group ${g?.id ?? "new"}`,
    g ?? { mode: "best", exclusive: false, position: 1, nameEn: "" },
    async (v) => {
      props.onDone(
        await http.send<Discounts>("PUT", `/api/v1/discount-groups/${v.id}`, {
          id: v.id,
          name: v.name,
          nameEn: v.nameEn ?? "",
          mode: v.mode,
          exclusive: v.exclusive === true,
          position: v.position ?? 0,
          version: g?.version ?? 0,
        }),
      );
    },
  );
  return (
    <DraftFormView draft={draft} submit={text("x.save")} onCancel={props.onCancel}>
      <Form.Item
        name="id"
        label={text("x.group-id")}
        rules={[{ required: true, pattern: /^[a-z0-9-]{1,40}$/, message: text("x.group-id") }]}
      >
        <Input maxLength={40} disabled={g !== null} />
      </Form.Item>
      <div className="two">
        <Form.Item name="name" label={text("x.name-zh")} rules={[{ required: true, message: text("m.required") }]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="nameEn" label={text("x.name-en")}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="mode" label={text("x.mode")}>
          <Select options={(["best", "all"] as const).map((k) => ({ value: k, label: text(`x.${k}`) }))} />
        </Form.Item>
        <Form.Item name="position" label={text("x.position")}>
          <InputNumber precision={0} min={0} />
        </Form.Item>
      </div>
      <Form.Item name="exclusive" valuePropName="checked">
        <Checkbox>{text("x.exclusive")}</Checkbox>
      </Form.Item>
    </DraftFormView>
  );
}
