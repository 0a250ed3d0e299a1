/** The page of voucher batches: codes that open a discount rule. */
import { uuidv7 } from "@parterre/api";
import { format, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { asDayjs, atVenue, DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, StepDialog, type Column } from "../lib/parts.tsx";
import { named, useDiscounts, type Rule } from "./discountrules.ts";
import { OffersNav } from "./nav.tsx";

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
