/** One package: what it holds, what of it is sold, and its orders. */
import { ErrorState, format, Loading, useLanguage, useT } from "@parterre/ui";
import { Modal } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp, type Page } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, Facts, PageHead, Stat, type Column } from "../lib/parts.tsx";
import type { Session } from "../lib/wire.ts";
import { PackageForm } from "./packageform.tsx";
import { BUNDLE_TONE, code, titleOf, TONE, type BundleItem, type Pack } from "./packagewire.ts";
import "./messages.ts";

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
