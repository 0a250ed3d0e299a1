import { addMessages, format, Link, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Drawer, Form, Input, Select, Switch } from "antd";
import dayjs from "dayjs";
import { useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, type Column } from "../lib/parts.tsx";
import { en, zh } from "./payments-messages.ts";

addMessages({ zh, en });

type Settings = Partial<
  Record<"mchId" | "appId" | "serial" | "sellerId" | "platformId" | "platformKey" | "appCert" | "platformCert" | "rootCert", string>
>;
interface Account {
  readonly code: string;
  readonly kind: "wechat" | "alipay";
  readonly name: string;
  readonly nameEn: string;
  readonly venue?: string;
  readonly channels: readonly string[];
  readonly enabled: boolean;
  readonly simulated: boolean;
  readonly settings: Settings;
  readonly notifyUrl: string;
  readonly version: number;
}
interface Figures {
  readonly paid: number;
  readonly paidFen: number;
  readonly back: number;
  readonly backFen: number;
}
interface Difference {
  readonly kind: "amount" | "not_theirs" | "not_ours" | "foreign";
  readonly payment?: string;
  readonly refund?: string;
  readonly order?: string;
  readonly back?: boolean;
  readonly ours: number;
  readonly theirs: number;
  readonly ref?: string;
}
interface Reconciled {
  readonly account: string;
  readonly day: string;
  readonly ours: Figures;
  readonly theirs: Figures;
  readonly differences: readonly Difference[];
  readonly madeAt: string;
}
interface Fields extends Settings {
  code: string;
  kind: "wechat" | "alipay";
  name: string;
  nameEn?: string;
  venue?: string;
  channels: string[];
  enabled: boolean;
  privateKey?: string;
  apiV3Key?: string;
}
type Open = { readonly account: Account | null; readonly simulated: boolean };

export function PaymentsPage(): ReactNode {
  const text = useT(),
    { can } = useMe(),
    [open, setOpen] = useState<Open | null>(null);
  const list = useLoad("pay-accounts", (h, s) => h.get<{ items: readonly Account[]; simulation: boolean }>("/api/v1/pay/accounts", {}, s)),
    rows = list.data?.items ?? null,
    may = can("pay.manage");
  const columns: readonly Column<Account>[] = [
    { key: "name", title: text("pay.name"), render: (a) => a.name, csv: (a) => a.name },
    {
      key: "kind",
      title: text("pay.kind"),
      render: (a) => (
        <>
          {text(a.kind === "wechat" ? "pay.wechat" : "pay.alipay")}
          {a.simulated && (
            <>
              {" "}
              <Chip tone="warning">{text("pay.simulated")}</Chip>
            </>
          )}
        </>
      ),
      csv: (a) => a.kind,
    },
    { key: "code", title: text("pay.code"), render: (a) => <span className="mono">{a.code}</span>, csv: (a) => a.code },
    {
      key: "channels",
      title: text("pay.channels"),
      render: (a) => a.channels.map((c) => text(c === "online" ? "pay.online" : "pay.counter")).join(" · ") || "–",
      csv: (a) => a.channels.join(" "),
    },
    {
      key: "state",
      title: text("pay.state"),
      render: (a) => <Chip tone={a.enabled ? "success" : "info"}>{text(a.enabled ? "pay.on" : "pay.off")}</Chip>,
      csv: (a) => (a.enabled ? "on" : "off"),
    },
    {
      key: "notify",
      title: text("pay.notify"),
      spare: true,
      render: (a) => <span className="mono">{a.notifyUrl}</span>,
      csv: (a) => a.notifyUrl,
    },
  ];
  const adds = may && (
    <>
      {list.data?.simulation === true && (
        <button type="button" className="button" onClick={() => setOpen({ account: null, simulated: true })}>
          {text("pay.add-sim")}
        </button>
      )}
      <button type="button" className="button main" onClick={() => setOpen({ account: null, simulated: false })}>
        {text("pay.add")}
      </button>
    </>
  );
  return (
    <>
      <PageHead title={text("pay.title")} lead={text("pay.lead")} actions={adds} />
      <div className="stack">
        <Card title={text("pay.accounts")} flush>
          <DataTable
            name="pay-accounts"
            label={text("pay.accounts")}
            columns={columns}
            rows={rows}
            rowKey={(a) => a.code}
            error={list.error}
            onRetry={list.reload}
            {...(may ? { onOpen: (a: Account) => setOpen({ account: a, simulated: a.simulated }) } : {})}
            empty={<Empty title={text("pay.none")} lead={text("pay.none-lead")} />}
          />
        </Card>
        <Books accounts={rows ?? []} may={may} />
      </div>
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={560}
        destroyOnHidden
        title={open === null ? "" : text(open.account !== null ? "pay.edit" : open.simulated ? "pay.add-sim" : "pay.add")}
      >
        {open !== null && (
          <Editor
            of={open}
            onDone={() => {
              setOpen(null);
              list.reload();
            }}
            onCancel={() => setOpen(null)}
          />
        )}
      </Drawer>
    </>
  );
}

