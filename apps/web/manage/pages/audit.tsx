import { format, ProblemNote, useLanguage, useQuery, useT } from "@parterre/ui";
import { DatePicker, Drawer, Input, Select } from "antd";
import dayjs from "dayjs";
import { useState, type ReactNode } from "react";
import { atVenue } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { usePages } from "../lib/load.ts";
import { Card, Chip, DataTable, Empty, Facts, PageHead, type Column } from "../lib/parts.tsx";
import type { AuditEntry, AuditReport } from "../lib/staffwire.ts";

const ACTIONS = ["insert", "update", "delete"] as const;

export function AuditPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [target, setTarget] = useQuery("target"),
    [actor, setActor] = useQuery("actor"),
    [action, setAction] = useQuery("action"),
    [request, setRequest] = useQuery("request"),
    [from, setFrom] = useQuery("from"),
    [to, setTo] = useQuery("to");
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const list = usePages<AuditEntry>("/api/v1/audit", {
    target,
    actor,
    action,
    request,
    from: from === null ? null : atVenue(`${from}T00:00`),
    to: to === null ? null : atVenue(`${dayjs(to).add(1, "day").format("YYYY-MM-DD")}T00:00`),
  });
  const columns: readonly Column<AuditEntry>[] = [
    { key: "at", title: text("m.when"), render: (e) => <span className="nowrap">{format.dateTime(e.at, lang)}</span>, csv: (e) => e.at },
    { key: "actor", title: text("m.who"), render: (e) => e.actorName || e.actor, csv: (e) => e.actor },
    {
      key: "action",
      title: text("m.action"),
      render: (e) => (
        <Chip tone={e.action === "delete" ? "danger" : e.action === "insert" ? "success" : "info"}>
          {(ACTIONS as readonly string[]).includes(e.action) ? text(`m.audit-${e.action}`) : e.action}
        </Chip>
      ),
      csv: (e) => e.action,
    },
    { key: "target", title: text("m.target"), render: (e) => <span className="mono">{e.target}</span>, csv: (e) => e.target },
    { key: "reason", title: text("m.reason"), render: (e) => e.reason ?? "–", csv: (e) => e.reason ?? "" },
    { key: "seq", title: text("m.seq"), num: true, spare: true, render: (e) => e.seq, csv: (e) => e.seq },
    {
      key: "request",
      title: text("m.request"),
      spare: true,
      render: (e) => <span className="mono">{e.request}</span>,
      csv: (e) => e.request ?? "",
    },
  ];
  const filtered = [target, actor, action, request, from, to].some((v) => v !== null),
    clear = (): void => {
      for (const set of [setTarget, setActor, setAction, setRequest, setFrom, setTo]) set(null);
    };
  const search = (label: string, value: string | null, set: (v: string | null) => void, width: number): ReactNode => (
    <Input.Search
      key={`${label}${value ?? ""}`}
      allowClear
      aria-label={label}
      placeholder={label}
      defaultValue={value ?? ""}
      onSearch={(v) => set(v.trim() === "" ? null : v.trim())}
      style={{ width }}
    />
  );
  return (
    <>
      <PageHead title={text("manage.audit")} lead={text("m.audit-lead")} />
      <div className="stack">
        <Verify />
        <Card flush>
          <DataTable
            name="audit"
            label={text("manage.audit")}
            columns={columns}
            rows={list.rows}
            rowKey={(e) => String(e.seq)}
            onOpen={setOpen}
            error={list.error}
            onRetry={list.reload}
            hasMore={list.hasMore}
            more={list.more}
            loading={list.loading}
            filters={
              <>
                {search(text("m.target-hint"), target, setTarget, 240)}
                {search(text("m.actor-hint"), actor, setActor, 200)}
                <Select
                  allowClear
                  aria-label={text("m.action")}
                  placeholder={text("m.action")}
                  value={action}
                  onChange={(v) => setAction(v ?? null)}
                  options={ACTIONS.map((a) => ({ value: a, label: text(`m.audit-${a}`) }))}
                  style={{ minWidth: 110 }}
                />
                <DatePicker.RangePicker
                  aria-label={text("m.when")}
                  value={[from === null ? null : dayjs(from), to === null ? null : dayjs(to)]}
                  allowEmpty={[true, true]}
                  onChange={(v) => {
                    setFrom(v?.[0]?.format("YYYY-MM-DD") ?? null);
                    setTo(v?.[1]?.format("YYYY-MM-DD") ?? null);
                  }}
                  style={{ maxWidth: 260 }}
                />
                {request !== null && (
                  <button type="button" className="button small" onClick={() => setRequest(null)}>
                    {text("m.request")} {request.slice(0, 8)} ×
                  </button>
                )}
              </>
            }
            empty={
              filtered ? (
                <Empty
                  title={text("m.filter-none")}
                  action={
                    <button type="button" className="button" onClick={clear}>
                      {text("m.filter-clear")}
                    </button>
                  }
                />
              ) : (
                <Empty title={text("m.audit-none")} />
              )
            }
          />
        </Card>
      </div>
      <Drawer open={open !== null} onClose={() => setOpen(null)} size={640} title={open === null ? "" : `${text("m.seq")} ${open.seq}`}>
        {open !== null && (
          <Entry
            entry={open}
            byRequest={(r) => {
              setOpen(null);
              setRequest(r);
            }}
          />
        )}
      </Drawer>
    </>
  );
}

