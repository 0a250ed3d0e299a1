import { toast, useT } from "@parterre/ui";
import { Form, Input } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { DraftFormView, useDraftForm } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { Card } from "../lib/parts.tsx";
import "./pin-messages.ts";

interface Values {
  password: string;
  pin: string;
}

/** Own PIN, by which one signs where a colleague is signed in. */
export function PinCard(): ReactNode {
  const text = useT(),
    http = useHttp(),
    [set, setSet] = useState<boolean | null>(null);
  useEffect(() => {
    http.get<{ set: boolean }>("/api/v1/auth/pin").then(
      (r) => setSet(r.set),
      () => setSet(null),
    );
  }, []);
  const draft = useDraftForm<Values>(
    "pin",
    {},
    async (v) => {
      const r = await http.send<{ set: boolean }>("PUT", "/api/v1/auth/pin", { password: v.password, pin: v.pin ?? "" });
      setSet(r.set);
      toast("success", text(r.set ? "m.pin-saved" : "m.pin-dropped"));
    },
    ["password", "pin"],
  );
  return (
    <Card title={text("m.pin-title")}>
      <p>{text("m.pin-lead")}</p>
      {set !== null && <p role="status">{text(set ? "m.pin-set" : "m.pin-none")}</p>}
      <DraftFormView draft={draft} submit={text("m.pin-save")}>
        <Form.Item name="password" label={text("m.pin-password")} rules={[{ required: true, message: text("m.required") }]}>
          <Input.Password autoComplete="current-password" maxLength={128} />
        </Form.Item>
        <Form.Item name="pin" label={text("m.pin-new")} rules={[{ pattern: /^([0-9]{6})?$/, message: text("m.pin-form") }]}>
          <Input.Password autoComplete="new-password" inputMode="numeric" maxLength={6} />
        </Form.Item>
      </DraftFormView>
    </Card>
  );
}
