import { send, uuidv7 } from "@parterre/api";
import { addMessages, language, ProblemNote, useT } from "@parterre/ui";
import { Input } from "antd";
import { useState, type ReactNode } from "react";
import type { Order } from "../lib/orderwire.ts";
import { en, zh } from "./messages.ts";

addMessages({ zh, en });

/** Finds orders by what a customer says. It is sent in a body and kept nowhere: it may be a name or a document. */
export function OrderFind(props: {
  session: string | null;
  found: readonly Order[] | null;
  onFound: (rows: readonly Order[] | null) => void;
}): ReactNode {
  const text = useT(),
    [typed, setTyped] = useState(""),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const find = async (): Promise<void> => {
    if (typed.trim() === "" || busy) return;
    setBusy(true);
    setError(null);
    try {
      const { items } = await send<{ items: readonly Order[] }>("/api/v1/orders/find", {
        method: "POST",
        body: { text: typed.trim(), ...(props.session === null ? {} : { session: props.session }) },
        key: uuidv7(),
        language: language(),
      });
      setTyped("");
      props.onFound(items);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      role="search"
      className="row"
      style={{ marginBottom: 12, flexWrap: "wrap" }}
      onSubmit={(e) => {
        e.preventDefault();
        void find();
      }}
    >
      <Input
        aria-label={text("mf.label")}
        placeholder={text("mf.label")}
        autoComplete="off"
        value={typed}
        onChange={(e) => setTyped(e.target.value)}
        style={{ maxWidth: 340 }}
      />
      <button className="button" disabled={busy || typed.trim() === ""}>
        {text("mf.go")}
      </button>
      {props.found !== null && (
        <>
          <span role="status">{text("mf.found", { n: props.found.length })}</span>
          <button type="button" className="button plain" onClick={() => props.onFound(null)}>
            {text("mf.clear")}
          </button>
        </>
      )}
      {error !== null && <ProblemNote error={error} />}
    </form>
  );
}
