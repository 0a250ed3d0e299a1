import { uuidv7 } from "@parterre/api";
import { ErrorState, format, Loading, ProblemNote, toast, useLanguage, useQuery, useT } from "@parterre/ui";
import { Checkbox, DatePicker, InputNumber } from "antd";
import type { Dayjs } from "dayjs";
import { useState, type ReactNode } from "react";
import { atVenue } from "../lib/form.tsx";
import { useHttp } from "../lib/http.ts";
import { useLoad, usePages } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, DataTable, Empty, PageHead, Stat, StepDialog, type Column, type Tone } from "../lib/parts.tsx";
import { OffersNav, SessionSelect } from "./nav.tsx";

interface Release {
  readonly id: string;
  readonly at: string;
  readonly state: "announced" | "running" | "done" | "cancelled";
  readonly offerList: boolean;
  readonly publicRest: boolean;
  readonly collected: number;
  readonly offered: number;
  readonly bought: number;
  readonly lapsed: number;
  readonly toPublic: number;
}
interface Rules {
  readonly active: boolean;
  readonly offerList: boolean;
  readonly publicRest: boolean;
  readonly claimMinutes: number;
  readonly finalMinutes: number;
}
interface WaitList extends Rules {
  readonly version: number;
  readonly open: boolean;
  readonly waiting: number;
  readonly collected: number;
  readonly finalAt: string;
  readonly next?: string;
  readonly releases: readonly Release[];
}
interface Entry {
  readonly id: string;
  readonly places: number;
  readonly zones: readonly number[];
  readonly maxPrice: number;
  readonly phone: string;
  readonly joinedAt: string;
  readonly state: "waiting" | "offered" | "bought" | "left" | "lapsed" | "closed";
  readonly ahead: number;
  readonly reason: string;
}

const TONE: Readonly<Record<string, Tone>> = {
  announced: "info",
  running: "warning",
  done: "success",
  cancelled: "quiet",
  waiting: "info",
  offered: "warning",
  bought: "success",
  left: "quiet",
  lapsed: "quiet",
  closed: "quiet",
};

export function WaitListsPage(): ReactNode {
  const text = useT(),
    [session, setSession] = useQuery("session");
  return (
    <>
      <PageHead
        {...(session === null ? {} : { back: { to: `/sessions/${session}`, label: text("m.session") } })}
        title={text("o.title")}
        lead={text("wl.lead")}
      />
      <OffersNav />
      <div className="stack">
        <div className="row">
          <SessionSelect allow={false} value={session} onChange={setSession} />
        </div>
        {session === null ? (
          <Card>
            <Empty title={text("wl.choose")} lead={text("wl.choose-lead")} />
          </Card>
        ) : (
          <OneList key={session} session={session} />
        )}
      </div>
    </>
  );
}

function OneList(props: { session: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    list = useLoad<WaitList>(`waitlist ${props.session}`, (h, s) => h.get(`/api/v1/sessions/${props.session}/waitlist`, {}, s), 10_000);
  if (list.data === null) return list.error === null ? <Loading lines={6} /> : <ErrorState error={list.error} onRetry={list.reload} />;
  const w = list.data;
  return (
    <>
      <div className="stats">
        <Stat label={text("wl.waiting")} value={format.count(w.waiting)} />
        <Stat label={text("wl.collected")} value={format.count(w.collected)} />
        <Stat label={text("wl.next")} value={w.next === undefined ? "–" : format.dateTime(w.next, lang)} />
        <Stat label={text("wl.final-at")} value={format.dateTime(w.finalAt, lang)} />
      </div>
      <RulesCard session={props.session} w={w} set={list.set} />
      <ReleasesCard session={props.session} w={w} set={list.set} reload={list.reload} />
      <Entries session={props.session} />
    </>
  );
}

function RulesCard(props: { session: string; w: WaitList; set: (w: WaitList) => void }): ReactNode {
  const text = useT(),
    http = useHttp(),
    { can } = useMe(),
    { w } = props,
    [draft, setDraft] = useState<Partial<Rules>>({}),
    [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null);
  const rules: Rules = {
      active: w.active,
      offerList: w.offerList,
      publicRest: w.publicRest,
      claimMinutes: w.claimMinutes,
      finalMinutes: w.finalMinutes,
      ...draft,
    },
    edit = can("inventory.manage"),
    put = (part: Partial<Rules>): void => setDraft((d) => ({ ...d, ...part }));
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      props.set(await http.send<WaitList>("PUT", `/api/v1/sessions/${props.session}/waitlist`, { ...rules, version: w.version }));
      setDraft({});
      toast("success", text("wl.saved"));
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={text("wl.rules")}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        {problem !== null && <ProblemNote error={problem} />}
        <div className="stack tight" style={{ marginBottom: 16 }}>
          {(
            [
              ["active", "wl.active"],
              ["offerList", "wl.offer-list"],
              ["publicRest", "wl.public-rest"],
            ] as const
          ).map(([key, label]) => (
            <Checkbox key={key} disabled={!edit} checked={rules[key]} onChange={(e) => put({ [key]: e.target.checked })}>
              {text(label)}
            </Checkbox>
          ))}
        </div>
        <div className="two">
          <label className="mini">
            <span className="label">{text("wl.claim")}</span>
            <InputNumber
              min={5}
              max={2880}
              precision={0}
              disabled={!edit || !rules.offerList}
              value={rules.claimMinutes}
              onChange={(v) => {
                if (v !== null) put({ claimMinutes: v });
              }}
            />
          </label>
          <label className="mini">
            <span className="label">{text("wl.final")}</span>
            <InputNumber
              min={60}
              max={43_200}
              precision={0}
              disabled={!edit}
              value={rules.finalMinutes}
              onChange={(v) => {
                if (v !== null) put({ finalMinutes: v });
              }}
            />
          </label>
        </div>
        {edit && (
          <div className="form-end">
            <button type="submit" className="button main" disabled={busy || Object.keys(draft).length === 0}>
              {busy && <span className="busy" aria-hidden="true" />}
              {text("wl.save")}
            </button>
          </div>
        )}
      </form>
    </Card>
  );
}

