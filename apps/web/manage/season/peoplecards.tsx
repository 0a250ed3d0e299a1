/** The cards of the page of people: tickets without a person, work passes, complimentary tickets. */
import { format, Link, placeWords, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty } from "../lib/parts.tsx";
import { areaName, type Pass, type Passes, type Ticket, type Unbound } from "./peoplewire.ts";
import "./staff-messages.ts";

/** Tickets that no person is bound to yet. */
export function UnboundCard(props: { u: Unbound; onBind: (t: Ticket) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    { u } = props;
  return (
    <Card flush title={text("mt.unbound")}>
      <DataTable
        name="unbound"
        label={text("mt.unbound")}
        rows={u.tickets}
        rowKey={(t) => `${t.order} ${t.seat}`}
        empty={<Empty title={text(u.needed ? "mt.unbound-none" : "mt.unbound-off")} />}
        columns={[
          {
            key: "order",
            title: text("mt.order"),
            render: (t) => (
              <Link to={`/orders/${t.order}`}>
                <span className="mono">{t.number}</span>
              </Link>
            ),
            csv: (t) => t.number,
          },
          { key: "seat", title: text("mt.seat"), render: (t) => placeWords(t.text, lang), csv: (t) => t.text },
          { key: "channel", title: text("mt.buyer"), render: (t) => text(`m.channel-${t.channel}`), csv: (t) => t.channel },
          {
            key: "reminded",
            title: text("mt.reminded"),
            render: (t) => (t.reminded === undefined ? "–" : format.dateTime(t.reminded, lang)),
            csv: (t) => t.reminded ?? "",
          },
          {
            key: "do",
            title: text("m.action"),
            render: (t) =>
              u.over || !can("sales.sell") ? (
                "–"
              ) : (
                <button type="button" className="button small" onClick={() => props.onBind(t)}>
                  {text("mt.bind")}
                </button>
              ),
          },
        ]}
      />
    </Card>
  );
}

/** The work passes of the session; issue: the reader may make and revoke them. */
export function PassesCard(props: { passes: readonly Pass[]; issue: boolean; onNew: () => void; onRevoke: (p: Pass) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { issue } = props;
  return (
    <Card flush title={text("mt.passes")}>
      <DataTable
        actions={
          issue ? (
            <button type="button" className="button small" onClick={() => props.onNew()}>
              {text("mt.pass-new")}
            </button>
          ) : undefined
        }
        name="passes"
        label={text("mt.passes")}
        rows={props.passes}
        rowKey={(x) => x.id}
        empty={<Empty title={text("mt.passes-none")} />}
        columns={[
          {
            key: "person",
            title: text("mt.pass-person"),
            render: (x) => (
              <>
                {x.person?.name ?? "–"} <span className="mono quiet">{x.person?.number}</span>
              </>
            ),
            csv: (x) => `${x.person?.name ?? ""} ${x.person?.number ?? ""}`,
          },
          {
            key: "org",
            title: text("mt.pass-org"),
            render: (x) => `${x.organisation} · ${x.role}`,
            csv: (x) => `${x.organisation} ${x.role}`,
          },
          {
            key: "areas",
            title: text("mt.pass-areas"),
            render: (x) => `${x.areas.map((a) => areaName(a, text)).join(text("m.comma"))}${x.entrance === "" ? "" : ` · ${x.entrance}`}`,
            csv: (x) => x.areas.join(" "),
          },
          {
            key: "state",
            title: text("m.state"),
            render: (x) => <Chip tone={x.state === "active" ? "success" : "quiet"}>{text(`mt.pass-${x.state}`)}</Chip>,
            csv: (x) => x.state,
          },
          {
            key: "do",
            title: text("m.action"),
            render: (x) =>
              x.pdf === undefined || !issue ? (
                "–"
              ) : (
                <span className="row">
                  <a className="button small" href={`${x.pdf}?lang=${lang}`} target="_blank" rel="noreferrer">
                    {text("mt.pass-print")}
                  </a>
                  <button type="button" className="button small plain" onClick={() => props.onRevoke(x)}>
                    {text("mt.pass-revoke")}
                  </button>
                </span>
              ),
          },
        ]}
      />
    </Card>
  );
}

/** Complimentary tickets given; held: seats kept for them on the map, spare: those not given yet. */
export function GiftsCard(props: {
  session: string;
  given: Passes["given"];
  held: number;
  spare: number;
  issue: boolean;
  onNew: () => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    { held, spare, issue } = props;
  return (
    <Card flush title={text("mt.gifts")}>
      <DataTable
        actions={
          issue ? (
            <button type="button" className="button small" disabled={spare === 0} onClick={() => props.onNew()}>
              {text("mt.gift-new")}
            </button>
          ) : undefined
        }
        filters={held > 0 ? <span className="quiet">{text("mt.gifts-held", { n: held, left: spare })}</span> : undefined}
        name="gifts"
        label={text("mt.gifts")}
        rows={props.given}
        rowKey={(g) => g.order}
        empty={
          <Empty
            title={text("mt.gifts-none")}
            {...(held === 0
              ? {
                  lead: text("mt.gifts-unheld"),
                  ...(can("map.manage")
                    ? {
                        action: (
                          <Link to={`/sessions/${props.session}/map`} className="button">
                            {text("m.map-open")}
                          </Link>
                        ),
                      }
                    : {}),
                }
              : {})}
          />
        }
        columns={[
          {
            key: "order",
            title: text("mt.order"),
            render: (g) => (
              <Link to={`/orders/${g.order}`}>
                <span className="mono">{g.number}</span>
              </Link>
            ),
            csv: (g) => g.number,
          },
          { key: "to", title: text("mt.gift-to"), render: (g) => g.recipient, csv: (g) => g.recipient },
          { key: "why", title: text("mt.gift-why"), render: (g) => g.reason, csv: (g) => g.reason },
          { key: "n", title: text("mt.gift-n"), num: true, render: (g) => g.tickets, csv: (g) => g.tickets },
          { key: "at", title: text("mt.when"), render: (g) => format.dateTime(g.at, lang), csv: (g) => g.at },
        ]}
      />
    </Card>
  );
}
