import { ErrorState, format, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { DatePicker, Form, InputNumber, Modal } from "antd";
import dayjs from "dayjs";
import { useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, Stat, StepDialog, type Column } from "../lib/parts.tsx";
import { dayOf } from "../lib/form.tsx";
import { AgentForm } from "./form.tsx";
import "./messages.ts";
import { keyState, type Agent, type AgentKey, type Allotment, type Day, type Delivery, type Hook, type Profile } from "./wire.ts";

export function AgentPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    may = can("channel.manage"),
    [step, setStep] = useState(false),
    base = `/api/v1/agents/${props.id}`;
  const page = useLoad<Profile>(`agent ${props.id}`, (h, s) => h.get(base, {}, s)),
    pools = useLoad<{ items: readonly Allotment[] | null }>("agent-allotments", (h, s) => h.get("/api/v1/agent-allotments", {}, s));
  if (page.data === null) return page.error === null ? <Loading lines={8} /> : <ErrorState error={page.error} onRetry={page.reload} />;
  const a = page.data;
  const change = async (v: { name: string; rate: number; burst: number; pool: string; disabled: boolean }): Promise<void> => {
    await http.send<Agent>("PUT", base, { ...v, version: a.version });
    page.reload();
  };
  return (
    <>
      <PageHead
        back={{ to: "/agents", label: text("a.title") }}
        title={a.name}
        tags={
          <>
            <Chip tone={a.disabled ? "quiet" : "success"}>{text(a.disabled ? "a.stopped" : "a.active")}</Chip>
            {a.sandbox && <Chip tone="warning">{text("a.sandbox")}</Chip>}
          </>
        }
        lead={`${text("a.since")} ${format.date(a.createdAt, lang, { now: new Date() })}`}
        actions={
          may ? (
            <button type="button" className={a.disabled ? "button" : "button danger"} onClick={() => setStep(true)}>
              {text(a.disabled ? "a.resume" : "a.stop")}
            </button>
          ) : undefined
        }
      />
      <div className="stack">
        <div className="split">
          <div className="stack">
            <Keys agent={a} may={may} reload={page.reload} />
            <Hooks agent={a} may={may} />
          </div>
          <div className="stack">
            {may && (
              <Card title={text("a.settings")}>
                <AgentForm
                  key={a.version}
                  agent={a}
                  pools={pools.data?.items ?? []}
                  send={async (v) => {
                    await change({ ...v, disabled: a.disabled });
                    toast("success", text("a.saved"));
                  }}
                />
              </Card>
            )}
            <Allotments agent={a} />
          </div>
        </div>
        <Books agent={a} />
      </div>
      <StepDialog
        open={step}
        danger={!a.disabled}
        title={text(a.disabled ? "a.resume" : "a.stop")}
        ok={text(a.disabled ? "a.resume" : "a.stop")}
        lead={text(a.disabled ? "a.resume-lead" : "a.stop-lead", { name: a.name })}
        onClose={() => setStep(false)}
        run={() => change({ name: a.name, rate: a.rate, burst: a.burst, pool: a.pool, disabled: !a.disabled })}
      />
    </>
  );
}