function ReleasesCard(props: { session: string; w: WaitList; set: (w: WaitList) => void; reload: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    { w } = props,
    edit = can("inventory.manage"),
    [at, setAt] = useState<Dayjs | null>(null),
    [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null),
    [ending, setEnding] = useState<Release | null>(null),
    [id, setID] = useState(uuidv7);
  const announce = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      props.set(
        await http.send<WaitList>("POST", `/api/v1/sessions/${props.session}/releases`, {
          id,
          at: atVenue(at!.format("YYYY-MM-DDTHH:mm")),
        }),
      );
      setAt(null);
      setID(uuidv7());
      toast("success", text("wl.announced"));
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const columns: readonly Column<Release>[] = [
    { key: "at", title: text("wl.at"), render: (r) => <span className="nowrap">{format.dateTime(r.at, lang)}</span>, csv: (r) => r.at },
    {
      key: "state",
      title: text("m.state"),
      render: (r) => <Chip tone={TONE[r.state]!}>{text(`wl.state-${r.state}`)}</Chip>,
      csv: (r) => r.state,
    },
    ...(["collected", "offered", "bought", "lapsed"] as const).map((k): Column<Release> => ({
      key: k,
      title: text(`wl.${k}`),
      num: true,
      render: (r) => format.count(r[k]),
      csv: (r) => r[k],
    })),
    { key: "public", title: text("wl.public"), num: true, render: (r) => format.count(r.toPublic), csv: (r) => r.toPublic },
    {
      key: "act",
      title: text("m.action"),
      render: (r) =>
        edit && r.state === "announced" ? (
          <button type="button" className="link" onClick={() => setEnding(r)}>
            {text("wl.cancel")}
          </button>
        ) : (
          ""
        ),
    },
  ];
  return (
    <Card title={text("wl.releases")} flush>
      {problem !== null && (
        <div style={{ padding: "0 16px" }}>
          <ProblemNote error={problem} />
        </div>
      )}
      <DataTable
        name="releases"
        label={text("wl.releases")}
        columns={columns}
        rows={w.releases}
        rowKey={(r) => r.id}
        empty={<Empty title={text("wl.none")} />}
        filters={
          edit &&
          w.active && (
            <>
              <DatePicker
                aria-label={text("wl.at")}
                placeholder={text("wl.at")}
                showTime={{ format: "HH:mm" }}
                format="YYYY-MM-DD HH:mm"
                value={at}
                onChange={setAt}
              />
              <button type="button" className="button" disabled={at === null || busy} onClick={() => void announce()}>
                {text("wl.announce")}
              </button>
            </>
          )
        }
      />
      <StepDialog
        open={ending !== null}
        danger
        title={text("wl.cancel")}
        lead={text("wl.cancel-lead")}
        ok={text("wl.cancel")}
        onClose={() => setEnding(null)}
        run={async () => {
          await http.send("DELETE", `/api/v1/releases/${ending!.id}`);
          props.reload();
        }}
      />
    </Card>
  );
}

function Entries(props: { session: string }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    list = usePages<Entry>("/api/v1/waitlist", { session: props.session });
  const columns: readonly Column<Entry>[] = [
    {
      key: "joined",
      title: text("wl.joined"),
      render: (e) => <span className="nowrap">{format.dateTime(e.joinedAt, lang)}</span>,
      csv: (e) => e.joinedAt,
    },
    {
      key: "place",
      title: text("wl.place"),
      num: true,
      render: (e) => (e.state === "waiting" ? e.ahead + 1 : "–"),
      csv: (e) => (e.state === "waiting" ? e.ahead + 1 : ""),
    },
    { key: "places", title: text("wl.places"), num: true, render: (e) => e.places, csv: (e) => e.places },
    {
      key: "zones",
      title: text("wl.zones"),
      render: (e) => (e.zones.length === 0 ? text("wl.any") : e.zones.join(", ")),
      csv: (e) => e.zones.join(" "),
    },
    { key: "phone", title: text("wl.phone"), render: (e) => e.phone || "–", csv: (e) => e.phone },
    {
      key: "state",
      title: text("m.state"),
      render: (e) => (
        <>
          <Chip tone={TONE[e.state]!}>{text(`wl.e-${e.state}`)}</Chip>
          {e.reason !== "" && (
            <>
              {" "}
              <small className="quiet">{e.reason}</small>
            </>
          )}
        </>
      ),
      csv: (e) => e.state,
    },
  ];
  return (
    <Card title={text("wl.list")} flush>
      <DataTable
        name="waitlist"
        label={text("wl.list")}
        columns={columns}
        rows={list.rows}
        rowKey={(e) => e.id}
        error={list.error}
        onRetry={list.reload}
        hasMore={list.hasMore}
        more={list.more}
        loading={list.loading}
        empty={<Empty title={text("wl.list-none")} lead={text("wl.list-none-lead")} />}
      />
    </Card>
  );
}
