import { ErrorState, format, Loading, navigate, toast, useLanguage, useT } from "@parterre/ui";
import { Checkbox, DatePicker, Form, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { asDayjs, atVenue, DraftFormView, toWall, useDraftForm } from "../lib/form.tsx";
import { useHttp, type Page } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { Card, PageHead } from "../lib/parts.tsx";
import type { PlanInfo, RefundTier, Rules, Session, Show, TicketMap } from "../lib/wire.ts";
import { useHalls } from "./venues.tsx";

interface Values {
  hallId: string;
  planId: string;
  startsAt: string;
  doorsAt: string;
  audience: number;
  perOrder: boolean;
  perTicket: boolean;
  atEntry: boolean;
  maxTickets: number;
  holdMinutes: number;
  bindBeforeHours: number;
  refunds: { hoursBefore: number; fee: number }[];
}

const toTiers = (list: readonly RefundTier[]): Values["refunds"] =>
  list.map((t) => ({ hoursBefore: t.hoursBefore, fee: t.feePerMille / 10 }));
const shift = (wall: string, minutes: number): string =>
  toWall(new Date(new Date(atVenue(wall)).getTime() + minutes * 60_000).toISOString());

/** The last session of the show stands as a template: hall, plan and rules, a week later at the same hour. */
function fromLast(last: Session | undefined, show: Show): Partial<Values> {
  const audience = show.approvals.at(-1)?.audience ?? 0;
  if (last === undefined)
    return {
      audience,
      perOrder: false,
      perTicket: true,
      atEntry: true,
      maxTickets: 6,
      holdMinutes: 15,
      bindBeforeHours: 24,
      refunds: [
        { hoursBefore: 168, fee: 0 },
        { hoursBefore: 48, fee: 20 },
        { hoursBefore: 24, fee: 50 },
      ],
    };
  const starts = shift(toWall(last.startsAt), 24 * 60),
    lead = (new Date(last.startsAt).getTime() - new Date(last.doorsAt).getTime()) / 60_000,
    r = last.rules;
  return {
    hallId: last.hallId,
    planId: last.planId,
    startsAt: starts,
    doorsAt: shift(starts, -lead),
    audience: Math.min(last.audience, audience),
    perOrder: r.realName.perOrder,
    perTicket: r.realName.perTicket,
    atEntry: r.realName.atEntry,
    maxTickets: r.maxTickets,
    holdMinutes: r.holdMinutes,
    bindBeforeHours: r.bindBeforeHours,
    refunds: toTiers(r.refunds ?? []),
  };
}

export function SessionFormPage(props: { show: string }): ReactNode {
  const { data, error, reload } = useLoad(`session-form ${props.show}`, async (http, signal) => {
    const [show, sessions] = await Promise.all([
      http.get<Show>(`/api/v1/shows/${props.show}`, {}, signal),
      http.get<Page<Session>>("/api/v1/sessions", { show: props.show, size: 200 }, signal),
    ]);
    return { show, last: sessions.items.filter((s) => s.state !== "cancelled").at(-1) };
  });
  if (data === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  return <SessionForm show={data.show} last={data.last} />;
}

function SessionForm(props: { show: Show; last: Session | undefined }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { halls } = useHalls(),
    { show, last } = props,
    approval = show.approvals.at(-1);
  const draft = useDraftForm<Values>(`session.${show.id}`, fromLast(last, show), async (v) => {
    const rules: Rules = {
      realName: { perOrder: v.perOrder, perTicket: v.perTicket, atEntry: v.atEntry },
      maxTickets: v.maxTickets,
      holdMinutes: v.holdMinutes,
      bindBeforeHours: v.bindBeforeHours,
      refunds: (v.refunds ?? []).map((t) => ({ hoursBefore: t.hoursBefore, feePerMille: Math.round(t.fee * 10) })),
    };
    const made = await http.send<Session>("POST", `/api/v1/shows/${show.id}/sessions`, {
      hallId: v.hallId,
      planId: v.planId,
      startsAt: atVenue(v.startsAt),
      doorsAt: atVenue(v.doorsAt),
      audience: v.audience,
      rules,
    });
    // The ticket map follows at once: the last session's zones and prices on the same plan, or the plan's own categories.
    try {
      await http.send<TicketMap>("POST", `/api/v1/plans/${v.planId}/maps`, {
        name: `${show.title} ${v.startsAt.replace("T", " ")}`.slice(0, 100),
        sessionId: made.id,
        approved: v.audience,
        ...(last !== undefined && last.planId === v.planId && !/^0{8}/.test(last.mapId) && last.mapId !== "" ? { from: last.mapId } : {}),
      });
      toast("success", text("m.session-made"));
    } catch {
      toast("warning", text("m.session-made-no-map"));
    }
    navigate(`/sessions/${made.id}`);
  });
  const hall = Form.useWatch("hallId", draft.form) ?? draft.initial.hallId;
  const need = { required: true, message: text("m.required") };
  return (
    <>
      <PageHead
        back={{ to: `/shows/${show.id}`, label: show.title }}
        title={text("m.session-new")}
        lead={text(last === undefined ? "m.session-new-lead" : "m.session-from-last")}
      />
      <Card>
        <DraftFormView draft={draft} submit={text("m.session-make")} onCancel={() => navigate(`/shows/${show.id}`)}>
          <h2>{text("m.session-where")}</h2>
          <div className="two">
            <Form.Item name="hallId" label={text("m.hall")} rules={[need]}>
              <Select
                placeholder={text("m.hall-choose")}
                options={[...halls.values()].map((h) => ({ value: h.hall.id, label: `${h.venue.name} · ${h.hall.name}` }))}
                onChange={() => draft.form.setFieldValue("planId", undefined)}
              />
            </Form.Item>
            <Form.Item name="planId" label={text("m.plan")} rules={[need]}>
              <PlanSelect
                hall={hall}
                onFound={(id) => {
                  if (draft.form.getFieldValue("planId") === undefined) draft.form.setFieldValue("planId", id);
                }}
              />
            </Form.Item>
          </div>
          <div className="three">
            <Form.Item name="startsAt" label={text("m.starts")} rules={[need]} {...asDayjs}>
              <DatePicker
                showTime={{ format: "HH:mm", minuteStep: 5 }}
                format="YYYY-MM-DD HH:mm"
                needConfirm={false}
                onChange={(_, s) => {
                  if (typeof s === "string" && s !== "" && !draft.form.isFieldTouched("doorsAt"))
                    draft.form.setFieldValue("doorsAt", shift(s.replace(" ", "T"), -60));
                }}
              />
            </Form.Item>
            <Form.Item
              name="doorsAt"
              label={text("m.doors")}
              dependencies={["startsAt"]}
              rules={[
                need,
                ({ getFieldValue }) => ({
                  validator: (_, v) =>
                    typeof v !== "string" || v <= (getFieldValue("startsAt") ?? v)
                      ? Promise.resolve()
                      : Promise.reject(new Error(text("m.doors-order"))),
                }),
              ]}
              {...asDayjs}
            >
              <DatePicker showTime={{ format: "HH:mm", minuteStep: 5 }} format="YYYY-MM-DD HH:mm" needConfirm={false} />
            </Form.Item>
            <Form.Item
              name="audience"
              label={text("m.audience")}
              extra={text("m.audience-hint", { n: format.count(approval?.audience ?? 0) })}
              rules={[
                need,
                {
                  type: "integer",
                  min: 1,
                  max: approval?.audience ?? 200_000,
                  message: text("m.audience-over", { n: format.count(approval?.audience ?? 0) }),
                },
              ]}
            >
              <InputNumber controls={false} suffix={text("m.persons-unit")} />
            </Form.Item>
          </div>
          <h2>{text("m.session-rules")}</h2>
          <div className="checks" role="group" aria-label={text("m.real-name")}>
            {(["perTicket", "perOrder", "atEntry"] as const).map((k) => (
              <Form.Item key={k} name={k} valuePropName="checked">
                <Checkbox>{text(`m.real-${k}`)}</Checkbox>
              </Form.Item>
            ))}
          </div>
          <div className="three">
            <Form.Item
              name="maxTickets"
              label={text("m.max-tickets")}
              rules={[need, { type: "integer", min: 1, max: 100, message: text("m.range", { min: 1, max: 100 }) }]}
            >
              <InputNumber controls={false} suffix={text("m.tickets-unit")} />
            </Form.Item>
            <Form.Item
              name="holdMinutes"
              label={text("m.hold-minutes")}
              rules={[need, { type: "integer", min: 1, max: 60, message: text("m.range", { min: 1, max: 60 }) }]}
            >
              <InputNumber controls={false} suffix={text("m.minutes-unit")} />
            </Form.Item>
            <Form.Item
              name="bindBeforeHours"
              label={text("m.bind-before")}
              rules={[need, { type: "integer", min: 0, max: 168, message: text("m.range", { min: 0, max: 168 }) }]}
            >
              <InputNumber controls={false} suffix={text("m.hours-unit")} />
            </Form.Item>
          </div>
          <h2>{text("m.refund-tiers")}</h2>
          <RefundTiers />
        </DraftFormView>
      </Card>
    </>
  );
}

/** Published versions of a hall's plan; the newest is taken by itself. */
function PlanSelect(props: {
  hall: string | undefined;
  value?: string;
  onChange?: (id: string) => void;
  onFound: (id: string) => void;
  id?: string;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { hall, onFound } = props;
  const { data, loading } = useLoad(hall === undefined ? null : `published ${hall}`, async (http, signal) => {
    const list = ((await http.get<{ items: readonly PlanInfo[] | null }>(`/api/v1/halls/${hall}/plans`, {}, signal)).items ?? []).filter(
      (p) => p.state === "published",
    );
    if (list[0] !== undefined) onFound(list[0].id);
    return list;
  });
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      value={props.value ?? null}
      {...(props.onChange === undefined ? {} : { onChange: props.onChange })}
      loading={loading && hall !== undefined}
      disabled={hall === undefined}
      placeholder={text(hall === undefined ? "m.plan-hall-first" : data?.length === 0 ? "m.plan-none-published" : "m.plan-choose")}
      options={(data ?? []).map((p) => ({
        value: p.id,
        label: `${text("m.plan-version", { n: p.number })} · ${text("m.places", { n: format.count(p.places) })} · ${format.date(p.publishedAt ?? p.changedAt, lang, { now: new Date() })}`,
      }))}
    />
  );
}

function RefundTiers(): ReactNode {
  const text = useT();
  return (
    <Form.List name="refunds">
      {(fields, { add, remove }) => (
        <div className="tiers">
          {fields.length === 0 && <p className="quiet">{text("m.refund-never")}</p>}
          {fields.map((f) => (
            <div key={f.key} className="tier">
              <Form.Item
                name={[f.name, "hoursBefore"]}
                label={text("m.tier-hours")}
                rules={[
                  { required: true, message: text("m.required") },
                  { type: "integer", min: 0, max: 8760, message: text("m.range", { min: 0, max: 8760 }) },
                ]}
              >
                <InputNumber controls={false} suffix={text("m.hours-unit")} />
              </Form.Item>
              <Form.Item
                name={[f.name, "fee"]}
                label={text("m.tier-fee")}
                rules={[
                  { required: true, message: text("m.required") },
                  { type: "number", min: 0, max: 100, message: text("m.range", { min: 0, max: 100 }) },
                ]}
              >
                <InputNumber controls={false} precision={1} suffix="%" />
              </Form.Item>
              <button type="button" className="button plain" onClick={() => remove(f.name)}>
                {text("m.remove")}
              </button>
            </div>
          ))}
          {fields.length < 10 && (
            <button type="button" className="button small" onClick={() => add({ hoursBefore: 0, fee: 100 })}>
              {text("m.tier-add")}
            </button>
          )}
          <p className="quiet">{text("m.refund-rule")}</p>
        </div>
      )}
    </Form.List>
  );
}
