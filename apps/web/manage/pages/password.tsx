import { navigate, toast, useT } from "@parterre/ui";
import { Form, Input } from "antd";
import type { ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useMe } from "../lib/me.tsx";
import { Card, PageHead } from "../lib/parts.tsx";
import { PinCard } from "./pin.tsx";

interface Values {
  old: string;
  new: string;
  again: string;
}

/** Own password; the first one must be changed before anything else. */
export function PasswordPage(props: { first?: boolean }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { reload } = useMe();
  const draft = useDraftForm<Values>(
    "password",
    {},
    async (v) => {
      await http.send("POST", "/api/v1/auth/password", { old: v.old, new: v.new });
      toast("success", text("m.password-changed"));
      reload();
      navigate("/");
    },
    ["old", "new", "again"],
  );
  return (
    <>
      <PageHead title={text("m.password-title")} lead={text(props.first === true ? "m.password-first" : "m.password-lead")} />
      <div className="stack">
        <Card>
          <DraftFormView draft={draft} submit={text("m.password-change")}>
            <Form.Item name="old" label={text("m.password-old")} rules={[{ required: true, message: text("m.required") }]}>
              <Input.Password autoComplete="current-password" maxLength={128} />
            </Form.Item>
            <Form.Item
              name="new"
              label={text("m.password-new")}
              rules={[
                { required: true, message: text("m.required") },
                { min: 8, message: text("m.password-short") },
              ]}
            >
              <Input.Password autoComplete="new-password" maxLength={128} />
            </Form.Item>
            <Form.Item
              name="again"
              label={text("m.password-again")}
              dependencies={["new"]}
              rules={[
                { required: true, message: text("m.required") },
                ({ getFieldValue }) => ({
                  validator: (_, v) =>
                    v === getFieldValue("new") ? Promise.resolve() : Promise.reject(new Error(text("m.password-differs"))),
                }),
              ]}
            >
              <Input.Password autoComplete="new-password" maxLength={128} />
            </Form.Item>
          </DraftFormView>
        </Card>
        {props.first !== true && <PinCard />}
      </div>
    </>
  );
}
