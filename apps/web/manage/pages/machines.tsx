import { format, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, Form, Input, InputNumber, Modal, Select } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, StepDialog, type Column } from "../lib/parts.tsx";
import { DEVICE_KINDS, type ApiKey, type Device, type Pairing } from "../lib/staffwire.ts";
import { PeopleNav, useRoles } from "./users.tsx";

export function DevicesPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    list = usePages<Device>("/api/v1/devices"),
    [pairing, setPairing] = useState(false),
    [revoking, setRevoking] = useState<Device | null>(null);
  const manage = can("device.manage");
  const columns: readonly Column<Device>[] = [
    { key: "name", title: text("m.device"), render: (d) => d.name, csv: (d) => d.name },
    { key: "kind", title: text("m.kind"), render: (d) => text(`m.device-${d.kind}`), csv: (d) => d.kind },
    {
      key: "seen",
      title: text("m.last-seen"),
      render: (d) => (d.seenAt === undefined ? <span className="quiet">{text("m.never")}</span> : format.dateTime(d.seenAt, lang)),
      csv: (d) => d.seenAt ?? "",
    },
    { key: "paired", title: text("m.paired"), render: (d) => format.date(d.pairedAt, lang, { now: new Date() }), csv: (d) => d.pairedAt },
    {
      key: "state",
      title: text("m.state"),
      render: (d) => (
        <Chip tone={d.revokedAt === undefined ? "success" : "quiet"}>
          {text(d.revokedAt === undefined ? "m.device-active" : "m.device-revoked")}
        </Chip>
      ),
      csv: (d) => (d.revokedAt === undefined ? "active" : "revoked"),
    },
    ...(manage
      ? [
          {
            key: "act",
            title: text("m.action"),
            render: (d: Device) =>
              d.revokedAt === undefined ? (
                <button type="button" className="link" onClick={() => setRevoking(d)}>
                  {text("m.revoke")}
                </button>
              ) : (
                ""
              ),
          },
        ]
      : []),
  ];
  const add = manage ? (
    <button type="button" className="button main" onClick={() => setPairing(true)}>
      {text("m.device-pair")}
    </button>
  ) : undefined;
  return (
    <>
      <PageHead title={text("m.devices")} lead={text("m.devices-lead")} actions={add} />
      <Card flush>
        <DataTable
          name="devices"
          label={text("m.devices")}
          columns={columns}
          rows={list.rows}
          rowKey={(d) => d.id}
          error={list.error}
          onRetry={list.reload}
          hasMore={list.hasMore}
          more={list.more}
          loading={list.loading}
          empty={<Empty title={text("m.devices-none")} lead={text("m.devices-none-lead")} action={add} />}
        />
      </Card>
      <Modal
        open={pairing}
        title={text("m.device-pair")}
        footer={null}
        onCancel={() => {
          setPairing(false);
          list.reload();
        }}
        destroyOnHidden
      >
        <PairForm
          onClose={() => {
            setPairing(false);
            list.reload();
          }}
        />
      </Modal>
      <StepDialog
        open={revoking !== null}
        danger
        title={text("m.device-revoke")}
        lead={text("m.device-revoke-lead", { name: revoking?.name ?? "" })}
        ok={text("m.revoke")}
        onClose={() => setRevoking(null)}
        run={async () => {
          await http.send("POST", `/api/v1/devices/${revoking!.id}/revoke`);
          toast("success", text("m.device-revoked-note"));
          list.reload();
        }}
      />
    </>
  );
}

function PairForm(props: { onClose: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    [made, setMade] = useState<Pairing | null>(null);
  const draft = useDraftForm<{ kind: string; name: string }>("pairing", { kind: "gate" }, async (v) =>
    setMade(await http.send<Pairing>("POST", "/api/v1/devices/pairing-codes", v)),
  );
  if (made !== null) return <PairingCode pairing={made} again={() => setMade(null)} onClose={props.onClose} />;
  return (
    <DraftFormView draft={draft} submit={text("m.pairing-make")} onCancel={props.onClose}>
      <Form.Item name="kind" label={text("m.kind")} rules={[{ required: true }]}>
        <Select options={DEVICE_KINDS.map((k) => ({ value: k, label: text(`m.device-${k}`) }))} />
      </Form.Item>
      <Form.Item
        name="name"
        label={text("m.device-name")}
        extra={text("m.device-name-hint")}
        rules={[{ required: true, whitespace: true, message: text("m.required") }]}
      >
        <Input maxLength={100} />
      </Form.Item>
    </DraftFormView>
  );
}

/** Large enough to be read across the room, with the time that is left; worthless afterwards. */
function PairingCode(props: { pairing: Pairing; again: () => void; onClose: () => void }): ReactNode {
  const text = useT(),
    [now, setNow] = useState(() => Date.now()),
    left = (new Date(props.pairing.expiresAt).getTime() - now) / 1000,
    { code } = props.pairing,
    half = Math.ceil(code.length / 2);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="pairing">
      {left > 0 ? (
        <>
          <p className="quiet">{text("m.pairing-lead")}</p>
          <output className="code" aria-label={code.split("").join(" ")}>
            {code.slice(0, half)} {code.slice(half)}
          </output>
          <p role="timer">{text("m.pairing-left", { time: format.countdown(left) })}</p>
        </>
      ) : (
        <>
          <p>{text("m.pairing-over")}</p>
          <button type="button" className="button main" onClick={props.again}>
            {text("m.pairing-make")}
          </button>
        </>
      )}
      <div className="form-end">
        <button type="button" className="button" onClick={props.onClose}>
          {text("action.close")}
        </button>
      </div>
    </div>
  );
}

