/** The packages (套票) of a show. */
import { ErrorState, format, Loading, useLanguage, useT } from "@parterre/ui";
import { Modal } from "antd";
import { useState, type ReactNode } from "react";
import type { Page } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, type Column } from "../lib/parts.tsx";
import type { Session, Show } from "../lib/wire.ts";
import { PackageForm } from "./packageform.tsx";
import { titleOf, TONE, type Pack } from "./packagewire.ts";
import "./messages.ts";

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
