import { ErrorState, format, Link, Loading, navigate, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { Input, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { dayOf } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, Stat, StepDialog, type Tone } from "../lib/parts.tsx";
import { DayChip, RecentDays, Signatures, SignDay, type DaySign, type DayState } from "./daysign.tsx";
import "./staff-messages.ts";

interface Invoice {
  readonly id: string;
  readonly order: string;
  readonly orderNumber: string;
  readonly kind: string;
  readonly title: string;
  readonly taxNumber: string;
  readonly email: string;
  readonly amount: number;
  readonly state: string;
  readonly number: string;
  readonly redNumber: string;
  readonly requestedAt: string;
}
const TONE: Readonly<Record<string, Tone>> = { requested: "info", issued: "success", void_due: "danger" };

export function InvoicesPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [state, setState] = useState("requested"),
    list = usePages<Invoice>("/api/v1/invoices", { state }),
    may = can("day.close");
  const [numbering, setNumbering] = useState<Invoice | null>(null),
    [number, setNumber] = useState(""),
    [problem, setProblem] = useState<unknown>(null),
    [rejecting, setRejecting] = useState<Invoice | null>(null),
    style = format.priceStyle((list.rows ?? []).map((v) => v.amount));
  const save = async (): Promise<void> => {
    setProblem(null);
    try {
      await http.send("POST", `/api/v1/invoices/${numbering!.id}/state`, {
        to: numbering!.state === "requested" ? "issued" : "voided",
        number,
      });
      setNumbering(null);
      toast("success", text("mt.saved"));
      list.reload();
    } catch (e) {
      setProblem(e);
    }
  };
  return (
    <>
      <PageHead
        back={{ to: "/orders", label: text("manage.orders") }}
        title={text("mt.invoices")}
        lead={text("mt.invoices-lead")}
        actions={
          may ? (
            <a className="button" href={`/api/v1/invoices.csv?state=${state === "void_due" ? "void_due" : "requested"}`} download>
              {text("mt.i-csv")}
            </a>
          ) : undefined
        }
      />
      <Card flush>
        <DataTable
          name="invoices"
          label={text("mt.invoices")}
          rows={list.rows}
          rowKey={(v) => v.id}
          error={list.error}
          onRetry={list.reload}
          hasMore={list.hasMore}
          more={list.more}
          loading={list.loading}
          empty={<Empty title={text("mt.invoices-none")} />}
          filters={
            <Select
              aria-label={text("m.state")}
              value={state}
              onChange={setState}
              style={{ minWidth: 140 }}
              options={[
                { value: "", label: text("mt.i-all") },
                ...["requested", "issued", "void_due", "voided", "rejected"].map((s) => ({ value: s, label: text(`mt.i-${s}`) })),
              ]}
            />
          }
          columns={[
            {
              key: "order",
              title: text("mt.order"),
              render: (v) => (
                <Link to={`/orders/${v.order}`}>
                  <span className="mono">{v.orderNumber}</span>
                </Link>
              ),
              csv: (v) => v.orderNumber,
            },
            {
              key: "title",
              title: text("mt.i-title"),
              render: (v) => (
                <>
                  {v.title} <span className="quiet">{text(`mt.i-${v.kind}`)}</span>
                </>
              ),
              csv: (v) => v.title,
            },
            { key: "tax", title: text("mt.i-tax"), render: (v) => <span className="mono">{v.taxNumber}</span>, csv: (v) => v.taxNumber },
            { key: "email", title: text("mt.i-email"), spare: true, render: (v) => v.email, csv: (v) => v.email },
            {
              key: "amount",
              title: text("mt.i-amount"),
              num: true,
              render: (v) => format.price(v.amount, style),
              csv: (v) => v.amount / 100,
            },
            {
              key: "number",
              title: text("mt.i-number"),
              render: (v) => (
                <span className="mono">
                  {v.number === "" ? "–" : v.number}
                  {v.redNumber === "" ? "" : ` / ${v.redNumber}`}
                </span>
              ),
              csv: (v) => v.number,
            },
            { key: "at", title: text("mt.when"), render: (v) => format.dateTime(v.requestedAt, lang), csv: (v) => v.requestedAt },
            {
              key: "state",
              title: text("m.state"),
              render: (v) => <Chip tone={TONE[v.state] ?? "quiet"}>{text(`mt.i-${v.state}`)}</Chip>,
              csv: (v) => v.state,
            },
            {
              key: "do",
              title: text("m.action"),
              render: (v) =>
                !may ? (
                  "–"
                ) : v.state === "requested" ? (
                  <span className="row">
                    <button
                      type="button"
                      className="button small"
                      onClick={() => {
                        setNumber("");
                        setProblem(null);
                        setNumbering(v);
                      }}
                    >
                      {text("mt.i-issue")}
                    </button>
                    <button type="button" className="button small plain" onClick={() => setRejecting(v)}>
                      {text("mt.i-reject")}
                    </button>
                  </span>
                ) : v.state === "issued" || v.state === "void_due" ? (
                  <button
                    type="button"
                    className="button small"
                    onClick={() => {
                      setNumber("");
                      setProblem(null);
                      setNumbering(v);
                    }}
                  >
                    {text("mt.i-void")}
                  </button>
                ) : (
                  "–"
                ),
            },
          ]}
        />
      </Card>
      <Modal
        open={numbering !== null}
        title={text(numbering?.state === "requested" ? "mt.i-issue" : "mt.i-void")}
        onCancel={() => setNumbering(null)}
        onOk={() => {
          void save();
        }}
        okButtonProps={{ disabled: number.trim() === "" }}
      >
        {problem !== null && <ProblemNote error={problem} />}
        <label className="mini">
          <span className="label">{text(numbering?.state === "requested" ? "mt.i-no-hint" : "mt.i-red-hint")}</span>
          <Input value={number} maxLength={40} onChange={(e) => setNumber(e.target.value)} />
        </label>
      </Modal>
      {rejecting !== null && (
        <StepDialog
          open
          reason
          title={text("mt.i-reject")}
          ok={text("mt.i-reject")}
          onClose={() => setRejecting(null)}
          lead={`${rejecting.title} ${format.price(rejecting.amount, style)}`}
          run={async (reason) => {
            await http.send("POST", `/api/v1/invoices/${rejecting.id}/state`, { to: "rejected", reason });
            list.reload();
          }}
        />
      )}
    </>
  );
}

