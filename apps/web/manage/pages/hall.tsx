import { formatPlan, PlanStore } from "@parterre/planmodel";
import { levelCounts, type SeatMap } from "@parterre/planrender";
import {
  EmptyState,
  ErrorState,
  format,
  language,
  Link,
  Loading,
  MapView,
  navigate,
  ProblemNote,
  Progress,
  toast,
  useLanguage,
  useQuery,
  useT,
} from "@parterre/ui";
import { Modal, Segmented, Select } from "antd";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { Card, Chip, Facts, PageHead, StepDialog } from "../lib/parts.tsx";
import { categoryZones, usePlanModel } from "../lib/plan.ts";
import { upload, type UploadProgress } from "../lib/upload.ts";
import type { PlanInfo, Venue } from "../lib/wire.ts";

export function HallPage(props: { venue: string; hall: string }): ReactNode {
  const text = useT(),
    { can } = useMe(),
    [chosen, setChosen] = useQuery("plan"),
    [importing, setImporting] = useState(false);
  const venue = useLoad<Venue>(`venue ${props.venue}`, (h, s) => h.get(`/api/v1/venues/${props.venue}`, {}, s));
  const plans = useLoad<{ items: readonly PlanInfo[] | null }>(`plans ${props.hall}`, (h, s) =>
    h.get(`/api/v1/halls/${props.hall}/plans`, {}, s),
  );
  const hall = venue.data?.halls.find((h) => h.id === props.hall);
  if (venue.error !== null || plans.error !== null)
    return (
      <ErrorState
        error={venue.error ?? plans.error}
        onRetry={() => {
          venue.reload();
          plans.reload();
        }}
      />
    );
  if (venue.data === null || plans.data === null) return <Loading />;
  const items = plans.data.items ?? [],
    current = items.find((p) => p.id === chosen) ?? items[0] ?? null;
  const add = can("map.manage") ? (
    <>
      {items.length === 0 && hall !== undefined && <NewPlan hall={props.hall} name={hall.name} />}
      <button type="button" className="button" onClick={() => setImporting(true)}>
        {text("m.plan-import")}
      </button>
    </>
  ) : undefined;
  return (
    <>
      <PageHead
        back={{ to: `/venues/${props.venue}`, label: venue.data.name }}
        title={hall?.name ?? text("m.hall")}
        lead={hall === undefined ? undefined : <span className="mono">{hall.code}</span>}
        actions={add}
      />
      {current === null ? (
        <Card>
          <EmptyState title={text("m.plans-none")} actions={add}>
            {text("m.plans-none-lead")}
          </EmptyState>
        </Card>
      ) : (
        <div className="hall">
          <PlanVersions items={items} current={current} choose={(id) => setChosen(id)} />
          <PlanView
            key={current.id}
            id={current.id}
            onChanged={(p) => {
              plans.reload();
              if (p !== null) setChosen(p.id);
              else setChosen(null);
            }}
          />
        </div>
      )}
      <Modal open={importing} title={text("m.plan-import")} footer={null} onCancel={() => setImporting(false)} destroyOnHidden>
        <PlanImport
          hall={props.hall}
          onCancel={() => setImporting(false)}
          onDone={(p) => {
            setImporting(false);
            plans.reload();
            setChosen(p.id);
            toast("success", text("m.plan-imported", { n: format.count(p.places) }));
          }}
        />
      </Modal>
    </>
  );
}

/** Begins a hall's first plan from nothing and opens the designer. */
function NewPlan(props: { hall: string; name: string }): ReactNode {
  const text = useT(),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  const begin = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const store = new PlanStore();
      store.update("doc", "doc", { name: props.name });
      store.put("levels", { id: "L1", name: text("m.plan-first-level"), order: 0 });
      const made = await upload<PlanInfo>(`/api/v1/halls/${props.hall}/plans`, new File([formatPlan(store.plan)], "plan.json"), {
        key: crypto.randomUUID(),
        language: language() === "zh" ? "zh-CN" : "en",
        onProgress: () => {
          /* a few hundred bytes */
        },
        signal: AbortSignal.timeout(20_000),
      });
      navigate(`/plans/${made.id}/design`);
    } catch (e) {
      setProblem(e);
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        className="button main"
        disabled={busy}
        onClick={() => {
          void begin();
        }}
      >
        {text("m.plan-new")}
      </button>
      {problem !== null && <ProblemNote error={problem} />}
    </>
  );
}

