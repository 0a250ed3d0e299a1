import { uuidv7 } from "@parterre/api";
import { format, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { asDayjs, atVenue, DraftFormView, toWall, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, StepDialog, type Column } from "../lib/parts.tsx";
import { OffersNav, useSessions } from "./nav.tsx";

interface When {
  readonly kinds?: readonly string[];
  readonly channels?: readonly string[];
  readonly sessions?: readonly string[];
  readonly from?: string;
  readonly until?: string;
  readonly hoursBefore?: number;
  readonly minCount?: number;
  readonly minAge?: number;
  readonly maxAge?: number;
}
interface Limit {
  readonly tickets?: number;
  readonly document?: number;
  readonly orders?: number;
  readonly budget?: number;
}
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly group: string;
  readonly position: number;
  readonly effect: "percent" | "amount" | "fixed";
  readonly per: "ticket" | "order" | "set";
  readonly set?: number;
  readonly permille?: number;
  readonly amount?: number;
  readonly floor?: number;
  readonly code?: boolean;
  readonly when: When;
  readonly limit: Limit;
  readonly active: boolean;
  readonly version: number;
  readonly spent?: number;
  readonly orders?: number;
}
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly mode: "best" | "all";
  readonly exclusive: boolean;
  readonly position: number;
  readonly version: number;
}
export interface Discounts {
  readonly groups: readonly Group[];
  readonly rules: readonly Rule[];
}

const named = (lang: string, x: { readonly name: string; readonly nameEn: string }): string =>
  lang === "en" && x.nameEn !== "" ? x.nameEn : x.name;
export const useDiscounts = (): ReturnType<typeof useLoad<Discounts>> =>
  useLoad<Discounts>("discounts", (h, s) => h.get("/api/v1/discounts", {}, s));

