import { format, toast, useLanguage, useT } from "@parterre/ui";
import { Form, Input, InputNumber } from "antd";
import type { ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, PageHead, type Column } from "../lib/parts.tsx";
import "./retention-messages.ts";

interface Retention {
  readonly version: number;
  readonly personsDays: number;
  readonly invoicesDays: number;
  readonly provisional: boolean;
  readonly reason?: string;
  readonly changedBy?: string;
  readonly changedAt?: string;
}

/** How long personal data is kept. */
export function RetentionPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    list = useLoad("retention", (h, s) => h.get<{ items: readonly Retention[] }>("/api/v1/retention", {}, s)),
    now = list.data?.items[0];
  const columns: readonly Column<Retention>[] = [
    {
      key: "version",
      title: text("ret.version"),
      render: (r) => (r.version === 0 ? text("ret.default") : r.version),
      csv: (r) => r.version,
    },
    { key: "persons", title: text("ret.persons-days"), num: true, render: (r) => r.personsDays, csv: (r) => r.personsDays },
    { key: "invoices", title: text("ret.invoices-days"), num: true, render: (r) => r.invoicesDays, csv: (r) => r.invoicesDays },
    { key: "reason", title: text("ret.reason"), render: (r) => r.reason ?? "–", csv: (r) => r.reason ?? "" },
    {
      key: "who",
      title: text("ret.who"),
      render: (r) => <span className="mono">{r.changedBy ?? "–"}</span>,
      csv: (r) => r.changedBy ?? "",
    },
    {
      key: "when",
      title: text("ret.when"),
      render: (r) => (r.changedAt === undefined ? "–" : <span className="nowrap">{format.dateTime(r.changedAt, lang)}</span>),
      csv: (r) => r.changedAt ?? "",
    },
  ];
  return (
    <>
      <PageHead title={text("ret.title")} lead={text("ret.lead")} />
      <div className="stack">
        {now !== undefined && (
          <Card title={text("ret.now")}>
            {now.provisional && (
              <p className="gap">
                <Chip tone="warning">{text("ret.provisional")}</Chip>
              </p>
            )}
            {can("ops.manage") ? (
              <Change key={now.version} of={now} onDone={list.reload} />
            ) : (
              <dl className="facts">
                <div>
                  <dt>{text("ret.persons")}</dt>
                  <dd>{now.personsDays}</dd>
                </div>
                <div>
                  <dt>{text("ret.invoices")}</dt>
                  <dd>{now.invoicesDays}</dd>
                </div>
              </dl>
            )}
          </Card>
        )}
        <Card title={text("ret.versions")} flush>
          <DataTable
            name="retention"
            label={text("ret.versions")}
            columns={columns}
            rows={list.data?.items ?? null}
            rowKey={(r) => String(r.version)}
            error={list.error}
            onRetry={list.reload}
            empty={null}
          />
        </Card>
      </div>
    </>
  );
}

interface Values {
  personsDays: number;
  invoicesDays: number;
  reason: string;
}

function Change(props: { of: Retention; onDone: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { of } = props;
  const draft = useDraftForm<Values>("retention", { personsDays: of.personsDays, invoicesDays: of.invoicesDays }, async (v) => {
    await http.send("PUT", "/api/v1/retention", { version: of.version, ...v });
    toast("success", text("ret.saved"));
    props.onDone();
  });
  const range = (min: number, max: number) => [{ required: true, type: "number" as const, min, max, message: text("ret.range") }];
  return (
    <DraftFormView draft={draft} submit={text("ret.save")}>
      <Form.Item name="personsDays" label={text("ret.persons")} extra={text("ret.persons-rule")} rules={range(1, 365)}>
        <InputNumber precision={0} />
      </Form.Item>
      <Form.Item name="invoicesDays" label={text("ret.invoices")} extra={text("ret.invoices-rule")} rules={range(1095, 3660)}>
        <InputNumber precision={0} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={text("ret.reason")}
        rules={[{ required: true, whitespace: true, min: 2, max: 200, message: text("ret.need") }]}
      >
        <Input maxLength={200} />
      </Form.Item>
    </DraftFormView>
  );
}
