import { ErrorState, format, Link, Loading, toast, useLanguage, useT } from "@parterre/ui";
import { DatePicker, Form, Input, InputNumber, Modal } from "antd";
import { useState, type ReactNode } from "react";
import { asDay, DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, Facts, PageHead, SESSION_TONE, SHOW_TONE, type Column } from "../lib/parts.tsx";
import type { Session, Show } from "../lib/wire.ts";
import { usePerformanceTypes } from "./shows.tsx";
import { useHalls } from "./venues.tsx";

export function ShowPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    types = usePerformanceTypes(),
    [approving, setApproving] = useState(false);
  const {
    data: show,
    error,
    reload,
    set,
  } = useLoad<Show>(`show ${props.id}`, (http, signal) => http.get(`/api/v1/shows/${props.id}`, {}, signal));
  if (show === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  const approval = show.approvals?.at(-1),
    approve = can("show.approve") ? () => setApproving(true) : undefined;
  return (
    <>
      <PageHead
        back={{ to: "/shows", label: text("manage.shows") }}
        title={lang === "en" && show.titleEn !== "" ? show.titleEn : show.title}
        tags={<Chip tone={SHOW_TONE[show.state] ?? "quiet"}>{text(`m.show-${show.state}`)}</Chip>}
        lead={[
          types.get(show.performanceType)?.[lang] ?? show.performanceType,
          show.organiser,
          text("m.minutes-n", { n: show.minutes }),
        ].join(" · ")}
        actions={
          <>
            {can("sales.read") && (
              <Link to={`/shows/${show.id}/packages`} className="button">
                {text("ms.packages")}
              </Link>
            )}
            {can("show.manage") && (
              <>
                <Link to={`/shows/${show.id}/edit`} className="button">
                  {text("m.edit")}
                </Link>
                {approval !== undefined && (
                  <Link to={`/shows/${show.id}/sessions/new`} className="button main">
                    {text("m.session-new")}
                  </Link>
                )}
              </>
            )}
          </>
        }
      />
      <div className="split">
        <div className="stack">
          {approval === undefined && (
            <div className="note warning">
              <div className="body">
                <strong>{text("m.approval-first")}</strong>
                <p>{text("m.approval-first-lead")}</p>
              </div>
              {approve !== undefined && (
                <button type="button" className="button main" onClick={approve}>
                  {text("m.approval-add")}
                </button>
              )}
            </div>
          )}
          <Card flush title={text("m.sessions")}>
            <SessionList show={show} />
          </Card>
          <Card title={text("m.show-about")}>
            <Facts
              items={[
                [text("m.name-zh"), show.title],
                [text("m.name-en"), show.titleEn],
                [text("m.performers"), show.performers],
                [text("m.notes"), show.notes],
              ]}
            />
            {show.synopsis !== "" && <p className="synopsis">{show.synopsis}</p>}
          </Card>
        </div>
        <Approvals show={show} {...(approve === undefined ? {} : { onAdd: approve })} />
      </div>
      <Modal open={approving} title={text("m.approval-add")} footer={null} onCancel={() => setApproving(false)} destroyOnHidden>
        <ApprovalForm
          show={show}
          onDone={(s) => {
            set(s);
            setApproving(false);
          }}
          onCancel={() => setApproving(false)}
        />
      </Modal>
    </>
  );
}

function SessionList(props: { show: Show }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    { halls } = useHalls(),
    list = usePages<Session>("/api/v1/sessions", { show: props.show.id }),
    now = new Date();
  const columns: readonly Column<Session>[] = [
    { key: "starts", title: text("m.starts"), render: (s) => format.dateTime(s.startsAt, lang, { now }), csv: (s) => s.startsAt },
    {
      key: "hall",
      title: text("m.hall"),
      render: (s) => halls.get(s.hallId)?.hall.name ?? "–",
      csv: (s) => halls.get(s.hallId)?.hall.name ?? s.hallId,
    },
    { key: "audience", title: text("m.audience"), num: true, render: (s) => format.count(s.audience), csv: (s) => s.audience },
    {
      key: "state",
      title: text("m.state"),
      render: (s) => <Chip tone={SESSION_TONE[s.state] ?? "quiet"}>{text(`m.session-${s.state}`)}</Chip>,
      csv: (s) => s.state,
    },
    { key: "code", title: text("m.session-code"), spare: true, render: (s) => <span className="mono">{s.code}</span>, csv: (s) => s.code },
  ];
  const ready = props.show.approvals.length > 0 && can("show.manage");
  return (
    <DataTable
      name="sessions"
      label={text("m.sessions")}
      columns={columns}
      rows={list.rows}
      rowKey={(s) => s.id}
      to={(s) => `/sessions/${s.id}`}
      error={list.error}
      onRetry={list.reload}
      hasMore={list.hasMore}
      more={list.more}
      loading={list.loading}
      empty={
        <Empty
          title={text("m.sessions-none")}
          lead={text(ready ? "m.sessions-none-lead" : "m.sessions-none-approval")}
          action={
            ready ? (
              <Link to={`/shows/${props.show.id}/sessions/new`} className="button">
                {text("m.session-new")}
              </Link>
            ) : undefined
          }
        />
      }
    />
  );
}