export function DiscountsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    all = useDiscounts(),
    [editing, setEditing] = useState<Rule | "new" | null>(null),
    [group, setGroup] = useState<Group | "new" | null>(null),
    edit = can("price.manage");
  const toggle = async (r: Rule): Promise<void> => {
    const { spent: _s, orders: _o, ...body } = r;
    all.set(await http.send<Discounts>("PUT", `/api/v1/discounts/${r.id}`, { ...body, active: !r.active }));
  };
  const price = (f: number | undefined): string => format.price(f ?? 0, (f ?? 0) % 100 === 0 ? "whole" : "full");
  const what = (r: Rule): string =>
    `${text(`x.${r.per}`)}${r.per === "set" ? ` (${r.set ?? 0})` : ""} ${r.effect === "percent" ? text("x.percent-text", { p: (r.permille ?? 0) / 10 }) : text(r.effect === "amount" ? "x.amount-text" : "x.fixed-text", { price: price(r.amount) })}`;
  const columns: readonly Column<Rule>[] = [
    {
      key: "name",
      title: text("x.rule"),
      render: (r) => (
        <>
          {named(lang, r)}
          {r.code === true && (
            <>
              {" "}
              <Chip tone="info">{text("x.code")}</Chip>
            </>
          )}
        </>
      ),
      csv: (r) => r.name,
    },
    { key: "what", title: text("x.what"), render: what, csv: what },
    { key: "group", title: text("x.group"), render: (r) => <span className="mono">{r.group}</span>, csv: (r) => r.group },
    {
      key: "spent",
      title: text("x.spent"),
      num: true,
      render: (r) => (r.spent === undefined ? "–" : price(r.spent)),
      csv: (r) => (r.spent ?? 0) / 100,
    },
    { key: "orders", title: text("x.orders"), num: true, render: (r) => r.orders ?? "–", csv: (r) => r.orders ?? 0 },
    {
      key: "state",
      title: text("m.state"),
      render: (r) => <Chip tone={r.active ? "success" : "quiet"}>{text(r.active ? "x.state-on" : "x.state-off")}</Chip>,
      csv: (r) => String(r.active),
    },
    ...(edit
      ? [
          {
            key: "act",
            title: text("m.action"),
            render: (r: Rule) => (
              <span className="row">
                <button type="button" className="link" onClick={() => setEditing(r)}>
                  {text("m.edit")}
                </button>
                <button type="button" className="link" onClick={() => void toggle(r)}>
                  {text(r.active ? "x.off" : "x.active")}
                </button>
              </span>
            ),
          },
        ]
      : []),
  ];
  const groups: readonly Column<Group>[] = [
    {
      key: "id",
      title: text("x.group"),
      render: (g) => (
        <>
          {named(lang, g)} <span className="mono quiet">{g.id}</span>
        </>
      ),
      csv: (g) => g.id,
    },
    { key: "mode", title: text("x.mode"), render: (g) => text(`x.${g.mode}`), csv: (g) => g.mode },
    { key: "exclusive", title: text("x.exclusive"), render: (g) => text(g.exclusive ? "x.yes" : "x.no"), csv: (g) => String(g.exclusive) },
    { key: "position", title: text("x.position"), num: true, render: (g) => g.position, csv: (g) => g.position },
    ...(edit
      ? [
          {
            key: "act",
            title: text("m.action"),
            render: (g: Group) => (
              <button type="button" className="link" onClick={() => setGroup(g)}>
                {text("m.edit")}
              </button>
            ),
          },
        ]
      : []),
  ];
  const add = (main: boolean): ReactNode =>
    edit ? (
      <button type="button" className={main ? "button main" : "button"} onClick={() => setEditing("new")}>
        {text("x.new")}
      </button>
    ) : undefined;
  const addGroup = edit ? (
    <button type="button" className="button small" onClick={() => setGroup("new")}>
      {text("x.group-new")}
    </button>
  ) : undefined;
  return (
    <>
      <PageHead title={text("o.title")} lead={text("x.lead")} actions={add(true)} />
      <OffersNav />
      <div className="stack">
        <Card flush title={text("x.title")}>
          <DataTable
            name="discounts"
            label={text("x.title")}
            columns={columns}
            rows={all.data?.rules ?? null}
            rowKey={(r) => r.id}
            error={all.error}
            onRetry={all.reload}
            empty={<Empty title={text("x.none")} lead={text("x.none-lead")} action={add(false)} />}
          />
        </Card>
        <Card flush title={text("x.groups")}>
          <DataTable
            name="discount-groups"
            filters={addGroup}
            label={text("x.groups")}
            columns={groups}
            rows={all.data?.groups ?? null}
            rowKey={(g) => g.id}
            error={all.error}
            onRetry={all.reload}
            empty={<Empty title={text("x.groups-none")} lead={text("x.groups-none-lead")} />}
          />
        </Card>
      </div>
      <Modal
        open={editing !== null}
        title={text(editing === "new" ? "x.new" : "x.edit")}
        footer={null}
        onCancel={() => setEditing(null)}
        destroyOnHidden
        width={720}
      >
        {editing !== null && (
          <RuleForm
            of={editing === "new" ? null : editing}
            groups={all.data?.groups ?? []}
            onDone={(d) => {
              all.set(d);
              setEditing(null);
            }}
            onCancel={() => setEditing(null)}
          />
        )}
      </Modal>
      <Modal open={group !== null} title={text("x.group-new")} footer={null} onCancel={() => setGroup(null)} destroyOnHidden>
        {group !== null && (
          <GroupForm
            of={group === "new" ? null : group}
            onDone={(d) => {
              all.set(d);
              setGroup(null);
            }}
            onCancel={() => setGroup(null)}
          />
        )}
      </Modal>
    </>
  );
}

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

