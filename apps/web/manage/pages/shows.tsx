import { format, Link, useLanguage, useQuery, useT } from "@parterre/ui";
import { Segmented } from "antd";
import type { ReactNode } from "react";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, SHOW_TONE, type Column } from "../lib/parts.tsx";
import type { CodeTable } from "../lib/reportwire.ts";
import type { Show } from "../lib/wire.ts";

/** The code table of performance types: what the codes mean. */
export function usePerformanceTypes(): ReadonlyMap<string, { zh: string; en: string }> {
  const { data } = useLoad<CodeTable>("table performance-type", (http, signal) =>
    http.get("/api/v1/codes/tables/performance-type", {}, signal),
  );
  return new Map((data?.entries ?? []).map((e) => [e.code, e]));
}

export function ShowsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    types = usePerformanceTypes(),
    [state, setState] = useQuery("state");
  const list = usePages<Show>("/api/v1/shows", { state });
  const columns: readonly Column<Show>[] = [
    { key: "title", title: text("m.show"), render: (s) => (lang === "en" && s.titleEn !== "" ? s.titleEn : s.title), csv: (s) => s.title },
    {
      key: "type",
      title: text("m.type"),
      render: (s) => types.get(s.performanceType)?.[lang] ?? s.performanceType,
      csv: (s) => s.performanceType,
    },
    { key: "organiser", title: text("m.organiser"), render: (s) => s.organiser, csv: (s) => s.organiser },
    {
      key: "approval",
      title: text("m.approval"),
      render: (s) => s.approvals?.at(-1)?.number ?? <span className="quiet">{text("m.approval-none")}</span>,
      csv: (s) => s.approvals?.at(-1)?.number ?? "",
    },
    { key: "minutes", title: text("m.minutes"), num: true, render: (s) => text("m.minutes-n", { n: s.minutes }), csv: (s) => s.minutes },
    {
      key: "state",
      title: text("m.state"),
      render: (s) => <Chip tone={SHOW_TONE[s.state] ?? "quiet"}>{text(`m.show-${s.state}`)}</Chip>,
      csv: (s) => s.state,
    },
    {
      key: "created",
      title: text("m.since"),
      spare: true,
      render: (s) => format.date(s.createdAt, lang, { now: new Date() }),
      csv: (s) => s.createdAt,
    },
  ];
  const add = can("show.manage") ? (
    <Link to="/shows/new" className="button main">
      {text("m.show-new")}
    </Link>
  ) : undefined;
  return (
    <>
      <PageHead title={text("manage.shows")} lead={text("m.shows-lead")} actions={add} />
      <Card flush>
        <DataTable
          name="shows"
          label={text("manage.shows")}
          columns={columns}
          rows={list.rows}
          rowKey={(s) => s.id}
          to={(s) => `/shows/${s.id}`}
          error={list.error}
          onRetry={list.reload}
          hasMore={list.hasMore}
          more={list.more}
          loading={list.loading}
          filters={
            <Segmented
              aria-label={text("m.state")}
              value={state ?? ""}
              onChange={(v) => setState(v === "" ? null : v)}
              options={["", "draft", "active", "cancelled", "ended"].map((s) => ({
                value: s,
                label: s === "" ? text("m.all") : text(`m.show-${s}`),
              }))}
            />
          }
          empty={
            state === null ? (
              <Empty title={text("m.shows-none")} lead={text("m.shows-none-lead")} action={add} />
            ) : (
              <Empty
                title={text("m.filter-none")}
                action={
                  <button type="button" className="button" onClick={() => setState(null)}>
                    {text("m.filter-clear")}
                  </button>
                }
              />
            )
          }
        />
      </Card>
    </>
  );
}