export function KeysPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [making, setMaking] = useState(false),
    [revoking, setRevoking] = useState<ApiKey | null>(null),
    now = Date.now();
  const list = useLoad<{ items: readonly ApiKey[] | null }>("api-keys", (h, s) => h.get("/api/v1/api-keys", {}, s)),
    manage = can("access.manage");
  const stateOf = (k: ApiKey): "revoked" | "expired" | "active" =>
    k.revokedAt !== undefined ? "revoked" : new Date(k.expiresAt).getTime() < now ? "expired" : "active";
  const columns: readonly Column<ApiKey>[] = [
    { key: "name", title: text("m.key"), render: (k) => k.name, csv: (k) => k.name },
    { key: "prefix", title: text("m.key-prefix"), render: (k) => <span className="mono">{k.prefix}…</span>, csv: (k) => k.prefix },
    { key: "may", title: text("m.permissions"), render: (k) => k.permissions.join(", "), csv: (k) => k.permissions.join(" ") },
    {
      key: "expires",
      title: text("m.expires"),
      render: (k) => format.date(k.expiresAt, lang, { now: new Date() }),
      csv: (k) => k.expiresAt,
    },
    {
      key: "seen",
      title: text("m.last-seen"),
      render: (k) => (k.seenAt === undefined ? <span className="quiet">{text("m.never")}</span> : format.dateTime(k.seenAt, lang)),
      csv: (k) => k.seenAt ?? "",
    },
    {
      key: "state",
      title: text("m.state"),
      render: (k) => <Chip tone={stateOf(k) === "active" ? "success" : "quiet"}>{text(`m.key-${stateOf(k)}`)}</Chip>,
      csv: stateOf,
    },
    ...(manage
      ? [
          {
            key: "act",
            title: text("m.action"),
            render: (k: ApiKey) =>
              stateOf(k) === "active" ? (
                <button type="button" className="link" onClick={() => setRevoking(k)}>
                  {text("m.revoke")}
                </button>
              ) : (
                ""
              ),
          },
        ]
      : []),
  ];
  const add = manage ? (
    <button type="button" className="button main" onClick={() => setMaking(true)}>
      {text("m.key-make")}
    </button>
  ) : undefined;
  return (
    <>
      <PageHead title={text("m.keys")} lead={text("m.keys-lead")} actions={add} />
      <PeopleNav />
      <Card flush>
        <DataTable
          name="keys"
          label={text("m.keys")}
          columns={columns}
          rows={list.data === null ? null : (list.data.items ?? [])}
          rowKey={(k) => k.id}
          error={list.error}
          onRetry={list.reload}
          empty={<Empty title={text("m.keys-none")} lead={text("m.keys-none-lead")} action={add} />}
        />
      </Card>
      <Modal
        open={making}
        title={text("m.key-make")}
        footer={null}
        onCancel={() => {
          setMaking(false);
          list.reload();
        }}
        destroyOnHidden
        width={640}
        mask={{ closable: false }}
      >
        <KeyForm
          onClose={() => {
            setMaking(false);
            list.reload();
          }}
        />
      </Modal>
      <StepDialog
        open={revoking !== null}
        danger
        title={text("m.key-revoke")}
        lead={text("m.key-revoke-lead", { name: revoking?.name ?? "" })}
        ok={text("m.revoke")}
        onClose={() => setRevoking(null)}
        run={async () => {
          await http.send("POST", `/api/v1/api-keys/${revoking!.id}/revoke`);
          list.reload();
        }}
      />
    </>
  );
}

function KeyForm(props: { onClose: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    roles = useRoles(),
    [secret, setSecret] = useState<string | null>(null),
    [copied, setCopied] = useState(false);
  const draft = useDraftForm<{ name: string; permissions: string[]; days: number }>("key", { days: 90, permissions: [] }, async (v) =>
    setSecret((await http.send<{ secret: string }>("POST", "/api/v1/api-keys", v)).secret),
  );
  if (secret !== null) {
    return (
      <div className="stack">
        <div className="note warning">
          <div className="body">{text("m.key-once")}</div>
        </div>
        <output className="pre mono">{secret}</output>
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
  return (
    <DraftFormView draft={draft} submit={text("m.key-make")} onCancel={props.onClose}>
      <div className="two">
        <Form.Item name="name" label={text("m.key-name")} rules={[{ required: true, whitespace: true, message: text("m.required") }]}>
          <Input maxLength={100} placeholder={text("m.key-name-hint")} />
        </Form.Item>
        <Form.Item
          name="days"
          label={text("m.key-days")}
          rules={[
            { required: true, message: text("m.required") },
            { type: "integer", min: 1, max: 366, message: text("m.range", { min: 1, max: 366 }) },
          ]}
        >
          <InputNumber controls={false} suffix={text("m.days-unit")} />
        </Form.Item>
      </div>
      <Form.Item
        name="permissions"
        label={text("m.permissions")}
        rules={[{ required: true, type: "array", min: 1, message: text("m.permissions-need") }]}
      >
        <Checkbox.Group
          className="permissions"
          options={(roles?.permissions ?? []).filter((p) => p.key).map((p) => ({ value: p.name, label: p[lang] }))}
        />
      </Form.Item>
    </DraftFormView>
  );
}
