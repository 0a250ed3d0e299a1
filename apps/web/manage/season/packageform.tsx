/** The form that makes and changes a package. */
import { format, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Form, Input, InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";
import { asDayjs, atVenue, DraftFormView, toWall, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import type { PriceZone, Session } from "../lib/wire.ts";
import { newId } from "../pages/order.tsx";
import type { Content, Pack } from "./packagewire.ts";
import "./messages.ts";

interface Values {
  name: string;
  nameEn?: string;
  note?: string;
  kind: Content["kind"];
  sessions: string[];
  choose: number;
  tickets: number;
  options: { name: string; zones: number[]; yuan: number }[];
  channels: string[];
  opensAt?: string;
  closesAt?: string;
  quota: number;
  perBuyer: number;
  refund: Content["refund"];
}

function valuesOf(c: Content | undefined): Partial<Values> {
  if (c === undefined)
    return {
      kind: "tickets",
      sessions: [],
      choose: 1,
      tickets: 3,
      options: [{ name: "", zones: [], yuan: 0 }],
      channels: ["online", "counter"],
      quota: 0,
      perBuyer: 0,
      refund: "whole",
    };
  return {
    ...c,
    sessions: [...c.sessions],
    channels: [...c.channels],
    options: c.options.map((o) => ({ name: o.name, zones: [...o.zones], yuan: o.price / 100 })),
    ...(c.opensAt === undefined ? {} : { opensAt: toWall(c.opensAt) }),
    ...(c.closesAt === undefined ? {} : { closesAt: toWall(c.closesAt) }),
  } as Partial<Values>;
}

export function PackageForm(props: {
  show: string;
  sessions: readonly Session[];
  pack?: Pack;
  onDone: () => void;
  onCancel: () => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [id] = useState(() => props.pack?.id ?? newId());
  const draft = useDraftForm<Values>(`package.${props.pack?.id ?? props.show}`, valuesOf(props.pack?.content), async (v) => {
    const content: Content = {
      name: v.name,
      nameEn: v.nameEn ?? "",
      note: v.note ?? "",
      kind: v.kind,
      sessions: props.sessions.map((s) => s.id).filter((s) => v.sessions.includes(s)),
      choose: v.kind === "series" ? v.sessions.length : v.choose,
      tickets: v.tickets,
      options: v.options.map((o, i) => ({ no: i + 1, name: o.name, zones: o.zones, price: Math.round(o.yuan * 100) })),
      channels: v.channels,
      quota: v.quota,
      perBuyer: v.perBuyer,
      refund: v.refund,
      ...(v.opensAt == null ? {} : { opensAt: atVenue(v.opensAt) }),
      ...(v.closesAt == null ? {} : { closesAt: atVenue(v.closesAt) }),
    };
    await http.send("PUT", `/api/v1/packages/${id}`, { show: props.show, version: props.pack?.version ?? 0, content });
    toast("success", text("ms.p-saved"));
    props.onDone();
  });
  const first = (Form.useWatch("sessions", draft.form) ?? draft.initial.sessions ?? [])[0],
    kind = Form.useWatch("kind", draft.form) ?? draft.initial.kind;
  const need = { required: true, message: text("m.required") };
  return (
    <DraftFormView draft={draft} submit={text("ms.p-save")} onCancel={props.onCancel}>
      <div className="two">
        <Form.Item name="name" label={text("ms.p-name")} rules={[{ ...need, whitespace: true }]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="nameEn" label={text("ms.p-name-en")}>
          <Input maxLength={120} />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="kind" label={text("ms.p-kind")} rules={[need]}>
          <Select
            options={["tickets", "sessions", "series"].map((k) => ({ value: k, label: text(`ms.p-kind-${k}`) }))}
            onChange={(k) => {
              if (k === "tickets") draft.form.setFieldValue("choose", 1);
            }}
          />
        </Form.Item>
        <Form.Item name="tickets" label={text("ms.p-tickets")} rules={[need]}>
          <InputNumber min={1} max={20} precision={0} />
        </Form.Item>
      </div>
      <Form.Item name="sessions" label={text("ms.p-sessions")} rules={[need]}>
        <Select
          mode="multiple"
          options={props.sessions.map((s) => ({ value: s.id, label: format.dateTime(s.startsAt, lang, { now: new Date() }) }))}
          optionFilterProp="label"
        />
      </Form.Item>
      {kind === "sessions" && (
        <Form.Item name="choose" label={text("ms.p-choose")} extra={text("ms.p-choose-hint")} rules={[need]}>
          <InputNumber min={1} max={60} precision={0} />
        </Form.Item>
      )}
      <OptionFields first={first} />
      <div className="two">
        <Form.Item name="channels" label={text("ms.p-channels")} rules={[need]}>
          <Checkbox.Group options={["online", "counter", "agent"].map((c) => ({ value: c, label: text(`ms.p-channel-${c}`) }))} />
        </Form.Item>
        <Form.Item name="refund" label={text("ms.p-refund")} rules={[need]}>
          <Select options={["whole", "part"].map((r) => ({ value: r, label: text(`ms.p-refund-${r}`) }))} />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="opensAt" label={text("ms.p-opens")} {...asDayjs}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
        <Form.Item name="closesAt" label={text("ms.p-closes")} {...asDayjs}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="quota" label={text("ms.p-quota")} rules={[need]}>
          <InputNumber min={0} precision={0} />
        </Form.Item>
        <Form.Item name="perBuyer" label={text("ms.p-per-buyer")} rules={[need]}>
          <InputNumber min={0} max={100} precision={0} />
        </Form.Item>
      </div>
      <Form.Item name="note" label={text("ms.p-note")}>
        <Input.TextArea maxLength={500} rows={2} />
      </Form.Item>
    </DraftFormView>
  );
}

/** The options of a package, each with its price and the zones it opens; first: the session whose zones are offered. */
function OptionFields({ first }: { first: string | undefined }): ReactNode {
  const text = useT();
  const zones = useLoad<{ zones: readonly PriceZone[] }>(first === undefined ? null : `zones ${first}`, (h, s) =>
      h.get(`/api/v1/sessions/${first}/zones`, {}, s),
    ),
    need = { required: true, message: text("m.required") };
  return (
    <Form.List name="options">
      {(fields, ops) => (
        <fieldset className="stack tight">
          <legend>{text("ms.p-options")}</legend>
          {fields.map((f, i) => (
            <div key={f.key} className="two">
              <Form.Item name={[f.name, "name"]} label={text("ms.p-option")} rules={[{ ...need, whitespace: true }]}>
                <Input maxLength={40} />
              </Form.Item>
              <Form.Item name={[f.name, "yuan"]} label={text("ms.p-price")} rules={[need]}>
                <InputNumber min={0} precision={2} controls={false} />
              </Form.Item>
              <Form.Item name={[f.name, "zones"]} label={text("ms.p-zones")} rules={[need]}>
                <Select
                  mode="multiple"
                  loading={zones.loading}
                  options={(zones.data?.zones ?? [])
                    .filter((z) => z.kind === "public" || z.kind === "package")
                    .map((z) => ({ value: z.no, label: `${z.letter} ${z.name} ${format.price(z.price)}` }))}
                  optionFilterProp="label"
                />
              </Form.Item>
              {fields.length > 1 && (
                <button type="button" className="button plain small" onClick={() => ops.remove(f.name)}>
                  {text("ms.p-option-drop", { n: i + 1 })}
                </button>
              )}
            </div>
          ))}
          <button type="button" className="button small" onClick={() => ops.add({ name: "", zones: [], yuan: 0 })}>
            {text("ms.p-option-add")}
          </button>
        </fieldset>
      )}
    </Form.List>
  );
}