function RuleForm(props: { of: Rule | null; groups: readonly Group[]; onDone: (d: Discounts) => void; onCancel: () => void }): ReactNode {
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

function GroupForm(props: { of: Group | null; onDone: (d: Discounts) => void; onCancel: () => void }): ReactNode {
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

interface Batch {
  readonly id: string;
  readonly rule: string;
  readonly name: string;
  readonly codes: number;
  readonly uses: number;
  readonly startsAt: string;
  readonly expiresAt: string;
  readonly giveBack: boolean;
  readonly voidedAt?: string;
  readonly used?: number;
}

export function VouchersPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    list = useLoad<{ items: readonly Batch[] }>("vouchers", (h, s) => h.get("/api/v1/voucher-batches", {}, s)),
    all = useDiscounts(),
    [making, setMaking] = useState(false),
    [ending, setEnding] = useState<Batch | null>(null),
    edit = can("price.manage"),
    rules = (all.data?.rules ?? []).filter((r) => r.code === true);
  const columns: readonly Column<Batch>[] = [
    { key: "name", title: text("v.name"), render: (b) => b.name, csv: (b) => b.name },
    {
      key: "rule",
      title: text("v.rule"),
      render: (b) => {
        const r = all.data?.rules.find((x) => x.id === b.rule);
        return r === undefined ? "–" : named(lang, r);
      },
      csv: (b) => b.rule,
    },
    { key: "codes", title: text("v.codes"), num: true, render: (b) => format.count(b.codes), csv: (b) => b.codes },
    { key: "uses", title: text("v.uses"), num: true, render: (b) => format.count(b.uses), csv: (b) => b.uses },
    { key: "used", title: text("v.used"), num: true, render: (b) => format.count(b.used ?? 0), csv: (b) => b.used ?? 0 },
    {
      key: "until",
      title: text("v.expires"),
      render: (b) => <span className="nowrap">{format.dateTime(b.expiresAt, lang)}</span>,
      csv: (b) => b.expiresAt,
    },
    {
      key: "state",
      title: text("m.state"),
      render: (b) => (
        <Chip tone={b.voidedAt === undefined ? "success" : "quiet"}>{text(b.voidedAt === undefined ? "v.valid" : "v.voided")}</Chip>
      ),
      csv: (b) => (b.voidedAt === undefined ? "valid" : "voided"),
    },
    ...(edit
      ? [
          {
            key: "act",
            title: text("m.action"),
            render: (b: Batch) => (
              <span className="row">
                <a href={`/api/v1/voucher-batches/${b.id}/codes.csv`} download>
                  {text("v.csv")}
                </a>
                {b.voidedAt === undefined && (
                  <button type="button" className="link" onClick={() => setEnding(b)}>
                    {text("v.void")}
                  </button>
                )}
              </span>
            ),
          },
        ]
      : []),
  ];
  const add = (main: boolean): ReactNode =>
    edit ? (
      <button type="button" className={main ? "button main" : "button"} onClick={() => setMaking(true)}>
        {text("v.new")}
      </button>
    ) : undefined;
  return (
    <>
      <PageHead title={text("o.title")} lead={text("v.lead")} actions={add(true)} />
      <OffersNav />
      <Card flush>
        <DataTable
          name="vouchers"
          label={text("v.title")}
          columns={columns}
          rows={list.data?.items ?? null}
          rowKey={(b) => b.id}
          error={list.error}
          onRetry={list.reload}
          empty={<Empty title={text("v.none")} lead={text("v.none-lead")} action={add(false)} />}
        />
      </Card>
      <Modal open={making} title={text("v.new")} footer={null} onCancel={() => setMaking(false)} destroyOnHidden width={600}>
        {rules.length === 0 ? (
          <p>{text("v.need-rule")}</p>
        ) : (
          <BatchForm
            rules={rules}
            onCancel={() => setMaking(false)}
            onDone={() => {
              setMaking(false);
              list.reload();
              toast("success", text("v.made"));
            }}
          />
        )}
      </Modal>
      <StepDialog
        open={ending !== null}
        danger
        title={text("v.void-title")}
        lead={text("v.void-lead", { name: ending?.name ?? "" })}
        ok={text("v.void")}
        onClose={() => setEnding(null)}
        run={async () => {
          await http.send("POST", `/api/v1/voucher-batches/${ending!.id}/void`);
          list.reload();
        }}
      />
    </>
  );
}

function BatchForm(props: { rules: readonly Rule[]; onDone: () => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [id] = useState(uuidv7),
    must = [{ required: true, message: text("m.required") }];
  const draft = useDraftForm<{
    rule: string;
    name: string;
    codes: number;
    uses: number;
    starts: string;
    expires: string;
    giveBack: boolean;
  }>("vouchers", { rule: props.rules[0]!.id, codes: 100, uses: 1, giveBack: true }, async (v) => {
    await http.send("POST", "/api/v1/voucher-batches", {
      id,
      rule: v.rule,
      name: v.name,
      codes: v.codes,
      uses: v.uses,
      startsAt: atVenue(v.starts),
      expiresAt: atVenue(v.expires),
      giveBack: v.giveBack === true,
    });
    props.onDone();
  });
  return (
    <DraftFormView draft={draft} submit={text("v.new")} onCancel={props.onCancel}>
      <div className="two">
        <Form.Item name="name" label={text("v.name")} rules={must}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="rule" label={text("v.rule")} rules={must}>
          <Select options={props.rules.map((r) => ({ value: r.id, label: named(lang, r) }))} />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="codes" label={text("v.codes")} rules={must}>
          <InputNumber min={1} max={100_000} precision={0} />
        </Form.Item>
        <Form.Item name="uses" label={text("v.uses")} rules={must}>
          <InputNumber min={1} max={100_000} precision={0} />
        </Form.Item>
      </div>
      <div className="two">
        <Form.Item name="starts" label={text("v.starts")} rules={must} {...asDayjs}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
        <Form.Item name="expires" label={text("v.expires")} rules={must} {...asDayjs}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
      </div>
      <Form.Item name="giveBack" valuePropName="checked">
        <Checkbox>{text("v.give-back")}</Checkbox>
      </Form.Item>
    </DraftFormView>
  );
}
