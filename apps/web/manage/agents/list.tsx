import { format, navigate, toast, useLanguage, useT } from "@parterre/ui";
import { Modal } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, StepDialog, type Column } from "../lib/parts.tsx";
import { AgentForm } from "./form.tsx";
import "./messages.ts";
import type { Agent, Allotment } from "./wire.ts";

export function AgentsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    may = can("channel.manage"),
    [adding, setAdding] = useState(false),
    [mode, setMode] = useState(false);
  const list = useLoad<{ sandbox: boolean; items: readonly Agent[] | null }>("agents", (h, s) => h.get("/api/v1/agents", {}, s)),
    pools = useLoad<{ items: readonly Allotment[] | null }>("agent-allotments", (h, s) => h.get("/api/v1/agent-allotments", {}, s));
  const names = new Map((pools.data?.items ?? []).map((a) => [a.pool, a.name])),
    rows = list.data === null ? null : (list.data.items ?? []),
    sandbox = list.data?.sandbox === true;
  const columns: readonly Column<Agent>[] = [
    { key: "name", title: text("a.name"), render: (a) => <span className="row-link">{a.name}</span>, csv: (a) => a.name },
    {
      key: "state",
      title: text("a.state"),
      render: (a) => (
        <span className="row">
          <Chip tone={a.disabled ? "quiet" : "success"}>{text(a.disabled ? "a.stopped" : "a.active")}</Chip>
          {a.sandbox && <Chip tone="warning">{text("a.sandbox")}</Chip>}
        </span>
      ),
      csv: (a) => (a.disabled ? "stopped" : "active"),
    },
    {
      key: "pool",
      title: text("a.pool"),
      render: (a) => (a.pool === "" ? <span className="quiet">{text("a.pool-none")}</span> : (names.get(a.pool) ?? a.pool)),
      csv: (a) => a.pool,
    },
    { key: "rate", title: text("a.rate"), num: true, render: (a) => a.rate, csv: (a) => a.rate },
    { key: "burst", title: text("a.burst"), num: true, render: (a) => a.burst, csv: (a) => a.burst, spare: true },
    { key: "since", title: text("a.since"), render: (a) => format.date(a.createdAt, lang, { now: new Date() }), csv: (a) => a.createdAt },
  ];
  const add = may ? (
    <button type="button" className="button main" onClick={() => setAdding(true)}>
      {text("a.add")}
    </button>
  ) : undefined;
  return (
    <>
      <PageHead
        title={text("a.title")}
        lead={text("a.lead")}
        actions={
          <>
            <a className="button" href="/docs/agent" target="_blank" rel="noreferrer">
              {text("a.guide")}
            </a>
            {add}
          </>
        }
      />
      <div className="stack">
        <Card flush>
          <DataTable
            name="agents"
            label={text("a.title")}
            columns={columns}
            rows={rows}
            rowKey={(a) => a.id}
            to={(a) => `/agents/${a.id}`}
            error={list.error}
            onRetry={list.reload}
            empty={<Empty title={text("a.none")} lead={text("a.none-lead")} action={add} />}
          />
        </Card>
        {list.data !== null && (
          <Card
            title={text("a.mode")}
            actions={
              may && rows!.length === 0 ? (
                <button type="button" className="button small" onClick={() => setMode(true)}>
                  {text(sandbox ? "a.mode-switch-off" : "a.mode-switch-on")}
                </button>
              ) : undefined
            }
          >
            <p>{text(sandbox ? "a.mode-on" : "a.mode-off")}</p>
            <p className="quiet">{text("a.mode-lead")}</p>
          </Card>
        )}
      </div>
      <Modal open={adding} title={text("a.add")} footer={null} onCancel={() => setAdding(false)} destroyOnHidden width={640}>
        <AgentForm
          pools={pools.data?.items ?? []}
          onClose={() => setAdding(false)}
          send={async (v) => {
            const made = await http.send<Agent>("POST", "/api/v1/agents", v);
            setAdding(false);
            navigate(`/agents/${made.id}`);
          }}
        />
      </Modal>
      <StepDialog
        open={mode}
        title={text(sandbox ? "a.mode-switch-off" : "a.mode-switch-on")}
        lead={text("a.mode-lead")}
        ok={text(sandbox ? "a.mode-switch-off" : "a.mode-switch-on")}
        onClose={() => setMode(false)}
        run={async () => {
          await http.send("PUT", "/api/v1/agents-sandbox", { sandbox: !sandbox });
          toast("success", text("a.saved"));
          list.reload();
        }}
      />
    </>
  );
}
