/** The price program in force and its proposals that wait for a person. */
import { format, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Select } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip } from "../lib/parts.tsx";
import type { TicketMap } from "../lib/wire.ts";
import type { PriceState, ProgramInfo, Proposal } from "./program.ts";
import { ProposalTable } from "./proposal.tsx";

/** What is in force, and proposals that wait for a person. */
export function Running(props: { map: TicketMap; state: PriceState; versions: readonly ProgramInfo[]; onChange: () => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    lang = useLanguage(),
    { can } = useMe(),
    at = `/api/v1/maps/${props.map.id}`,
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const [version, setVersion] = useState(props.state.program || (props.versions[0]?.version ?? 0)),
    [mode, setMode] = useState(props.state.mode);
  const proposals = useLoad(
    `proposals ${props.map.id}`,
    (h, s) => h.get<{ items: readonly Proposal[] | null }>(`${at}/price-proposals`, {}, s),
    10_000,
  );
  const open = proposals.data?.items?.find((p) => p.state === "open"),
    on = props.state.program > 0;
  const run = async (work: () => Promise<unknown>, done?: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      if (done !== undefined) toast("success", text(done as "m.saved"));
      proposals.reload();
      props.onChange();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const put = (v: number): Promise<void> =>
    run(() =>
      http.send(
        "PUT",
        `${at}/price-state`,
        { version: v, mode },
        { intent: `price-state ${props.map.id} ${v} ${mode} ${props.state.activatedAt}` },
      ),
    );
  return (
    <Card
      title={
        <>
          {text("m.prices-now")}{" "}
          <Chip tone={on ? "success" : "quiet"}>
            {on ? text(props.state.mode === "automatic" ? "m.mode-automatic" : "m.mode-manual") : text("m.mode-off")}
          </Chip>
        </>
      }
      actions={
        can("price.manage") && props.versions.length > 0 ? (
          <>
            <Select
              aria-label={text("m.program-version")}
              value={version}
              onChange={setVersion}
              options={props.versions.map((v) => ({ value: v.version, label: `${text("m.version-n", { n: v.version })} ${v.name}` }))}
              style={{ minWidth: 200 }}
            />
            <Select
              aria-label={text("m.mode")}
              value={mode}
              onChange={setMode}
              options={[
                { value: "manual", label: text("m.mode-manual") },
                { value: "automatic", label: text("m.mode-automatic") },
              ]}
            />
            <button
              type="button"
              className="button main"
              disabled={busy || (on && version === props.state.program && mode === props.state.mode)}
              onClick={() => void put(version)}
            >
              {text("m.activate")}
            </button>
            {on && (
              <button type="button" className="button" disabled={busy} onClick={() => void put(0)}>
                {text("m.deactivate")}
              </button>
            )}
            {on && (
              <button
                type="button"
                className="button"
                disabled={busy}
                onClick={() =>
                  void run(() => http.send("POST", `${at}/price-proposals`, undefined, { intent: `propose ${props.map.id} ${Date.now()}` }))
                }
              >
                {text("m.propose")}
              </button>
            )}
          </>
        ) : undefined
      }
    >
      {problem !== null && <ProblemNote error={problem} />}
      {open === undefined ? (
        <p className="quiet">{text(on ? "m.proposal-none" : "m.mode-off-lead")}</p>
      ) : (
        <div className="stack tight">
          <p>{text("m.proposal-of", { at: format.dateTime(open.createdAt, lang) })}</p>
          <ProposalTable map={props.map} proposal={open} />
          {can("price.manage") && (
            <div className="row">
              <button
                type="button"
                className="button main"
                disabled={busy}
                onClick={() => void run(() => http.send("POST", `/api/v1/price-proposals/${open.id}/confirm`), "m.saved")}
              >
                {text("m.confirm-prices")}
              </button>
              <button
                type="button"
                className="button"
                disabled={busy}
                onClick={() => void run(() => http.send("POST", `/api/v1/price-proposals/${open.id}/reject`))}
              >
                {text("m.reject-prices")}
              </button>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}