function PlanVersions(props: { items: readonly PlanInfo[]; current: PlanInfo; choose: (id: string) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  return (
    <nav className="versions" aria-label={text("m.plan-versions")}>
      {props.items.map((p) => (
        <button type="button" key={p.id} aria-current={p.id === props.current.id} onClick={() => props.choose(p.id)}>
          <span className="row">
            <strong>{text("m.plan-version", { n: p.number })}</strong>
            <Chip tone={p.state === "published" ? "success" : "warning"}>{text(`m.plan-${p.state}`)}</Chip>
          </span>
          <span className="quiet">
            {text("m.places", { n: format.count(p.places) })} · {format.date(p.publishedAt ?? p.changedAt, lang, { now: new Date() })}
          </span>
        </button>
      ))}
    </nav>
  );
}

/** One version: counts, what the checks found, the picture, and what can be done with it. */
function PlanView(props: { id: string; onChanged: (p: PlanInfo | null) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    [step, setStep] = useState<"publish" | "discard" | null>(null),
    [problem, setProblem] = useState<unknown>(null);
  const { data: p, error, reload } = useLoad<PlanInfo>(`plan-info ${props.id}`, (h, s) => h.get(`/api/v1/plans/${props.id}`, {}, s));
  if (p === null) return error === null ? <Loading /> : <ErrorState error={error} onRetry={reload} />;
  const problems = p.problems ?? [],
    draft = p.state === "draft";
  const revise = async (): Promise<void> => {
    setProblem(null);
    try {
      props.onChanged(await http.send<PlanInfo>("POST", `/api/v1/plans/${p.id}/revise`));
    } catch (e) {
      setProblem(e);
    }
  };
  return (
    <div className="stack">
      {problem !== null && <ProblemNote error={problem} />}
      <Card
        title={p.name}
        actions={
          <>
            <Link to={`/plans/${p.id}/design`} className="button small">
              {text(draft && can("map.manage") ? "m.plan-design" : "m.plan-look")}
            </Link>
            {draft && can("map.manage") && (
              <button type="button" className="button small" onClick={() => setStep("discard")}>
                {text("m.plan-discard")}
              </button>
            )}
            {draft && can("map.manage") && (
              <button type="button" className="button main small" onClick={() => setStep("publish")}>
                {text("m.plan-publish")}
              </button>
            )}
            {!draft && can("map.manage") && (
              <button
                type="button"
                className="button small"
                onClick={() => {
                  void revise();
                }}
              >
                {text("m.plan-revise")}
              </button>
            )}
          </>
        }
      >
        <Facts
          items={[
            [text("m.count-places"), format.count(p.places)],
            [text("m.count-seats"), format.count(p.counts.seats)],
            [text("m.count-rows"), format.count(p.counts.rows)],
            [text("m.count-sections"), format.count(p.counts.sections)],
            [text("m.count-areas"), format.count(p.counts.areas)],
            [text("m.count-categories"), format.count(p.counts.categories)],
          ]}
        />
        {problems.length > 0 && (
          <details className="findings">
            <summary>{text("m.findings", { n: problems.length })}</summary>
            <ul>
              {problems.slice(0, 50).map((f, i) => (
                <li key={`${f.path}${i}`}>
                  {f[lang]} <code className="mono quiet">{f.path}</code>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Card>
      <Card flush>
        <PlanMap plan={p.id} />
      </Card>
      <StepDialog
        open={step === "publish"}
        title={text("m.plan-publish")}
        lead={text("m.plan-publish-lead", { n: p.number, places: format.count(p.places) })}
        ok={text("m.plan-publish")}
        onClose={() => setStep(null)}
        run={async () => {
          const next = await http.send<PlanInfo>("POST", `/api/v1/plans/${p.id}/publish`, undefined, { query: { version: p.version } });
          toast("success", text("m.plan-published-note", { n: next.number }));
          reload();
          props.onChanged(next);
        }}
      />
      <StepDialog
        open={step === "discard"}
        danger
        title={text("m.plan-discard")}
        lead={text("m.plan-discard-lead", { places: format.count(p.places) })}
        ok={text("m.plan-discard")}
        onClose={() => setStep(null)}
        run={async () => {
          await http.send("DELETE", `/api/v1/plans/${p.id}`, undefined, { query: { version: p.version } });
          props.onChanged(null);
        }}
      />
    </div>
  );
}

function PlanMap(props: { plan: string }): ReactNode {
  const text = useT(),
    { data: model, error, reload } = usePlanModel(props.plan),
    map = useRef<SeatMap | null>(null),
    [level, setLevel] = useState("all");
  const zones = useMemo(() => (model === null ? null : categoryZones(model)), [model]);
  useEffect(() => {
    map.current?.setLevel(level === "all" ? null : level);
    map.current?.fit();
  }, [level]);
  if (error !== null) return <ErrorState error={error} onRetry={reload} />;
  if (model === null || zones === null)
    return (
      <div className="plan-map">
        <div className="pad">
          <Loading />
        </div>
      </div>
    );
  const counts = levelCounts(model, new Uint8Array(model.seats.count));
  return (
    <div className="plan-map">
      <div className="row map-head">
        <Segmented
          value={level}
          onChange={(v) => setLevel(v)}
          options={[
            { value: "all", label: `${text("action.all-levels")} ${format.count(model.seats.count)}` },
            ...counts.map((c) => ({ value: c.id, label: `${c.name} ${format.count(c.seats)}` })),
          ]}
        />
        <span className="legend">
          {zones.zones.map((z) => (
            <span key={z.name}>
              <i style={{ background: z.colour }} />
              {z.name}
            </span>
          ))}
        </span>
      </div>
      <MapView
        model={model}
        options={{ interaction: "pick" }}
        onReady={(m) => {
          map.current = m;
          m.setZones(zones.zones, zones.byRank);
        }}
      />
    </div>
  );
}

const FORMATS = ["parterre", "csv", "pretix", "seatsio", "svg", "dxf"] as const;
const guess = (name: string): string =>
  /\.csv$/i.test(name) ? "csv" : /\.svg$/i.test(name) ? "svg" : /\.dxf$/i.test(name) ? "dxf" : "parterre";

/** A file goes up with its progress; the server's faults stand below with their places in the file. */
function PlanImport(props: { hall: string; onDone: (p: PlanInfo) => void; onCancel: () => void }): ReactNode {
  const text = useT(),
    [file, setFile] = useState<File | null>(null),
    [form, setForm] = useState<string>("parterre"),
    [progress, setProgress] = useState<UploadProgress | null>(null),
    [problem, setProblem] = useState<unknown>(null),
    [over, setOver] = useState(false);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const take = (f: File | undefined): void => {
    if (f !== undefined) {
      setFile(f);
      setForm(guess(f.name));
      setProblem(null);
    }
  };
  const send = async (): Promise<void> => {
    if (file === null) return;
    setProblem(null);
    setProgress({ sent: 0, total: file.size, checking: false });
    stop.current = new AbortController();
    try {
      props.onDone(
        await upload<PlanInfo>(`/api/v1/halls/${props.hall}/plans?format=${form}`, file, {
          key: crypto.randomUUID(),
          language: language() === "zh" ? "zh-CN" : "en",
          onProgress: setProgress,
          signal: stop.current.signal,
        }),
      );
    } catch (e) {
      if (!(e instanceof DOMException && e.name === "AbortError")) setProblem(e);
    } finally {
      setProgress(null);
    }
  };
  return (
    <div className="stack">
      {problem !== null && <ProblemNote error={problem} />}
      <label
        className={over ? "drop over" : "drop"}
        onDragOver={(e) => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(e) => {
          e.preventDefault();
          setOver(false);
          take(e.dataTransfer.files[0]);
        }}
      >
        <input
          type="file"
          className="visually-hidden"
          accept=".json,.gz,.csv,.svg,.dxf"
          onChange={(e) => take(e.currentTarget.files?.[0])}
        />
        {file === null ? (
          <>
            <strong>{text("m.file-choose")}</strong>
            <span className="quiet">{text("m.file-kinds")}</span>
          </>
        ) : (
          <>
            <strong>{file.name}</strong>
            <span className="quiet">{text("m.file-size", { kb: format.count(Math.max(1, Math.round(file.size / 1024))) })}</span>
          </>
        )}
      </label>
      <label className="mini">
        <span className="label">{text("m.file-format")}</span>
        <Select value={form} onChange={setForm} options={FORMATS.map((f) => ({ value: f, label: text(`m.format-${f}`) }))} />
      </label>
      {progress !== null && (
        <Progress
          label={text(progress.checking ? "m.file-checking" : "m.file-sending")}
          done={Math.round(progress.sent / 1024)}
          total={progress.checking ? null : Math.round(progress.total / 1024)}
        />
      )}
      <div className="form-end">
        <button
          type="button"
          className="button"
          onClick={() => {
            stop.current?.abort();
            props.onCancel();
          }}
        >
          {text("action.cancel")}
        </button>
        <button
          type="button"
          className="button main"
          disabled={file === null || progress !== null}
          onClick={() => {
            void send();
          }}
        >
          {text("m.plan-import")}
        </button>
      </div>
    </div>
  );
}
