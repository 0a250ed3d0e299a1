import { ErrorState, format, Link, Loading, navigate, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, Form, Input, Modal } from "antd";
import { useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, Facts, PageHead, StepDialog, SubNav, type Column } from "../lib/parts.tsx";
import type { Account, Roles } from "../lib/staffwire.ts";

export const useRoles = (): Roles | null => useLoad<Roles>("roles", (h, s) => h.get("/api/v1/roles", {}, s)).data;
const stateOf = (a: Account): "disabled" | "first" | "active" => (a.disabled ? "disabled" : a.mustChangePassword ? "first" : "active");
const TONE = { disabled: "danger", first: "warning", active: "success" } as const;

export function PeopleNav(): ReactNode {
  const text = useT();
  return (
    <SubNav
      label={text("manage.people")}
      pages={[
        ["/people", "m.users"],
        ["/people/keys", "m.keys"],
      ]}
    />
  );
}

export function UsersPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    roles = useRoles(),
    list = usePages<Account>("/api/v1/users"),
    [adding, setAdding] = useState(false);
  const names = (a: Account): string => a.roles.map((r) => roles?.roles.find((x) => x.role === r)?.[lang] ?? r).join(text("m.comma"));
  const columns: readonly Column<Account>[] = [
    { key: "name", title: text("m.user"), render: (a) => a.name, csv: (a) => a.name },
    { key: "login", title: text("sign-in.login"), render: (a) => <span className="mono">{a.login}</span>, csv: (a) => a.login },
    { key: "roles", title: text("m.roles"), render: (a) => names(a) || <span className="quiet">{text("m.roles-none")}</span>, csv: names },
    {
      key: "state",
      title: text("m.state"),
      render: (a) => <Chip tone={TONE[stateOf(a)]}>{text(`m.user-${stateOf(a)}`)}</Chip>,
      csv: stateOf,
    },
    { key: "since", title: text("m.since"), render: (a) => format.date(a.createdAt, lang, { now: new Date() }), csv: (a) => a.createdAt },
  ];
  const add = can("access.manage") ? (
    <button type="button" className="button main" onClick={() => setAdding(true)}>
      {text("m.user-add")}
    </button>
  ) : undefined;
  return (
    <>
      <PageHead title={text("manage.people")} lead={text("m.people-lead")} actions={add} />
      <PeopleNav />
      <Card flush>
        <DataTable
          name="users"
          label={text("m.users")}
          columns={columns}
          rows={list.rows}
          rowKey={(a) => a.id}
          to={(a) => `/people/${a.id}`}
          error={list.error}
          onRetry={list.reload}
          hasMore={list.hasMore}
          more={list.more}
          loading={list.loading}
          empty={<Empty title={text("m.users-none")} action={add} />}
        />
      </Card>
      <Modal open={adding} title={text("m.user-add")} footer={null} onCancel={() => setAdding(false)} destroyOnHidden width={600}>
        <UserForm
          onDone={(a) => {
            setAdding(false);
            navigate(`/people/${a.id}`);
          }}
          onCancel={() => setAdding(false)}
        />
      </Modal>
    </>
  );
}