/** Proves the chain on the server and shows the head to keep elsewhere. */
function Verify(): ReactNode {
  const text = useT(),
    http = useHttp(),
    [busy, setBusy] = useState(false),
    [report, setReport] = useState<AuditReport | null>(null),
    [problem, setProblem] = useState<unknown>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      setReport(await http.get<AuditReport>("/api/v1/audit/verify"));
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title={text("m.verify")}
      actions={
        <button
          type="button"
          className="button small"
          disabled={busy}
          onClick={() => {
            void run();
          }}
        >
          {busy && <span className="busy" aria-hidden="true" />}
          {text("m.verify-run")}
        </button>
      }
    >
      {problem !== null ? (
        <ProblemNote error={problem} />
      ) : report === null ? (
        <p className="quiet">{text("m.verify-lead")}</p>
      ) : report.ok ? (
        <div className="note success" role="status">
          <div className="body">
            <strong>{text("m.verify-ok", { n: format.count(report.entries) })}</strong>
            <p className="mono">
              {report.head.seq}:{report.head.hash}
            </p>
          </div>
        </div>
      ) : (
        <div className="note danger" role="alert">
          <div className="body">
            <strong>{text("m.verify-bad", { n: (report.faults ?? []).length })}</strong>
            <ul>
              {(report.faults ?? []).slice(0, 20).map((f) => (
                <li key={`${f.seq}${f.kind}`}>
                  #{f.seq} {f.kind}: {f.text}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </Card>
  );
}

const shown = (v: unknown): string => (v === undefined || v === null ? "–" : typeof v === "object" ? JSON.stringify(v) : String(v));

function Entry(props: { entry: AuditEntry; byRequest: (request: string) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    e = props.entry,
    before = (e.before ?? {}) as Record<string, unknown>,
    after = (e.after ?? {}) as Record<string, unknown>,
    keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    <div className="stack">
      <Facts
        items={[
          [text("m.when"), format.dateTime(e.at, lang, { now: new Date() })],
          [text("m.who"), `${e.actorName} (${e.actor})`],
          [
            text("m.target"),
            <span key="t" className="mono">
              {e.target}
            </span>,
          ],
          [
            text("m.row"),
            <span key="k" className="mono">
              {shown(e.key)}
            </span>,
          ],
          [text("m.reason"), e.reason],
          [text("m.approver"), e.approver],
        ]}
      />
      {e.request !== undefined && e.request !== "" && (
        <button type="button" className="link" onClick={() => props.byRequest(e.request!)}>
          {text("m.same-request")}
        </button>
      )}
      {keys.length > 0 && (
        <table className="data diff" aria-label={text("m.changes")}>
          <thead>
            <tr>
              <th scope="col">{text("m.field")}</th>
              <th scope="col">{text("m.before")}</th>
              <th scope="col">{text("m.after")}</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((k) => (
              <tr key={k}>
                <td className="mono">{k}</td>
                <td className="mono" data-label={text("m.before")}>
                  {shown(before[k])}
                </td>
                <td className="mono" data-label={text("m.after")}>
                  {shown(after[k])}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="quiet mono">
        {text("m.hash")} {e.hash}
      </p>
    </div>
  );
}