interface Method {
  readonly method: string;
  readonly sales: number;
  readonly taken: number;
  readonly backs: number;
  readonly given: number;
}
interface Shift {
  readonly id: string;
  readonly seller: string;
  readonly sellerName: string;
  readonly signedName: string;
  readonly counter: string;
  readonly closedAt?: string;
  readonly counted?: number;
  readonly expected: number;
  readonly difference: number;
  readonly signedBy: string;
}
interface Day {
  readonly day: string;
  readonly methods: readonly Method[];
  readonly cash: number;
  readonly total: number;
  readonly expected: number;
  readonly counted: number;
  readonly difference: number;
  readonly unsigned: number;
  readonly closed: readonly Shift[];
  readonly open: readonly Shift[];
  readonly signed: readonly DaySign[];
  readonly state: DayState;
}

const yuan = (fen: number): string => `${fen < 0 ? "−" : ""}${format.price(Math.abs(fen), "full")}`;
const beside = (day: string, n: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);

export function DayTotalPage(props: { day?: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { can } = useMe(),
    [signing, setSigning] = useState(false),
    [venue, setVenue] = useState(""),
    day = props.day ?? dayOf(new Date()),
    of = venue === "" ? "" : `?venue=${venue}`,
    venues = useLoad("day-venues", (h, s) => h.get<{ items: readonly { id: string; name: string }[] }>("/api/v1/venues", {}, s));
  const {
    data: d,
    error,
    reload,
    set,
  } = useLoad<Day>(`day-total ${day} ${venue}`, (h, s) => h.get(`/api/v1/day-totals/${day}${of}`, {}, s));
  if (d === null) return error === null ? <Loading lines={8} /> : <ErrorState error={error} onRetry={reload} />;
  return (
    <>
      <PageHead
        back={{ to: "/orders", label: text("manage.orders") }}
        title={`${text("mt.day")} ${day}`}
        lead={text("mt.day-lead")}
        actions={
          <>
            <button type="button" className="button" onClick={() => navigate(`/day-totals/${beside(day, -1)}`)}>
              {text("mt.d-prev")}
            </button>
            <button type="button" className="button" onClick={() => navigate(`/day-totals/${beside(day, 1)}`)}>
              {text("mt.d-next")}
            </button>
            <select className="button" aria-label={text("mt.d-venue")} value={venue} onChange={(e) => setVenue(e.currentTarget.value)}>
              <option value="">{text("mt.d-all-venues")}</option>
              {(venues.data?.items ?? []).map((v) => (
                <option key={v.id} value={v.id}>
                  {v.name}
                </option>
              ))}
            </select>
            <a
              className="button"
              href={`/api/v1/day-totals/${day}/report.pdf?lang=${lang}${venue === "" ? "" : `&venue=${venue}`}`}
              target="_blank"
              rel="noreferrer"
            >
              {text("mt.d-pdf")}
            </a>
            {can("day.close") && (
              <button
                type="button"
                className="button main"
                disabled={d.open.length > 0 || d.closed.length === 0 || d.state === "signed"}
                onClick={() => setSigning(true)}
              >
                {text(d.state === "half" ? "ds.countersign" : "ds.sign")}
              </button>
            )}
          </>
        }
      />
      <div className="stack">
        {d.open.length > 0 && (
          <div className="note warning">
            <div className="body">{text("mt.d-open", { n: d.open.length, who: d.open.map((s) => s.counter).join(text("m.comma")) })}</div>
          </div>
        )}
        {d.unsigned > 0 && (
          <div className="note">
            <div className="body">{text("mt.d-unsigned", { n: d.unsigned })}</div>
          </div>
        )}
        <div className="stats">
          <Stat label={text("mt.d-total")} value={yuan(d.total)} />
          <Stat label={text("mt.d-cash")} value={yuan(d.cash)} />
          <Stat label={text("mt.d-expected")} value={yuan(d.expected)} />
          <Stat label={text("mt.d-counted")} value={yuan(d.counted)} />
          <Stat label={text("mt.d-difference")} value={yuan(d.difference)} tone={d.difference === 0 ? undefined : "warning"} />
        </div>
        <Card flush title={text("mt.d-methods")}>
          <DataTable
            name="day-methods"
            label={text("mt.d-methods")}
            rows={d.methods}
            rowKey={(m) => m.method}
            empty={<Empty title={text("ds.no-money")} />}
            columns={[
              { key: "method", title: text("mt.d-methods"), render: (m) => text(`m.pay-${m.method}`), csv: (m) => m.method },
              {
                key: "taken",
                title: text("mt.d-taken"),
                num: true,
                render: (m) => `${yuan(m.taken)} (${m.sales})`,
                csv: (m) => m.taken / 100,
              },
              {
                key: "given",
                title: text("mt.d-given"),
                num: true,
                render: (m) => `${yuan(m.given)} (${m.backs})`,
                csv: (m) => m.given / 100,
              },
              {
                key: "net",
                title: text("mt.d-net"),
                num: true,
                render: (m) => yuan(m.taken - m.given),
                csv: (m) => (m.taken - m.given) / 100,
              },
            ]}
          />
        </Card>
        <Card flush title={text("mt.d-shifts")}>
          <DataTable
            name="day-shifts"
            label={text("mt.d-shifts")}
            rows={[...d.closed, ...d.open]}
            rowKey={(s) => s.id}
            empty={<Empty title={text("mt.d-none")} />}
            columns={[
              { key: "counter", title: text("mt.d-counter"), render: (s) => s.counter, csv: (s) => s.counter },
              { key: "seller", title: text("mt.d-seller"), render: (s) => s.sellerName, csv: (s) => s.sellerName },
              {
                key: "closed",
                title: text("mt.d-closed"),
                render: (s) => (s.closedAt === undefined ? "–" : format.dateTime(s.closedAt, lang)),
                csv: (s) => s.closedAt ?? "",
              },
              { key: "expected", title: text("mt.d-expected"), num: true, render: (s) => yuan(s.expected), csv: (s) => s.expected / 100 },
              {
                key: "counted",
                title: text("mt.d-counted"),
                num: true,
                render: (s) => (s.counted === undefined ? "–" : yuan(s.counted)),
                csv: (s) => (s.counted ?? 0) / 100,
              },
              {
                key: "difference",
                title: text("mt.d-difference"),
                num: true,
                render: (s) => yuan(s.difference),
                csv: (s) => s.difference / 100,
              },
              {
                key: "signed",
                title: text("mt.d-signed"),
                render: (s) => (s.signedBy === "" ? "–" : s.signedName || "✓"),
                csv: (s) => s.signedName,
              },
            ]}
          />
        </Card>
        <Card
          title={
            <>
              {text("mt.d-signs")} {d.closed.length > 0 && <DayChip state={d.state} />}
            </>
          }
        >
          <Signatures signed={d.signed} />
        </Card>
        <RecentDays until={dayOf(new Date())} venue={venue} round={`${d.day} ${d.signed.length}`} />
      </div>
      {signing && (
        <SignDay
          state={d.state}
          path={`/api/v1/day-totals/${day}/sign${of}`}
          sums={`${day} · ${text("mt.d-total")} ${yuan(d.total)} · ${text("mt.d-difference")} ${yuan(d.difference)}`}
          signed={d.signed}
          onClose={() => setSigning(false)}
          onSigned={(now) => {
            set(now as Day);
            setSigning(false);
          }}
        />
      )}
    </>
  );
}