function Keys(props: { agent: Profile; may: boolean; reload: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [making, setMaking] = useState(false),
    [revoking, setRevoking] = useState<AgentKey | null>(null),
    now = Date.now(),
    keys = props.agent.keys ?? [],
    base = `/api/v1/agents/${props.agent.id}/keys`;
  const columns: readonly Column<AgentKey>[] = [
    { key: "prefix", title: text("a.prefix"), render: (k) => <span className="mono">{k.prefix}…</span>, csv: (k) => k.prefix },
    {
      key: "state",
      title: text("a.state"),
      render: (k) => <Chip tone={keyState(k, now) === "active" ? "success" : "quiet"}>{text(`a.key-${keyState(k, now)}`)}</Chip>,
      csv: (k) => keyState(k, now),
    },
    {
      key: "expires",
      title: text("a.expires"),
      render: (k) => format.date(k.expiresAt, lang, { now: new Date() }),
      csv: (k) => k.expiresAt,
    },
    {
      key: "seen",
      title: text("a.seen"),
      render: (k) => (k.seenAt === undefined ? <span className="quiet">{text("a.never")}</span> : format.dateTime(k.seenAt, lang)),
      csv: (k) => k.seenAt ?? "",
    },
    ...(props.may
      ? [
          {
            key: "act",
            title: "",
            render: (k: AgentKey) =>
              keyState(k, now) === "active" ? (
                <button type="button" className="link" onClick={() => setRevoking(k)}>
                  {text("a.revoke")}
                </button>
              ) : (
                ""
              ),
          },
        ]
      : []),
  ];
  const add = props.may ? (
      <button type="button" className="button small" onClick={() => setMaking(true)}>
        {text(keys.some((k) => keyState(k, now) === "active") ? "a.rotate" : "a.key-make")}
      </button>
    ) : undefined,
    close = (): void => {
      setMaking(false);
      props.reload();
    };
  return (
    <Card flush title={text("a.keys")} actions={add}>
      <DataTable
        name="agent-keys"
        label={text("a.keys")}
        columns={columns}
        rows={keys}
        rowKey={(k) => k.id}
        empty={<Empty title={text("a.keys-none")} lead={text("a.keys-none-lead")} action={add} />}
      />
      <Modal open={making} title={text("a.key-make")} footer={null} onCancel={close} destroyOnHidden mask={{ closable: false }} width={600}>
        <KeyForm at={base} onClose={close} />
      </Modal>
      <StepDialog
        open={revoking !== null}
        danger
        title={text("a.revoke")}
        ok={text("a.revoke")}
        lead={text("a.revoke-lead", { prefix: revoking?.prefix ?? "" })}
        onClose={() => setRevoking(null)}
        run={async () => {
          await http.send("POST", `${base}/${revoking!.id}/revoke`);
          props.reload();
        }}
      />
    </Card>
  );
}

/** The secret is in memory while the dialog is open, and nowhere after. */
function KeyForm(props: { at: string; onClose: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    [secret, setSecret] = useState<string | null>(null),
    [copied, setCopied] = useState(false);
  const draft = useDraftForm<{ days: number }>("agent-key", { days: 180 }, async (v) =>
    setSecret((await http.send<{ secret: string }>("POST", props.at, v)).secret),
  );
  if (secret === null) {
    return (
      <DraftFormView draft={draft} submit={text("a.key-make")} onCancel={props.onClose}>
        <p className="quiet">{text("a.key-lead")}</p>
        <Form.Item
          name="days"
          label={text("a.key-days")}
          rules={[
            { required: true, message: text("m.required") },
            { type: "integer", min: 1, max: 366, message: text("m.range", { min: 1, max: 366 }) },
          ]}
        >
          <InputNumber controls={false} />
        </Form.Item>
      </DraftFormView>
    );
  }
  return (
    <div className="stack">
      <div className="note warning">
        <div className="body">{text("a.key-once")}</div>
      </div>
      <output className="pre mono">{secret}</output>
      <p className="quiet">{text("a.key-use")}</p>
      <div className="form-end">
        <button
          type="button"
          className="button"
          onClick={() => {
            void navigator.clipboard?.writeText(secret).then(() => setCopied(true));
          }}
        >
          {text(copied ? "m.copied" : "m.copy")}
        </button>
        <button type="button" className="button main" onClick={props.onClose}>
          {text("m.key-kept")}
        </button>
      </div>
    </div>
  );
}

function Allotments(props: { agent: Profile }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { agent } = props;
  if (agent.pool === "") return null;
  const columns: readonly Column<Allotment>[] = [
    {
      key: "session",
      title: text("a.session"),
      render: (x) => (
        <>
          {x.title}
          <br />
          <small className="quiet">{format.dateTime(x.startsAt, lang)}</small>
        </>
      ),
    },
    { key: "left", title: text("a.left"), num: true, render: (x) => `${format.count(x.left)} / ${format.count(x.places)}` },
    {
      key: "release",
      title: text("a.release"),
      render: (x) => (x.release === undefined ? text("a.release-never") : format.dateTime(x.release, lang)),
    },
  ];
  return (
    <Card flush title={text("a.allotments")}>
      <DataTable
        name="agent-allotments"
        label={text("a.allotments")}
        columns={columns}
        rows={agent.allotments ?? []}
        rowKey={(x) => x.session}
        empty={<Empty title={text("a.allotments-none")} lead={text("a.allotments-lead")} />}
      />
    </Card>
  );
}

function Hooks(props: { agent: Profile; may: boolean }): ReactNode {
  const text = useT(),
    [open, setOpen] = useState<Hook | null>(null),
    hooks = props.agent.webhooks ?? [];
  const columns: readonly Column<Hook>[] = [
    { key: "url", title: text("a.url"), render: (h) => <span className="mono">{h.url}</span>, csv: (h) => h.url },
    { key: "events", title: text("a.events"), render: (h) => h.events.join(", "), csv: (h) => h.events.join(" ") },
    {
      key: "state",
      title: text("a.state"),
      render: (h) => <Chip tone={h.enabled ? "success" : "quiet"}>{text(h.enabled ? "a.on" : "a.off")}</Chip>,
    },
    {
      key: "log",
      title: "",
      render: (h) => (
        <button type="button" className="link" onClick={() => setOpen(h)}>
          {text("a.log")}
        </button>
      ),
    },
  ];
  return (
    <Card flush title={text("a.hooks")}>
      <DataTable
        name="agent-hooks"
        label={text("a.hooks")}
        columns={columns}
        rows={hooks}
        rowKey={(h) => h.id}
        empty={<Empty title={text("a.hooks-none")} lead={text("a.hooks-none-lead")} />}
      />
      <Modal
        open={open !== null}
        title={`${text("a.log")} ${open?.url ?? ""}`}
        footer={null}
        onCancel={() => setOpen(null)}
        destroyOnHidden
        width={900}
      >
        {open !== null && <Log at={`/api/v1/agents/${props.agent.id}/webhooks/${open.id}/deliveries`} may={props.may} />}
      </Modal>
    </Card>
  );
}

function Log(props: { at: string; may: boolean }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    log = useLoad<{ items: readonly Delivery[] | null }>(`log ${props.at}`, (h, s) => h.get(props.at, {}, s), 5000),
    [problem, setProblem] = useState<unknown>(null);
  const again = async (d: Delivery): Promise<void> => {
    setProblem(null);
    try {
      await http.send("POST", `${props.at}/${d.id}/retry`);
      toast("success", text("a.again-done"));
      log.reload();
    } catch (e) {
      setProblem(e);
    }
  };
  const columns: readonly Column<Delivery>[] = [
    { key: "when", title: text("a.when"), render: (d) => format.dateTime(d.createdAt, lang), csv: (d) => d.createdAt },
    { key: "event", title: text("a.event"), render: (d) => <span className="mono">{d.type}</span>, csv: (d) => d.type },
    {
      key: "state",
      title: text("a.state"),
      render: (d) => (
        <Chip tone={d.state === "sent" ? "success" : d.state === "parked" ? "danger" : "warning"}>{text(`a.${d.state}`)}</Chip>
      ),
      csv: (d) => d.state,
    },
    { key: "attempts", title: text("a.attempts"), num: true, render: (d) => d.attempts, csv: (d) => d.attempts },
    {
      key: "answer",
      title: text("a.answer"),
      render: (d) => (
        <>
          {d.status > 0 ? d.status : "–"}
          {d.error !== "" && <small className="quiet"> {d.error}</small>}
        </>
      ),
      csv: (d) => `${d.status} ${d.error}`,
    },
    ...(props.may
      ? [
          {
            key: "act",
            title: "",
            render: (d: Delivery) => (
              <button
                type="button"
                className="link"
                onClick={() => {
                  void again(d);
                }}
              >
                {text("a.again")}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <div className="stack">
      {problem !== null && <ProblemNote error={problem} />}
      <DataTable
        name="agent-log"
        label={text("a.log")}
        columns={columns}
        rows={log.data === null ? null : (log.data.items ?? [])}
        rowKey={(d) => d.id}
        error={log.error}
        onRetry={log.reload}
        empty={<Empty title={text("a.log-none")} />}
      />
    </div>
  );
}

function Books(props: { agent: Profile }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [day, setDay] = useState(() => dayOf(new Date())),
    at = `/api/v1/agents/${props.agent.id}/days/${day}`;
  const books = useLoad<Day>(`books ${props.agent.id} ${day}`, (h, s) => h.get(at, {}, s)),
    d = books.data,
    t = d?.totals;
  type Entry = NonNullable<Day["entries"]>[number];
  const columns: readonly Column<Entry>[] = [
    { key: "at", title: text("a.when"), render: (e) => format.dateTime(e.at, lang) },
    { key: "kind", title: text("a.kind"), render: (e) => text(`a.${e.kind}`) },
    { key: "ref", title: text("a.ref"), render: (e) => <span className="mono">{e.ref}</span> },
    { key: "places", title: text("a.tickets"), num: true, render: (e) => e.places },
    { key: "amount", title: text("a.amount"), num: true, render: (e) => format.price(e.amount, "full") },
    { key: "fee", title: text("a.fees"), num: true, render: (e) => format.price(e.fee, "full") },
    { key: "net", title: text("a.net"), num: true, render: (e) => format.price(e.net, "full") },
  ];
  return (
    <Card
      title={text("a.day")}
      actions={
        <>
          <label className="row">
            <span className="quiet">{text("a.day-pick")}</span>
            <DatePicker
              value={dayjs(day)}
              allowClear={false}
              disabledDate={(x) => x.isAfter(dayjs(), "day")}
              onChange={(x) => {
                if (x !== null) setDay(x.format("YYYY-MM-DD"));
              }}
            />
          </label>
          <a className="button small" href={`${at}?format=csv`}>
            {text("a.csv")}
          </a>
        </>
      }
    >
      <div className="stack">
        {books.error !== null && <ProblemNote error={books.error} />}
        {t !== undefined && d !== null && (
          <>
            <div className="stats">
              <Stat label={text("a.orders")} value={format.count(t.orders)} note={`${text("a.tickets")} ${format.count(t.places)}`} />
              <Stat label={text("a.amount")} value={format.price(t.amount, "full")} />
              <Stat
                label={text("a.back")}
                value={format.price(t.back, "full")}
                note={`${text("a.returned")} ${format.count(t.returned)}`}
              />
              <Stat label={text("a.fees")} value={format.price(t.fees, "full")} />
              <Stat label={text("a.net")} value={format.price(t.net, "full")} note={text(d.final ? "a.day-final" : "a.day-open")} />
            </div>
            <p className="quiet">
              {text("a.day-lead")} <span className="mono">{d.sha256}</span>
            </p>
            <DataTable
              name="agent-books"
              label={text("a.day")}
              columns={columns}
              rows={d.entries ?? []}
              rowKey={(e) => e.kind + e.id}
              empty={<Empty title={text("a.entries-none")} />}
            />
          </>
        )}
      </div>
    </Card>
  );
}
