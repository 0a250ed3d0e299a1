/** The page of discounts: the rules, the groups they stand in, and the dialogs that change them. */
import { format, useLanguage, useT } from "@parterre/ui";
import { Modal } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, type Column } from "../lib/parts.tsx";
import { GroupForm, RuleForm } from "./discountform.tsx";
import { named, useDiscounts, type Discounts, type Group, type Rule } from "./discountrules.ts";
import { OffersNav } from "./nav.tsx";

export function DiscountsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    all = useDiscounts(),
    [editing, setEditing] = useState<Rule | "new" | null>(null),
    [group, setGroup] = useState<Group | "new" | null>(null),
    edit = can("price.manage");
  const toggle = async (r: Rule): Promise<void> => {
    const { spent: _s, orders: _o, ...body } = r;
    all.set(await http.send<Discounts>("PUT", `/api/v1/discounts/${r.id}`, { ...body, active: !r.active }));
  };
  const price = (f: number | undefined): string => format.price(f ?? 0, (f ?? 0) % 100 === 0 ? "whole" : "full");
  const what = (r: Rule): string =>
    `${text(`x.${r.per}`)}${r.per === "set" ? ` (${r.set ?? 0})` : ""} ${r.effect === "percent" ? text("x.percent-text", { p: (r.permille ?? 0) / 10 }) : text(r.effect === "amount" ? "x.amount-text" : "x.fixed-text", { price: price(r.amount) })}`;
  const columns: readonly Column<Rule>[] = [
    {
      key: "name",
      title: text("x.rule"),
      render: (r) => (
        <>
          {named(lang, r)}
          {r.code === true && (
            <>
              {" "}
              <Chip tone="info">{text("x.code")}</Chip>
            </>
          )}
        </>
      ),
      csv: (r) => r.name,
    },
    { key: "what", title: text("x.what"), render: what, csv: what },
    { key: "group", title: text("x.group"), render: (r) => <span className="mono">{r.group}</span>, csv: (r) => r.group },
    {
      key: "spent",
      title: text("x.spent"),
      num: true,
      render: (r) => (r.spent === undefined ? "–" : price(r.spent)),
      csv: (r) => (r.spent ?? 0) / 100,
    },
    { key: "orders", title: text("x.orders"), num: true, render: (r) => r.orders ?? "–", csv: (r) => r.orders ?? 0 },
    {
      key: "state",
      title: text("m.state"),
      render: (r) => <Chip tone={r.active ? "success" : "quiet"}>{text(r.active ? "x.state-on" : "x.state-off")}</Chip>,
      csv: (r) => String(r.active),
    },
    ...(edit
      ? [
          {
            key: "act",
            title: text("m.action"),
            render: (r: Rule) => (
              <span className="row">
                <button type="button" className="link" onClick={() => setEditing(r)}>
                  {text("m.edit")}
                </button>
                <button type="button" className="link" onClick={() => void toggle(r)}>
                  {text(r.active ? "x.off" : "x.active")}
                </button>
              </span>
            ),
          },
        ]
      : []),
  ];
  const add = (main: boolean): ReactNode =>
    edit ? (
      <button type="button" className={main ? "button main" : "button"} onClick={() => setEditing("new")}>
        {text("x.new")}
      </button>
    ) : undefined;
  return (
    <>
      <PageHead title={text("o.title")} lead={text("x.lead")} actions={add(true)} />
      <OffersNav />
      <div className="stack">
        <Card flush title={text("x.title")}>
          <DataTable
            name="discounts"
            label={text("x.title")}
            columns={columns}
            rows={all.data?.rules ?? null}
            rowKey={(r) => r.id}
            error={all.error}
            onRetry={all.reload}
            empty={<Empty title={text("x.none")} lead={text("x.none-lead")} action={add(false)} />}
          />
        </Card>
        <GroupsCard all={all} edit={edit} onEdit={setGroup} />
      </div>
      <Modal
        open={editing !== null}
        title={text(editing === "new" ? "x.new" : "x.edit")}
        footer={null}
        onCancel={() => setEditing(null)}
        destroyOnHidden
        width={720}
      >
        {editing !== null && (
          <RuleForm
            of={editing === "new" ? null : editing}
            groups={all.data?.groups ?? []}
            onDone={(d) => {
              all.set(d);
              setEditing(null);
            }}
            onCancel={() => setEditing(null)}
          />
        )}
      </Modal>
      <Modal open={group !== null} title={text("x.group-new")} footer={null} onCancel={() => setGroup(null)} destroyOnHidden>
        {group !== null && (
          <GroupForm
            of={group === "new" ? null : group}
            onDone={(d) => {
              all.set(d);
              setGroup(null);
            }}
            onCancel={() => setGroup(null)}
          />
        )}
      </Modal>
    </>
  );
}

/** The groups that rules stand in, and how the rules of a group go together. */
function GroupsCard(props: { all: ReturnType<typeof useDiscounts>; edit: boolean; onEdit: (g: Group | "new") => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { all, edit } = props;
  const groups: readonly Column<Group>[] = [
    {
      key: "id",
      title: text("x.group"),
      render: (g) => (
        <>
          {named(lang, g)} <span className="mono quiet">{g.id}</span>
        </>
      ),
      csv: (g) => g.id,
    },
    { key: "mode", title: text("x.mode"), render: (g) => text(`x.${g.mode}`), csv: (g) => g.mode },
    { key: "exclusive", title: text("x.exclusive"), render: (g) => text(g.exclusive ? "x.yes" : "x.no"), csv: (g) => String(g.exclusive) },
    { key: "position", title: text("x.position"), num: true, render: (g) => g.position, csv: (g) => g.position },
    ...(edit
      ? [
          {
            key: "act",
            title: text("m.action"),
            render: (g: Group) => (
              <button type="button" className="link" onClick={() => props.onEdit(g)}>
                {text("m.edit")}
              </button>
            ),
          },
        ]
      : []),
  ];
  const addGroup = edit ? (
    <button type="button" className="button small" onClick={() => props.onEdit("new")}>
      {text("x.group-new")}
    </button>
  ) : undefined;
  return (
    <Card flush title={text("x.groups")}>
      <DataTable
        name="discount-groups"
        filters={addGroup}
        label={text("x.groups")}
        columns={groups}
        rows={all.data?.groups ?? null}
        rowKey={(g) => g.id}
        error={all.error}
        onRetry={all.reload}
        empty={<Empty title={text("x.groups-none")} lead={text("x.groups-none-lead")} />}
      />
    </Card>
  );
}
