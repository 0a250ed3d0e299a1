import { addMessages, format, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Form, Input, Select } from "antd";
import { useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../../lib/form.tsx";
import { useHttp } from "../../lib/http.ts";
import { useLoad } from "../../lib/load.ts";
import { useMe } from "../../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, type Column } from "../../lib/parts.tsx";
import { OffersNav } from "../nav.tsx";
import { en, zh } from "./messages.ts";

addMessages({ zh, en });

type Mode = "off" | "sandbox" | "webhook";
interface Texting {
  readonly mode: Mode;
  readonly url: string;
  readonly version: number;
  readonly secret?: string;
}
interface Message {
  readonly id: string;
  readonly purpose: "wait_offer" | "bind_reminder";
  readonly title: string;
  readonly phone: string;
  readonly state: "waiting" | "sent" | "parked" | "dropped";
  readonly attempts: number;
  readonly status?: number;
  readonly error?: "status" | "connection" | "address" | "url" | "secret" | "late" | "erased" | "nothing";
  readonly sandbox?: string;
  readonly createdAt: string;
}
const TONES = { waiting: "info", sent: "success", parked: "warning", dropped: "info" } as const;

/** Text messages to buyers, with how the house sends them. */
export function TextsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    may = can("channel.manage"),
    [error, setError] = useState<unknown>(null);
  const how = useLoad("texting", (h, s) => h.get<Texting>("/api/v1/texting", {}, s)),
    list = useLoad("texts", (h, s) => h.get<{ items: readonly Message[] }>("/api/v1/messages", { size: 200 }, s));
  const retry = async (m: Message): Promise<void> => {
    setError(null);
    try {
      await http.send("POST", `/api/v1/messages/${m.id}/retry`, {});
      toast("success", text("sms.retried"));
      list.reload();
    } catch (e) {
      setError(e);
    }
  };
  const note = (m: Message): string =>
    m.sandbox !== undefined ? m.sandbox : m.error === undefined ? "" : text(`sms.e-${m.error}`, { status: m.status ?? 0 });
  const columns: readonly Column<Message>[] = [
    { key: "purpose", title: text("sms.purpose"), render: (m) => text(`sms.${m.purpose}`), csv: (m) => m.purpose },
    { key: "show", title: text("sms.show"), render: (m) => m.title, csv: (m) => m.title },
    {
      key: "phone",
      title: text("sms.phone"),
      render: (m) => <span className="mono nowrap">{m.phone === "" ? text("sms.erased") : m.phone}</span>,
      csv: (m) => m.phone,
    },
    {
      key: "state",
      title: text("sms.state"),
      render: (m) => (
        <>
          <Chip tone={TONES[m.state]}>{text(`sms.${m.state}`)}</Chip>
          {may && m.state === "parked" && (
            <button type="button" className="button" onClick={() => void retry(m)}>
              {text("sms.retry")}
            </button>
          )}
        </>
      ),
      csv: (m) => m.state,
    },
    { key: "why", title: text("sms.why"), render: note, csv: note },
    { key: "tries", title: text("sms.tries"), num: true, render: (m) => m.attempts, csv: (m) => m.attempts },
    {
      key: "created",
      title: text("sms.created"),
      render: (m) => <span className="nowrap">{format.dateTime(m.createdAt, lang)}</span>,
      csv: (m) => m.createdAt,
    },
  ];
  return (
    <>
      <PageHead title={text("sms.title")} lead={text("sms.lead")} />
      <OffersNav />
      <div className="stack">
        {how.data !== null && <How key={how.data.version} of={how.data} may={may} onDone={how.reload} />}
        {error !== null && <ProblemNote error={error} />}
        <Card title={text("sms.sent-list")} flush>
          <DataTable
            name="texts"
            label={text("sms.sent-list")}
            columns={columns}
            rows={list.data?.items ?? null}
            rowKey={(m) => m.id}
            error={list.error}
            onRetry={list.reload}
            empty={<Empty title={text("sms.none")} lead={text("sms.none-lead")} />}
          />
        </Card>
      </div>
    </>
  );
}

/** The secret is in memory while the page is open, and nowhere after. */
let shown: string | null = null;

function How(props: { of: Texting; may: boolean; onDone: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { of } = props,
    [secret, setSecret] = useState(() => {
      const s = shown;
      shown = null;
      return s;
    });
  const send = async (v: { mode: Mode; url?: string }, fresh: boolean): Promise<void> => {
    const r = await http.send<Texting>("PUT", "/api/v1/texting", {
      mode: v.mode,
      url: v.mode === "webhook" ? (v.url ?? "") : "",
      version: of.version,
      ...(fresh ? { fresh } : {}),
    });
    shown = r.secret ?? null;
    setSecret(shown);
    toast("success", text("sms.saved"));
    props.onDone();
  };
  const draft = useDraftForm<{ mode: Mode; url?: string }>("texting", { mode: of.mode, url: of.url }, (v) => send(v, false), []),
    mode = Form.useWatch("mode", draft.form) as Mode | undefined;
  if (!props.may)
    return (
      <Card title={text("sms.how")}>
        <p>{text(`sms.${of.mode}`)}</p>
      </Card>
    );
  return (
    <Card title={text("sms.how")}>
      <DraftFormView draft={draft} submit={text("sms.save")}>
        <Form.Item name="mode" label={text("sms.how")} rules={[{ required: true }]}>
          <Select options={(["off", "sandbox", "webhook"] as const).map((m) => ({ value: m, label: text(`sms.${m}`) }))} />
        </Form.Item>
        {mode === "webhook" && (
          <Form.Item
            name="url"
            label={text("sms.url")}
            extra={text("sms.url-hint")}
            rules={[{ required: true, message: text("sms.required") }]}
          >
            <Input type="url" maxLength={500} placeholder="https://sms.example.com/parterre" />
          </Form.Item>
        )}
      </DraftFormView>
      {of.mode === "webhook" && (
        <button type="button" className="button" onClick={() => void send({ mode: "webhook", url: of.url }, true)}>
          {text("sms.fresh")}
        </button>
      )}
      {secret !== null && (
        <p>
          {text("sms.secret")}
          <output className="pre mono">{secret}</output>
        </p>
      )}
    </Card>
  );
}
