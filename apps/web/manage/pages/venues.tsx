import { ErrorState, format, Link, Loading, toast, useLanguage, useT } from "@parterre/ui";
import { Form, Input, Modal } from "antd";
import { useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, DataTable, Empty, Facts, PageHead, type Column } from "../lib/parts.tsx";
import type { Hall, Venue } from "../lib/wire.ts";

export function VenuesPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    list = usePages<Venue>("/api/v1/venues"),
    [adding, setAdding] = useState(false);
  const columns: readonly Column<Venue>[] = [
    { key: "name", title: text("m.venue"), render: (v) => (lang === "en" && v.nameEn !== "" ? v.nameEn : v.name), csv: (v) => v.name },
    { key: "code", title: text("m.venue-code"), render: (v) => <span className="mono">{v.code}</span>, csv: (v) => v.code },
    { key: "halls", title: text("m.halls"), num: true, render: (v) => v.halls.length, csv: (v) => v.halls.length },
    { key: "address", title: text("m.address"), render: (v) => v.address, csv: (v) => v.address },
    { key: "zone", title: text("m.time-zone"), render: (v) => v.zone, csv: (v) => v.zone, spare: true },
  ];
  const add = can("venue.manage") ? (
    <button type="button" className="button main" onClick={() => setAdding(true)}>
      {text("m.venue-add")}
    </button>
  ) : undefined;
  return (
    <>
      <PageHead title={text("manage.venues")} lead={text("m.venues-lead")} actions={add} />
      <Card flush>
        <DataTable
          name="venues"
          label={text("manage.venues")}
          columns={columns}
          rows={list.rows}
          rowKey={(v) => v.id}
          to={(v) => `/venues/${v.id}`}
          error={list.error}
          onRetry={list.reload}
          hasMore={list.hasMore}
          more={list.more}
          loading={list.loading}
          empty={<Empty title={text("m.venues-none")} lead={text("m.venues-none-lead")} action={add} />}
        />
      </Card>
      <Modal open={adding} title={text("m.venue-add")} footer={null} onCancel={() => setAdding(false)} destroyOnHidden>
        <VenueForm
          onDone={() => {
            setAdding(false);
            list.reload();
          }}
          onCancel={() => setAdding(false)}
        />
      </Modal>
    </>
  );
}

interface VenueValues {
  code: string;
  name: string;
  nameEn?: string;
  address?: string;
}

