import { ErrorState, format, Link, Loading, placeWords, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { asDayjs, atVenue, DraftFormView, toWall, useDraftForm } from "../lib/form.tsx";
import { useHttp, type Page } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, Facts, PageHead, Stat, StepDialog, type Column, type Tone } from "../lib/parts.tsx";
import type { PriceZone, Session, Show } from "../lib/wire.ts";
import { newId } from "../pages/order.tsx";
import "./messages.ts";

interface Option {
  readonly no: number;
  readonly name: string;
  readonly zones: readonly number[];
  readonly price: number;
}
interface Content {
  readonly name: string;
  readonly nameEn: string;
  readonly note: string;
  readonly kind: "tickets" | "sessions" | "series";
  readonly sessions: readonly string[];
  readonly choose: number;
  readonly tickets: number;
  readonly options: readonly Option[];
  readonly channels: readonly string[];
  readonly opensAt?: string;
  readonly closesAt?: string;
  readonly quota: number;
  readonly perBuyer: number;
  readonly refund: "whole" | "part";
}
interface Pack {
  readonly id: string;
  readonly no: number;
  readonly show: string;
  readonly state: string;
  readonly version: number;
  readonly content: Content;
  readonly sales: { readonly taken: number; readonly sold: number; readonly amount: number; readonly left: number };
}
interface BundleItem {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly option: string;
  readonly channel: string;
  readonly state: string;
  readonly amount: number;
  readonly tickets: number;
  readonly createdAt: string;
}
interface Bundle extends BundleItem {
  readonly package: string;
  readonly parts: readonly {
    readonly session: string;
    readonly startsAt: string;
    readonly amount: number;
    readonly places: readonly { readonly text: string; readonly price: number }[];
    readonly order?: { readonly id: string; readonly number: string; readonly state: string };
  }[];
  readonly payments: readonly { readonly id: string; readonly provider: string; readonly amount: number; readonly state: string }[];
}

const TONE: Readonly<Record<string, Tone>> = { draft: "quiet", on_sale: "success", closed: "warning" };
const BUNDLE_TONE: Readonly<Record<string, Tone>> = { pending: "warning", paid: "info", confirmed: "success", refund_due: "danger" };
const titleOf = (lang: string, zh: string, en: string): string => (lang === "en" && en !== "" ? en : zh);
const code = (p: Pack, o: Option): string => `K${String(p.no).padStart(4, "0")}-${o.no}`;