function UserForm(props: { onDone: (a: Account) => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    http = useHttp();
  const draft = useDraftForm<{ login: string; name: string; password: string; roles: string[] }>(
    "user",
    { roles: [] },
    async (v) => {
      const a = await http.send<Account>("POST", "/api/v1/users", { ...v, roles: v.roles ?? [] });
      toast("success", text("m.user-added"));
      props.onDone(a);
    },
    ["password"],
  );
  const need = { required: true, whitespace: true, message: text("m.required") };
  return (
    <DraftFormView draft={draft} submit={text("m.user-add")} onCancel={props.onCancel}>
      <div className="two">
        <Form.Item name="name" label={text("m.user-name")} rules={[need]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item
          name="login"
          label={text("sign-in.login")}
          extra={text("m.login-hint")}
          rules={[need, { pattern: /^[a-z0-9._@-]{2,64}$/, message: text("m.login-form") }]}
        >
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
      </div>
      <Form.Item
        name="password"
        label={text("m.password-initial")}
        extra={text("m.password-initial-hint")}
        rules={[need, { min: 8, message: text("m.password-short") }]}
      >
        <Input.Password maxLength={128} autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="roles" label={text("m.roles")}>
        <RoleChoice />
      </Form.Item>
    </DraftFormView>
  );
}

function RoleChoice(props: { value?: string[]; onChange?: (v: string[]) => void; disabled?: boolean }): ReactNode {
  const lang = useLanguage(),
    text = useT(),
    roles = useRoles();
  if (roles === null) return <Loading lines={3} />;
  const label = (permissions: readonly string[]): string =>
    permissions
      .slice(0, 4)
      .map((p) => roles.permissions.find((x) => x.name === p)?.[lang] ?? p)
      .join(text("m.comma"));
  return (
    <Checkbox.Group
      className="roles"
      disabled={props.disabled === true}
      {...(props.value === undefined ? {} : { value: props.value })}
      {...(props.onChange === undefined ? {} : { onChange: props.onChange })}
    >
      {roles.roles.map((r) => (
        <Checkbox key={r.role} value={r.role}>
          <strong>{r[lang]}</strong>
          <span className="quiet">
            {label(r.permissions)}
            {r.permissions.length > 4 ? text("m.and-more", { n: r.permissions.length }) : ""}
          </span>
        </Checkbox>
      ))}
    </Checkbox.Group>
  );
}

export function UserPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { me, can } = useMe(),
    [step, setStep] = useState<"disable" | "password" | null>(null);
  const { data: a, error, reload, set } = useLoad<Account>(`user ${props.id}`, (h, s) => h.get(`/api/v1/users/${props.id}`, {}, s));
  if (a === null) return error === null ? <Loading /> : <ErrorState error={error} onRetry={reload} />;
  const manage = can("access.manage"),
    self = a.id === me.id,
    patch = async (body: object): Promise<void> => set(await http.send<Account>("PATCH", `/api/v1/users/${a.id}`, body));
  return (
    <>
      <PageHead
        back={{ to: "/people", label: text("m.users") }}
        title={a.name}
        tags={<Chip tone={TONE[stateOf(a)]}>{text(`m.user-${stateOf(a)}`)}</Chip>}
        lead={<span className="mono">{a.login}</span>}
        actions={
          self ? (
            <Link to="/password" className="button">
              {text("m.password-title")}
            </Link>
          ) : manage ? (
            <>
              <button type="button" className="button" onClick={() => setStep("password")}>
                {text("m.password-reset")}
              </button>
              <button
                type="button"
                className={a.disabled ? "button" : "button danger"}
                onClick={() => {
                  if (a.disabled) void patch({ disabled: false }).then(() => toast("success", text("m.user-enabled")));
                  else setStep("disable");
                }}
              >
                {text(a.disabled ? "m.user-enable" : "m.user-disable")}
              </button>
            </>
          ) : undefined
        }
      />
      <div className="stack">
        <Card>
          <Facts
            items={[
              [text("m.user-name"), a.name],
              [text("sign-in.login"), a.login],
              [text("m.since"), format.date(a.createdAt, lang, { now: new Date() })],
            ]}
          />
        </Card>
        <Card title={text("m.roles")}>
          <RolesForm account={a} editable={manage && !self} onSaved={set} />
        </Card>
      </div>
      <StepDialog
        open={step === "disable"}
        danger
        title={text("m.user-disable")}
        lead={text("m.user-disable-lead", { name: a.name })}
        ok={text("m.user-disable")}
        onClose={() => setStep(null)}
        run={() => patch({ disabled: true })}
      />
      <Modal open={step === "password"} title={text("m.password-reset")} footer={null} onCancel={() => setStep(null)} destroyOnHidden>
        <ResetForm
          id={a.id}
          onDone={(next) => {
            set(next);
            setStep(null);
          }}
          onCancel={() => setStep(null)}
        />
      </Modal>
    </>
  );
}

function RolesForm(props: { account: Account; editable: boolean; onSaved: (a: Account) => void }): ReactNode {
  const text = useT(),
    http = useHttp();
  const draft = useDraftForm<{ roles: string[] }>(`roles.${props.account.id}`, { roles: [...props.account.roles] }, async (v) => {
    props.onSaved(await http.send<Account>("PUT", `/api/v1/users/${props.account.id}/roles`, { roles: v.roles }));
    toast("success", text("m.roles-saved"));
  });
  if (!props.editable)
    return (
      <>
        <p className="quiet">{text("m.roles-fixed")}</p>
        <RoleChoice value={[...props.account.roles]} disabled />
      </>
    );
  return (
    <DraftFormView draft={draft} submit={text("action.save")}>
      <Form.Item name="roles" noStyle>
        <RoleChoice />
      </Form.Item>
      <p className="quiet" style={{ marginTop: 12 }}>
        {text("m.roles-lead")}
      </p>
    </DraftFormView>
  );
}

function ResetForm(props: { id: string; onDone: (a: Account) => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    http = useHttp();
  const draft = useDraftForm<{ password: string }>(
    `reset.${props.id}`,
    {},
    async (v) => {
      const a = await http.send<Account>("PATCH", `/api/v1/users/${props.id}`, v);
      toast("success", text("m.password-reset-done"));
      props.onDone(a);
    },
    ["password"],
  );
  return (
    <DraftFormView draft={draft} submit={text("m.password-reset")} onCancel={props.onCancel}>
      <Form.Item
        name="password"
        label={text("m.password-initial")}
        extra={text("m.password-initial-hint")}
        rules={[
          { required: true, message: text("m.required") },
          { min: 8, message: text("m.password-short") },
        ]}
      >
        <Input.Password maxLength={128} autoComplete="new-password" />
      </Form.Item>
    </DraftFormView>
  );
}
