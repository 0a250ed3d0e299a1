import { ErrorState, Loading, navigate, toast, useLanguage, useT } from "@parterre/ui";
import { Form, Input, InputNumber, Radio, Select } from "antd";
import type { ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { Card, PageHead } from "../lib/parts.tsx";
import type { Show } from "../lib/wire.ts";
import { usePerformanceTypes } from "./shows.tsx";

interface Values {
  kind: string;
  title: string;
  titleEn?: string;
  performanceType: string;
  organiser: string;
  performers?: string;
  synopsis?: string;
  notes?: string;
  minutes: number;
}

export function ShowFormPage(props: { id?: string }): ReactNode {
  const { data, error, reload } = useLoad<Show>(props.id === undefined ? null : `show ${props.id}`, (http, signal) =>
    http.get(`/api/v1/shows/${props.id}`, {}, signal),
  );
  if (props.id !== undefined && data === null)
    return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  return <ShowForm {...(data === null ? {} : { show: data })} />;
}

function ShowForm(props: { show?: Show }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    types = usePerformanceTypes(),
    { show } = props;
  const initial: Partial<Values> =
    show === undefined
      ? { kind: "performance", minutes: 120 }
      : {
          kind: show.kind,
          title: show.title,
          titleEn: show.titleEn,
          performanceType: show.performanceType,
          organiser: show.organiser,
          performers: show.performers,
          synopsis: show.synopsis,
          notes: show.notes,
          minutes: show.minutes,
        };
  const draft = useDraftForm<Values>(show === undefined ? "show" : `show.${show.id}`, initial, async (v) => {
    const done =
      show === undefined
        ? await http.send<Show>("POST", "/api/v1/shows", v)
        : await http.send<Show>("PUT", `/api/v1/shows/${show.id}`, v, { query: { version: show.version } });
    toast("success", text(show === undefined ? "m.show-made" : "m.saved"));
    navigate(`/shows/${done.id}`);
  });
  const need = { required: true, whitespace: true, message: text("m.required") };
  const back = show === undefined ? { to: "/shows", label: text("manage.shows") } : { to: `/shows/${show.id}`, label: show.title };
  return (
    <>
      <PageHead
        back={back}
        title={text(show === undefined ? "m.show-new" : "m.show-edit")}
        lead={show === undefined ? text("m.show-new-lead") : undefined}
      />
      <Card>
        <DraftFormView draft={draft} submit={text(show === undefined ? "m.show-make" : "action.save")} onCancel={() => navigate(back.to)}>
          <Form.Item name="title" label={text("m.name-zh")} rules={[need]}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="titleEn" label={text("m.name-en")}>
            <Input maxLength={200} />
          </Form.Item>
          <div className="two">
            <Form.Item name="kind" label={text("m.kind")} rules={[{ required: true }]}>
              <Radio.Group
                options={[
                  { value: "performance", label: text("m.kind-performance") },
                  { value: "film", label: text("m.kind-film") },
                ]}
              />
            </Form.Item>
            <Form.Item name="performanceType" label={text("m.type")} rules={[{ required: true, message: text("m.required") }]}>
              <Select
                showSearch={{ optionFilterProp: "label" }}
                placeholder={text("m.type-choose")}
                options={[...types].map(([code, e]) => ({ value: code, label: `${code} ${e[lang]}` }))}
              />
            </Form.Item>
          </div>
          <div className="two">
            <Form.Item name="organiser" label={text("m.organiser")} rules={[need]}>
              <Input maxLength={100} />
            </Form.Item>
            <Form.Item
              name="minutes"
              label={text("m.minutes")}
              rules={[
                { required: true, message: text("m.required") },
                { type: "integer", min: 1, max: 1440, message: text("m.minutes-form") },
              ]}
            >
              <InputNumber suffix={text("m.minutes-unit")} controls={false} />
            </Form.Item>
          </div>
          <Form.Item name="performers" label={text("m.performers")} extra={text("m.performers-hint")}>
            <Input maxLength={500} />
          </Form.Item>
          <Form.Item name="synopsis" label={text("m.synopsis")}>
            <Input.TextArea rows={4} maxLength={4000} showCount />
          </Form.Item>
          <Form.Item name="notes" label={text("m.notes")} extra={text("m.notes-hint")}>
            <Input.TextArea rows={2} maxLength={2000} />
          </Form.Item>
        </DraftFormView>
      </Card>
    </>
  );
}