export function PackagesPage(props: { show: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    [editing, setEditing] = useState<Pack | "new" | null>(null);
  const { data, error, reload } = useLoad(`packages ${props.show}`, async (http, signal) => {
    const [show, sessions, packs] = await Promise.all([
      http.get<Show>(`/api/v1/shows/${props.show}`, {}, signal),
      http.get<Page<Session>>("/api/v1/sessions", { show: props.show, size: 200 }, signal),
      http.get<{ items: readonly Pack[] }>("/api/v1/packages", { show: props.show }, signal),
    ]);
    return { show, sessions: sessions.items.filter((s) => s.state !== "cancelled" && s.state !== "ended"), packs: packs.items };
  });
  if (data === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const may = can("show.manage"),
    style = format.priceStyle(data.packs.flatMap((p) => [p.sales.amount, ...p.content.options.map((o) => o.price)]));
  const columns: readonly Column<Pack>[] = [
    { key: "name", title: text("ms.p-name"), render: (p) => titleOf(lang, p.content.name, p.content.nameEn), csv: (p) => p.content.name },
    { key: "kind", title: text("ms.p-kind"), render: (p) => text(`ms.p-kind-${p.content.kind}`), csv: (p) => p.content.kind },
    {
      key: "price",
      title: text("ms.p-from"),
      num: true,
      render: (p) => format.price(Math.min(...p.content.options.map((o) => o.price)), style),
      csv: (p) => Math.min(...p.content.options.map((o) => o.price)) / 100,
    },
    { key: "sold", title: text("ms.p-sold"), num: true, render: (p) => format.count(p.sales.sold), csv: (p) => p.sales.sold },
    {
      key: "left",
      title: text("ms.p-left"),
      num: true,
      render: (p) => (p.sales.left < 0 ? "–" : format.count(p.sales.left)),
      csv: (p) => p.sales.left,
    },
    {
      key: "amount",
      title: text("ms.p-amount"),
      num: true,
      render: (p) => format.price(p.sales.amount, style),
      csv: (p) => p.sales.amount / 100,
    },
    {
      key: "state",
      title: text("m.state"),
      render: (p) => <Chip tone={TONE[p.state] ?? "quiet"}>{text(`ms.p-${p.state}`)}</Chip>,
      csv: (p) => p.state,
    },
  ];
  return (
    <>
      <PageHead
        back={{ to: `/shows/${props.show}`, label: titleOf(lang, data.show.title, data.show.titleEn) }}
        title={text("ms.packages")}
        lead={text("ms.packages-lead")}
        actions={
          may ? (
            <button type="button" className="button main" onClick={() => setEditing("new")}>
              {text("ms.package-new")}
            </button>
          ) : undefined
        }
      />
      <Card flush>
        <DataTable
          name="packages"
          label={text("ms.packages")}
          columns={columns}
          rows={data.packs}
          rowKey={(p) => p.id}
          to={(p) => `/packages/${p.id}`}
          empty={
            <Empty
              title={text("ms.packages-none")}
              lead={text("ms.packages-none-lead")}
              action={
                may ? (
                  <button type="button" className="button" onClick={() => setEditing("new")}>
                    {text("ms.package-new")}
                  </button>
                ) : undefined
              }
            />
          }
        />
      </Card>
      <Modal
        open={editing !== null}
        width={720}
        title={text("ms.package-new")}
        footer={null}
        onCancel={() => setEditing(null)}
        destroyOnHidden
      >
        {editing !== null && (
          <PackageForm
            show={props.show}
            sessions={data.sessions}
            onDone={() => {
              setEditing(null);
              reload();
            }}
            onCancel={() => setEditing(null)}
          />
        )}
      </Modal>
    </>
  );
}

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

function PackageForm(props: {
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
  const zones = useLoad<{ zones: readonly PriceZone[] }>(first === undefined ? null : `zones ${first}`, (h, s) =>
      h.get(`/api/v1/sessions/${first}/zones`, {}, s),
    ),
    need = { required: true, message: text("m.required") };
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

export function PackagePage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [editing, setEditing] = useState(false),
    [problem, setProblem] = useState<unknown>(null),
    list = usePages<BundleItem>(`/api/v1/packages/${props.id}/bundles`);
  const { data, error, reload } = useLoad(`package ${props.id}`, async (h, signal) => {
    const pack = await h.get<Pack>(`/api/v1/packages/${props.id}`, {}, signal);
    return { pack, sessions: (await h.get<Page<Session>>("/api/v1/sessions", { show: pack.show, size: 200 }, signal)).items };
  });
  if (data === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const { pack } = data,
    c = pack.content,
    style = format.priceStyle([pack.sales.amount, ...c.options.map((o) => o.price), ...(list.rows ?? []).map((b) => b.amount)]),
    may = can("show.manage");
  const move = async (to: string): Promise<void> => {
    setProblem(null);
    try {
      await http.send("POST", `/api/v1/packages/${pack.id}/state`, { to });
      reload();
    } catch (e) {
      setProblem(e);
    }
  };
  const columns: readonly Column<BundleItem>[] = [
    { key: "number", title: text("ms.p-number"), render: (b) => <span className="mono">{b.number}</span>, csv: (b) => b.number },
    { key: "option", title: text("ms.p-option"), render: (b) => b.option, csv: (b) => b.option },
    { key: "places", title: text("ms.p-places"), num: true, render: (b) => b.tickets, csv: (b) => b.tickets },
    { key: "amount", title: text("ms.p-amount"), num: true, render: (b) => format.price(b.amount, style), csv: (b) => b.amount / 100 },
    { key: "channel", title: text("ms.p-channels"), render: (b) => text(`ms.p-channel-${b.channel}`), csv: (b) => b.channel },
    {
      key: "state",
      title: text("m.state"),
      render: (b) => <Chip tone={BUNDLE_TONE[b.state] ?? "quiet"}>{text(`ms.b-${b.state}`)}</Chip>,
      csv: (b) => b.state,
    },
    { key: "when", title: text("ms.p-when"), render: (b) => format.dateTime(b.createdAt, lang), csv: (b) => b.createdAt },
  ];
  return (
    <>
      <PageHead
        back={{ to: `/shows/${pack.show}/packages`, label: text("ms.packages") }}
        title={titleOf(lang, c.name, c.nameEn)}
        tags={<Chip tone={TONE[pack.state] ?? "quiet"}>{text(`ms.p-${pack.state}`)}</Chip>}
        lead={text(`ms.p-kind-${c.kind}`)}
        actions={
          may ? (
            <>
              <button type="button" className="button" onClick={() => setEditing(true)}>
                {text("m.edit")}
              </button>
              {pack.state === "on_sale" ? (
                <button type="button" className="button" onClick={() => void move("closed")}>
                  {text("ms.p-close")}
                </button>
              ) : (
                <button type="button" className="button main" onClick={() => void move("on_sale")}>
                  {text("ms.p-publish")}
                </button>
              )}
            </>
          ) : undefined
        }
      />
      <div className="stack">
        {problem !== null && <ErrorState error={problem} />}
        <div className="stats">
          <Stat label={text("ms.p-sold")} value={format.count(pack.sales.sold)} />
          <Stat label={text("ms.p-amount")} value={format.price(pack.sales.amount, style)} />
          <Stat label={text("ms.p-left")} value={pack.sales.left < 0 ? "–" : format.count(pack.sales.left)} />
        </div>
        <Card title={text("ms.p-options")}>
          <Facts
            items={[
              ...c.options.map((o) => [`${o.name} · ${code(pack, o)}`, format.price(o.price, style)] as const),
              [text("ms.p-tickets"), c.tickets],
              [text("ms.p-choose"), `${c.choose} / ${c.sessions.length}`],
              [text("ms.p-refund"), text(`ms.p-refund-${c.refund}`)],
              [text("ms.p-channels"), c.channels.map((x) => text(`ms.p-channel-${x}`)).join(text("m.comma"))],
              [
                text("ms.p-sessions"),
                data.sessions
                  .filter((s) => c.sessions.includes(s.id))
                  .map((s) => format.dateTime(s.startsAt, lang, { now: new Date() }))
                  .join(" · "),
              ],
            ]}
          />
        </Card>
        <Card flush title={text("ms.p-orders")}>
          <DataTable
            name="bundles"
            label={text("ms.p-orders")}
            columns={columns}
            rows={list.rows}
            rowKey={(b) => b.id}
            to={(b) => `/bundles/${b.id}`}
            error={list.error}
            onRetry={list.reload}
            hasMore={list.hasMore}
            more={list.more}
            loading={list.loading}
            empty={<Empty title={text("ms.p-orders-none")} />}
          />
        </Card>
      </div>
      <Modal open={editing} width={720} title={text("ms.package-edit")} footer={null} onCancel={() => setEditing(false)} destroyOnHidden>
        {editing && (
          <PackageForm
            show={pack.show}
            sessions={data.sessions}
            pack={pack}
            onDone={() => {
              setEditing(false);
              reload();
            }}
            onCancel={() => setEditing(false)}
          />
        )}
      </Modal>
    </>
  );
}

interface Quote {
  readonly possible: boolean;
  readonly paid: number;
  readonly fee: number;
  readonly back: number;
}

export function BundlePage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [giving, setGiving] = useState<Quote | null>(null),
    [id] = useState(() => newId());
  const { data, error, reload } = useLoad(`bundle ${props.id}`, async (h, s) => {
    const b = await h.get<Bundle>(`/api/v1/bundles/${props.id}`, {}, s);
    return { b, pack: await h.get<Pack>(`/api/v1/packages/${b.package}`, {}, s) };
  });
  if (data === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const { b } = data,
    name = titleOf(lang, b.name, data.pack.content.nameEn);
  const style = format.priceStyle([b.amount, ...b.parts.flatMap((p) => [p.amount, ...p.places.map((x) => x.price)])]);
  return (
    <>
      <PageHead
        back={{ to: `/packages/${b.package}`, label: name }}
        title={<span className="mono">{b.number}</span>}
        tags={<Chip tone={BUNDLE_TONE[b.state] ?? "quiet"}>{text(`ms.b-${b.state}`)}</Chip>}
        lead={`${name} ${b.option} · ${format.price(b.amount, style)}`}
        actions={
          b.state === "confirmed" && can("sales.refund") ? (
            <button
              type="button"
              className="button main"
              onClick={() => {
                void http.get<Quote>(`/api/v1/bundles/${b.id}/refund-quote`).then(setGiving, () => undefined);
              }}
            >
              {text("ms.p-give")}
            </button>
          ) : undefined
        }
      />
      <Card flush title={text("ms.p-parts")}>
        <DataTable
          name="bundle-parts"
          label={text("ms.p-parts")}
          rows={b.parts}
          rowKey={(p) => p.session}
          empty={<Empty title="–" />}
          columns={[
            {
              key: "when",
              title: text("m.starts"),
              render: (p) => format.dateTime(p.startsAt, lang, { now: new Date() }),
              csv: (p) => p.startsAt,
            },
            {
              key: "places",
              title: text("m.seat"),
              render: (p) => p.places.map((x) => `${placeWords(x.text, lang)} ${format.price(x.price, style)}`).join(text("m.comma")),
              csv: (p) => p.places.map((x) => x.text).join(" "),
            },
            {
              key: "amount",
              title: text("ms.p-amount"),
              num: true,
              render: (p) => format.price(p.amount, style),
              csv: (p) => p.amount / 100,
            },
            {
              key: "order",
              title: text("m.order"),
              render: (p) =>
                p.order === undefined ? (
                  "–"
                ) : (
                  <Link to={`/orders/${p.order.id}`}>
                    <span className="mono">{p.order.number}</span>
                  </Link>
                ),
              csv: (p) => p.order?.number ?? "",
            },
          ]}
        />
      </Card>
      {giving !== null && (
        <StepDialog
          open
          danger
          reason
          title={text("ms.p-give")}
          ok={text("ms.p-give")}
          onClose={() => setGiving(null)}
          lead={text(giving.possible ? "ms.p-give-lead" : "ms.p-give-none", {
            n: b.tickets,
            back: format.price(giving.back, style),
            fee: format.price(giving.fee, style),
          })}
          run={async (reason) => {
            await http.send("POST", `/api/v1/bundles/${b.id}/refunds`, { id, fee: giving.fee, reason });
            toast("success", text("ms.p-give-done"));
            reload();
          }}
        />
      )}
    </>
  );
}