function Editor(props: { of: Open; onDone: () => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { account: a, simulated } = props.of;
  const venues = useLoad("pay-venues", (h, s) => h.get<{ items: readonly { id: string; name: string }[] }>("/api/v1/venues", {}, s));
  const draft = useDraftForm<Fields>(
    `pay-${a?.code ?? (simulated ? "new-sim" : "new")}`,
    a === null
      ? { kind: "wechat", channels: ["online"], enabled: true }
      : {
          ...a.settings,
          code: a.code,
          kind: a.kind,
          name: a.name,
          nameEn: a.nameEn,
          ...(a.venue === undefined ? {} : { venue: a.venue }),
          channels: [...a.channels],
          enabled: a.enabled,
        },
    async (v) => {
      const { code, kind, name, nameEn, venue, channels, enabled, privateKey, apiV3Key, ...settings } = v,
        fresh = (privateKey ?? "") !== "";
      const body = {
        kind,
        name,
        nameEn: nameEn ?? "",
        channels,
        enabled,
        version: a?.version ?? 0,
        ...(venue === undefined ? {} : { venue }),
      };
      if (simulated && a === null) await http.send("PUT", `/api/v1/pay/accounts/${code}/simulated`, body);
      else
        await http.send("PUT", `/api/v1/pay/accounts/${code}`, {
          ...body,
          settings: simulated ? a!.settings : settings,
          ...(fresh ? { secrets: { privateKey, ...(kind === "wechat" ? { apiV3Key } : {}) } } : {}),
        });
      toast("success", text("pay.saved"));
      props.onDone();
    },
    ["privateKey", "apiV3Key"],
  );
  const kind = Form.useWatch("kind", draft.form) ?? draft.initial.kind,
    given = [
      Form.useWatch("appCert", draft.form) ?? draft.initial.appCert,
      Form.useWatch("platformCert", draft.form) ?? draft.initial.platformCert,
      Form.useWatch("rootCert", draft.form) ?? draft.initial.rootCert,
    ],
    certs = given.some((x) => (x ?? "").trim() !== ""),
    need = { required: true, message: text("pay.need") };
  const line = (name: keyof Fields, label: string, rules: object[] = [need], area = false, extra?: string): ReactNode => (
    <Form.Item<Fields> name={name} label={label} rules={rules} extra={extra}>
      {area ? <Input.TextArea rows={4} className="mono" spellCheck={false} autoComplete="off" /> : <Input autoComplete="off" />}
    </Form.Item>
  );
  return (
    <DraftFormView draft={draft} submit={text("action.save")} onCancel={props.onCancel}>
      {simulated && (
        <div className="note warning">
          <div className="body">{text("pay.simulated-lead")}</div>
        </div>
      )}
      <Form.Item<Fields> name="kind" label={text("pay.kind")} rules={[need]}>
        <Select
          disabled={a !== null}
          options={[
            { value: "wechat", label: text("pay.wechat") },
            { value: "alipay", label: text("pay.alipay") },
          ]}
        />
      </Form.Item>
      <Form.Item<Fields>
        name="code"
        label={text("pay.code")}
        extra={text("pay.code-hint")}
        rules={[need, { pattern: /^[a-z][a-z0-9-]{1,39}$/, message: text("pay.code-form") }]}
      >
        <Input disabled={a !== null} className="mono" autoComplete="off" />
      </Form.Item>
      {line("name", text("pay.name"), [need], false, text("pay.name-hint"))}
      {line("nameEn", text("pay.name-en"), [])}
      <Form.Item<Fields> name="channels" label={text("pay.channels")} rules={[need]}>
        <Checkbox.Group
          options={[
            { value: "online", label: text("pay.online") },
            { value: "counter", label: text("pay.counter") },
          ]}
        />
      </Form.Item>
      <Form.Item<Fields> name="venue" label={text("pay.venue")}>
        <Select
          allowClear
          placeholder={text("pay.all-venues")}
          options={(venues.data?.items ?? []).map((v) => ({ value: v.id, label: v.name }))}
        />
      </Form.Item>
      <Form.Item<Fields> name="enabled" label={text("pay.on")} valuePropName="checked">
        <Switch />
      </Form.Item>
      {!simulated && (
        <>
          {kind === "wechat" && line("mchId", text("pay.mch"))}
          {line("appId", text("pay.app"))}
          {kind === "wechat" ? (
            <>
              {line("serial", text("pay.serial"))}
              {line("platformId", text("pay.platform-id"), [])}
            </>
          ) : (
            line("sellerId", text("pay.seller"), [])
          )}
          {kind === "alipay" && (
            <>
              <p className="quiet">{text("pay.cert-lead")}</p>
              {line("appCert", text("pay.app-cert"), certs ? [need] : [], true)}
              {line("platformCert", text("pay.platform-cert"), certs ? [need] : [], true)}
              {line("rootCert", text("pay.root-cert"), certs ? [need] : [], true)}
            </>
          )}
          {(kind === "wechat" || !certs) &&
            line("platformKey", text(kind === "wechat" ? "pay.platform-key" : "pay.alipay-key"), [need], true)}
          {line("privateKey", text("pay.private"), a === null ? [need] : [], true, a === null ? undefined : text("pay.keep"))}
          {kind === "wechat" && (
            <Form.Item<Fields>
              name="apiV3Key"
              label={text("pay.apiv3")}
              rules={a === null ? [need] : []}
              extra={a === null ? undefined : text("pay.keep")}
            >
              <Input.Password autoComplete="off" visibilityToggle={false} />
            </Form.Item>
          )}
        </>
      )}
    </DraftFormView>
  );
}

const shown = (text: ReturnType<typeof useT>, f: Figures): string =>
  text("pay.figures", { paid: f.paid, in: format.price(f.paidFen, "full"), back: f.back, out: format.price(f.backFen, "full") });

/** The bill of a day against our books, and each difference. */
function Books(props: { accounts: readonly Account[]; may: boolean }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    [account, setAccount] = useState<string | null>(null),
    [day, setDay] = useState<string | null>(null),
    [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null),
    [open, setOpen] = useState<Reconciled | null>(null);
  const list = useLoad("reconciliations", (h, s) => h.get<{ items: readonly Reconciled[] }>("/api/v1/pay/reconciliations", {}, s)),
    chosen = account ?? props.accounts[0]?.code ?? null;
  const nameOf = (code: string): string => props.accounts.find((a) => a.code === code)?.name ?? code;
  const run = async (): Promise<void> => {
    if (chosen === null || day === null) return;
    setBusy(true);
    setProblem(null);
    try {
      setOpen(await http.send<Reconciled>("PUT", `/api/v1/pay/accounts/${chosen}/reconciliations/${day}`, {}));
      list.reload();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const columns: readonly Column<Reconciled>[] = [
    { key: "day", title: text("pay.day"), render: (r) => <span className="nowrap">{r.day}</span>, csv: (r) => r.day },
    { key: "account", title: text("pay.account"), render: (r) => nameOf(r.account), csv: (r) => r.account },
    { key: "ours", title: text("pay.ours"), render: (r) => shown(text, r.ours), csv: (r) => r.ours.paidFen - r.ours.backFen },
    { key: "theirs", title: text("pay.theirs"), render: (r) => shown(text, r.theirs), csv: (r) => r.theirs.paidFen - r.theirs.backFen },
    {
      key: "differences",
      title: text("pay.differences"),
      render: (r) => (
        <Chip tone={r.differences.length === 0 ? "success" : "danger"}>
          {r.differences.length === 0 ? text("pay.even") : text("pay.n-differences", { n: r.differences.length })}
        </Chip>
      ),
      csv: (r) => r.differences.length,
    },
    { key: "made", title: text("pay.made"), spare: true, render: (r) => format.dateTime(r.madeAt, lang), csv: (r) => r.madeAt },
  ];
  return (
    <Card title={text("pay.books")} flush>
      {problem !== null && (
        <div className="pad">
          <ProblemNote error={problem} />
        </div>
      )}
      <DataTable
        name="reconciliations"
        label={text("pay.books")}
        columns={columns}
        rows={list.data?.items ?? null}
        rowKey={(r) => `${r.day} ${r.account}`}
        onOpen={setOpen}
        error={list.error}
        onRetry={list.reload}
        empty={<Empty title={text("pay.books-none")} lead={text("pay.books-none-lead")} />}
        filters={
          props.may &&
          props.accounts.length > 0 && (
            <>
              <Select
                aria-label={text("pay.account")}
                value={chosen}
                onChange={(v) => setAccount(v)}
                options={props.accounts.map((a) => ({ value: a.code, label: a.name }))}
                style={{ minWidth: 140 }}
              />
              <DatePicker
                aria-label={text("pay.day")}
                placeholder={text("pay.day")}
                value={day === null ? null : dayjs(day)}
                onChange={(v) => setDay(v?.format("YYYY-MM-DD") ?? null)}
              />
              <button
                type="button"
                className="button"
                disabled={busy || day === null}
                title={day === null ? text("pay.need-day") : undefined}
                onClick={() => {
                  void run();
                }}
              >
                {busy && <span className="busy" aria-hidden="true" />}
                {text("pay.run")}
              </button>
            </>
          )
        }
      />
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={720}
        title={open === null ? "" : `${nameOf(open.account)} ${open.day}`}
      >
        {open !== null && <Differences of={open} />}
      </Drawer>
    </Card>
  );
}

function Differences(props: { of: Reconciled }): ReactNode {
  const text = useT(),
    r = props.of;
  return (
    <div className="stack">
      <p>
        {text("pay.ours")}: {shown(text, r.ours)}
        <br />
        {text("pay.theirs")}: {shown(text, r.theirs)}
      </p>
      {r.differences.length === 0 ? (
        <div className="note success" role="status">
          <div className="body">{text("pay.even")}</div>
        </div>
      ) : (
        <table className="data" aria-label={text("pay.differences")}>
          <thead>
            <tr>
              <th scope="col">{text("pay.differences")}</th>
              <th scope="col">{text("pay.order")}</th>
              <th scope="col" className="num">
                {text("pay.ours")}
              </th>
              <th scope="col" className="num">
                {text("pay.theirs")}
              </th>
              <th scope="col">{text("pay.ref")}</th>
            </tr>
          </thead>
          <tbody>
            {r.differences.map((d) => (
              <tr key={`${d.kind}${d.payment ?? ""}${d.refund ?? ""}${d.ref ?? ""}`}>
                <td>
                  {text(`pay.d-${d.kind}`)} <span className="quiet">{text(d.back === true ? "pay.money-out" : "pay.money-in")}</span>
                </td>
                <td data-label={text("pay.order")}>
                  {d.order === undefined ? "–" : <Link to={`/orders/${d.order}`}>{d.order.slice(-8)}</Link>}
                </td>
                <td className="num" data-label={text("pay.ours")}>
                  {d.ours === 0 ? "–" : format.price(d.ours, "full")}
                </td>
                <td className="num" data-label={text("pay.theirs")}>
                  {d.theirs === 0 ? "–" : format.price(d.theirs, "full")}
                </td>
                <td className="mono" data-label={text("pay.ref")}>
                  {d.ref ?? "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
