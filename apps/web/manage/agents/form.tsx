import { useT } from "@parterre/ui";
import { Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import "./messages.ts";
import type { Agent, Allotment } from "./wire.ts";

export interface AgentFields {
  name: string;
  rate: number;
  burst: number;
  pool: string;
}

export function AgentForm(props: {
  agent?: Agent;
  pools: readonly Allotment[];
  send: (v: AgentFields) => Promise<void>;
  onClose?: () => void;
}): ReactNode {
  const text = useT(),
    { agent } = props,
    known = new Map(props.pools.map((p) => [p.pool, p.name]));
  if (agent !== undefined && agent.pool !== "" && !known.has(agent.pool)) known.set(agent.pool, agent.pool);
  const draft = useDraftForm<AgentFields>(
    agent === undefined ? "agent" : `agent ${agent.id} ${agent.version}`,
    { name: agent?.name ?? "", rate: agent?.rate ?? 20, burst: agent?.burst ?? 40, pool: agent?.pool ?? "" },
    (v) => props.send({ ...v, name: v.name.trim() }),
  );
  const whole = (max: number): object => ({ type: "integer", min: 1, max, message: text("m.range", { min: 1, max }) });
  return (
    <DraftFormView
      draft={draft}
      submit={text(agent === undefined ? "a.add" : "action.save")}
      {...(props.onClose === undefined ? {} : { onCancel: props.onClose })}
    >
      <Form.Item
        name="name"
        label={text("a.name")}
        extra={text("a.name-hint")}
        rules={[{ required: true, whitespace: true, message: text("m.required") }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      <div className="two">
        <Form.Item name="rate" label={text("a.rate")} rules={[{ required: true, message: text("m.required") }, whole(1000)]}>
          <InputNumber controls={false} />
        </Form.Item>
        <Form.Item name="burst" label={text("a.burst")} rules={[{ required: true, message: text("m.required") }, whole(10_000)]}>
          <InputNumber controls={false} />
        </Form.Item>
      </div>
      <Form.Item name="pool" label={text("a.pool")} extra={text("a.pool-hint")}>
        <Select options={[{ value: "", label: text("a.pool-none") }, ...[...known].map(([value, label]) => ({ value, label }))]} />
      </Form.Item>
    </DraftFormView>
  );
}