function VenueForm(props: { venue?: Venue; onDone: (v: Venue) => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    v = props.venue;
  const draft = useDraftForm<VenueValues>(
    v === undefined ? "venue" : `venue.${v.id}`,
    v === undefined ? {} : { code: v.code, name: v.name, nameEn: v.nameEn, address: v.address },
    async (values) => {
      const done =
        v === undefined
          ? await http.send<Venue>("POST", "/api/v1/venues", values)
          : await http.send<Venue>("PATCH", `/api/v1/venues/${v.id}`, {
              version: v.version,
              name: values.name,
              nameEn: values.nameEn ?? "",
              address: values.address ?? "",
            });
      toast("success", text("m.saved"));
      props.onDone(done);
    },
  );
  return (
    <DraftFormView draft={draft} submit={text(v === undefined ? "m.venue-add" : "action.save")} onCancel={props.onCancel}>
      <Form.Item
        name="code"
        label={text("m.venue-code")}
        extra={text("m.venue-code-hint")}
        rules={[
          { required: true, message: text("m.required") },
          { pattern: /^\d{11}$/, message: text("m.venue-code-form") },
        ]}
      >
        <Input inputMode="numeric" maxLength={11} disabled={v !== undefined} />
      </Form.Item>
      <Form.Item name="name" label={text("m.name-zh")} rules={[{ required: true, whitespace: true, message: text("m.required") }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="nameEn" label={text("m.name-en")}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="address" label={text("m.address")}>
        <Input maxLength={200} />
      </Form.Item>
    </DraftFormView>
  );
}

export function VenuePage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    [open, setOpen] = useState<"edit" | "hall" | null>(null);
  const {
    data: v,
    error,
    reload,
    set,
  } = useLoad<Venue>(`venue ${props.id}`, (http, signal) => http.get(`/api/v1/venues/${props.id}`, {}, signal));
  if (v === null) return error === null ? <Loading /> : <ErrorState error={error} onRetry={reload} />;
  const manage = can("venue.manage");
  return (
    <>
      <PageHead
        back={{ to: "/venues", label: text("manage.venues") }}
        title={lang === "en" && v.nameEn !== "" ? v.nameEn : v.name}
        actions={
          manage ? (
            <>
              <button type="button" className="button" onClick={() => setOpen("edit")}>
                {text("m.edit")}
              </button>
              <button type="button" className="button main" onClick={() => setOpen("hall")}>
                {text("m.hall-add")}
              </button>
            </>
          ) : undefined
        }
      />
      <div className="stack">
        <Card>
          <Facts
            items={[
              [
                text("m.venue-code"),
                <span key="c" className="mono">
                  {v.code}
                </span>,
              ],
              [text("m.name-zh"), v.name],
              [text("m.name-en"), v.nameEn],
              [text("m.address"), v.address],
              [text("m.time-zone"), v.zone],
              [text("m.since"), format.date(v.createdAt, lang, { now: new Date() })],
            ]}
          />
        </Card>
        <Card flush title={text("m.halls")}>
          <Halls venue={v} {...(manage ? { onAdd: () => setOpen("hall") } : {})} />
        </Card>
      </div>
      <Modal open={open === "edit"} title={text("m.edit")} footer={null} onCancel={() => setOpen(null)} destroyOnHidden>
        <VenueForm
          venue={v}
          onDone={(next) => {
            set(next);
            setOpen(null);
          }}
          onCancel={() => setOpen(null)}
        />
      </Modal>
      <Modal open={open === "hall"} title={text("m.hall-add")} footer={null} onCancel={() => setOpen(null)} destroyOnHidden>
        <HallForm
          venue={v.id}
          onDone={() => {
            setOpen(null);
            reload();
          }}
          onCancel={() => setOpen(null)}
        />
      </Modal>
    </>
  );
}

function Halls(props: { venue: Venue; onAdd?: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  const columns: readonly Column<Hall>[] = [
    { key: "name", title: text("m.hall"), render: (h) => h.name, csv: (h) => h.name },
    { key: "code", title: text("m.hall-code"), render: (h) => <span className="mono">{h.code}</span>, csv: (h) => h.code },
    { key: "since", title: text("m.since"), render: (h) => format.date(h.createdAt, lang, { now: new Date() }), csv: (h) => h.createdAt },
  ];
  return (
    <DataTable
      name="halls"
      label={text("m.halls")}
      columns={columns}
      rows={props.venue.halls}
      rowKey={(h) => h.id}
      to={(h) => `/venues/${props.venue.id}/halls/${h.id}`}
      empty={
        <Empty
          title={text("m.halls-none")}
          lead={text("m.halls-none-lead")}
          action={
            props.onAdd === undefined ? undefined : (
              <button type="button" className="button" onClick={props.onAdd}>
                {text("m.hall-add")}
              </button>
            )
          }
        />
      }
    />
  );
}

function HallForm(props: { venue: string; onDone: () => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    http = useHttp();
  const draft = useDraftForm<{ name: string }>(`hall.${props.venue}`, {}, async (v) => {
    await http.send("POST", `/api/v1/venues/${props.venue}/halls`, v);
    toast("success", text("m.hall-added"));
    props.onDone();
  });
  return (
    <DraftFormView draft={draft} submit={text("m.hall-add")} onCancel={props.onCancel}>
      <Form.Item
        name="name"
        label={text("m.hall-name")}
        extra={text("m.hall-name-hint")}
        rules={[{ required: true, whitespace: true, message: text("m.required") }]}
      >
        <Input maxLength={100} />
      </Form.Item>
    </DraftFormView>
  );
}

/** A hall with its venue, for places that only know the hall. */
export function useHalls(): { halls: ReadonlyMap<string, { hall: Hall; venue: Venue }>; ready: boolean } {
  const { data } = useLoad<readonly Venue[]>("all-venues", async (http, signal) => {
    const out: Venue[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const page: { items: readonly Venue[]; next?: string } = await http.get("/api/v1/venues", { cursor, size: 200 }, signal);
      out.push(...page.items);
      cursor = page.next === "" ? undefined : page.next;
    }
    return out;
  });
  return {
    ready: data !== null,
    halls: new Map((data ?? []).flatMap((venue) => venue.halls.map((hall) => [hall.id, { hall, venue }] as const))),
  };
}
export const HallLink = (props: { at: { hall: Hall; venue: Venue } | undefined }): ReactNode =>
  props.at === undefined ? (
    "–"
  ) : (
    <Link to={`/venues/${props.at.venue.id}/halls/${props.at.hall.id}`}>
      {props.at.venue.name} · {props.at.hall.name}
    </Link>
  );