function Approvals(props: { show: Show; onAdd?: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    newest = props.show.approvals.at(-1),
    older = props.show.approvals.slice(0, -1).reverse();
  return (
    <Card
      title={text("m.approval")}
      actions={
        props.onAdd !== undefined && newest !== undefined ? (
          <button type="button" className="button small" onClick={props.onAdd}>
            {text("m.approval-renew")}
          </button>
        ) : undefined
      }
    >
      {newest === undefined ? (
        <p className="quiet">{text("m.approval-none")}</p>
      ) : (
        <>
          <Facts
            columns={1}
            items={[
              [text("m.approval-number"), newest.number],
              [text("m.authority"), newest.authority],
              [text("m.approved-audience"), text("m.persons", { n: format.count(newest.audience) })],
              [text("m.validity"), `${newest.validFrom} – ${newest.validTo}`],
              ...(newest.note === "" ? [] : [[text("m.notes"), newest.note] as const]),
            ]}
          />
          {older.length > 0 && (
            <details className="findings">
              <summary>{text("m.approval-older", { n: older.length })}</summary>
              <ul>
                {older.map((a) => (
                  <li key={a.version}>
                    {a.number} · {text("m.persons", { n: format.count(a.audience) })} ·{" "}
                    {format.date(a.createdAt, lang, { now: new Date() })}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </Card>
  );
}

interface ApprovalValues {
  number: string;
  authority: string;
  audience: number;
  validFrom: string;
  validTo: string;
  note?: string;
}

function ApprovalForm(props: { show: Show; onDone: (s: Show) => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    last = props.show.approvals.at(-1);
  const draft = useDraftForm<ApprovalValues>(
    `approval.${props.show.id}`,
    last === undefined ? {} : { authority: last.authority, audience: last.audience, validFrom: last.validFrom, validTo: last.validTo },
    async (v) => {
      const done = await http.send<Show>("POST", `/api/v1/shows/${props.show.id}/approvals`, v);
      toast("success", text("m.approval-saved"));
      props.onDone(done);
    },
  );
  const need = { required: true, message: text("m.required") };
  return (
    <DraftFormView draft={draft} submit={text("m.approval-save")} onCancel={props.onCancel}>
      <Form.Item
        name="number"
        label={text("m.approval-number")}
        rules={[need, { min: 4, max: 60, message: text("m.approval-number-form") }]}
      >
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="authority" label={text("m.authority")} rules={[{ ...need, whitespace: true }]}>
        <Input maxLength={100} placeholder={text("m.authority-hint")} />
      </Form.Item>
      <Form.Item
        name="audience"
        label={text("m.approved-audience")}
        extra={text("m.approved-audience-hint")}
        rules={[need, { type: "integer", min: 1, max: 200_000, message: text("m.audience-form") }]}
      >
        <InputNumber controls={false} suffix={text("m.persons-unit")} />
      </Form.Item>
      <div className="two">
        <Form.Item name="validFrom" label={text("m.valid-from")} rules={[need]} {...asDay}>
          <DatePicker />
        </Form.Item>
        <Form.Item
          name="validTo"
          label={text("m.valid-to")}
          dependencies={["validFrom"]}
          rules={[
            need,
            ({ getFieldValue }) => ({
              validator: (_, v) =>
                typeof v !== "string" || v >= (getFieldValue("validFrom") ?? "")
                  ? Promise.resolve()
                  : Promise.reject(new Error(text("m.valid-order"))),
            }),
          ]}
          {...asDay}
        >
          <DatePicker />
        </Form.Item>
      </div>
      <Form.Item name="note" label={text("m.notes")}>
        <Input maxLength={500} />
      </Form.Item>
    </DraftFormView>
  );
}
