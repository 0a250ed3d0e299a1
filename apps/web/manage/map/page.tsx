import { ApiProblem } from "@parterre/api";
import { seatName, ZONE_COLOURS, type MapModel, type SeatMap } from "@parterre/planrender";
import {
  ErrorState,
  format,
  Link,
  Loading,
  MapView,
  ProblemNote,
  safeGet,
  safeSet,
  shortcuts,
  t,
  toast,
  useLanguage,
  useT,
  type Shortcut,
} from "@parterre/ui";
import { Modal, Segmented } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { useHttp, type Http } from "../lib/http.ts";
import { useLoad } from "../lib/load.ts";
import { useMe } from "../lib/me.tsx";
import { bufferRanks, contentOfCategories, usePlanModel } from "../lib/plan.ts";
import type { MapContent, Meter, Session, Show, TicketMap } from "../lib/wire.ts";
import { noId } from "../pages/session.tsx";
import { ALLOT, MapDraft } from "./draft.ts";
import { ToolIcon } from "./icons.tsx";
import { More } from "./more.tsx";
import { Panel, type Brush } from "./panel.tsx";
import { listenToTools, TOOL_KEYS, TOOLS, type Tool } from "./tools.ts";

/** The ticket map of a session: it names its map, or the map names it. */
async function mapOf(http: Http, session: Session, signal: AbortSignal): Promise<TicketMap | null> {
  if (!noId(session.mapId)) return http.get<TicketMap>(`/api/v1/maps/${session.mapId}`, {}, signal);
  const list = (await http.get<{ items: readonly TicketMap[] | null }>(`/api/v1/plans/${session.planId}/maps`, {}, signal)).items ?? [],
    mine = list.find((m) => m.sessionId === session.id);
  return mine === undefined ? null : http.get<TicketMap>(`/api/v1/maps/${mine.id}`, {}, signal);
}

export function MapPage(props: { session: string }): ReactNode {
  const text = useT();
  const page = useLoad(`map-page ${props.session}`, async (http, signal) => {
    const session = await http.get<Session>(`/api/v1/sessions/${props.session}`, {}, signal);
    const [show, map] = await Promise.all([http.get<Show>(`/api/v1/shows/${session.showId}`, {}, signal), mapOf(http, session, signal)]);
    return { session, show, map };
  });
  const model = usePlanModel(page.data?.map?.planId ?? null),
    error = page.error ?? model.error;
  if (error !== null)
    return (
      <div className="page">
        <ErrorState
          error={error}
          onRetry={() => {
            page.reload();
            model.reload();
          }}
        />
      </div>
    );
  if (page.data !== null && page.data.map === null)
    return (
      <div className="page">
        <div className="note">
          <div className="body">{text("m.map-none-lead")}</div>
          <Link to={`/sessions/${props.session}`}>{text("m.session-about")}</Link>
        </div>
      </div>
    );
  if (page.data === null || model.data === null)
    return (
      <div className="page">
        <Loading lines={8} />
      </div>
    );
  return (
    <Designer
      key={`${page.data.map!.id} ${page.data.map!.version}`}
      onReload={page.reload}
      session={page.data.session}
      show={page.data.show}
      map={page.data.map!}
      model={model.data}
    />
  );
}

const slot = (map: string): string => `parterre.map.${map}`;
function kept(map: string): { version: number; content: MapContent } | null {
  try {
    return JSON.parse(safeGet(slot(map)) ?? "null") as { version: number; content: MapContent } | null;
  } catch {
    return null;
  }
}

/** Keeps what is painted in the browser until it is saved, and brings it back. */
function useKeptDraft(map: TicketMap, model: MapModel): { draft: MapDraft; restored: boolean; forget: () => void } {
  const made = useMemo(() => {
    const draft = new MapDraft(model, bufferRanks(model), map),
      earlier = kept(map.id);
    if (earlier !== null) draft.replace(earlier.content, t("m.step-restore"));
    return { draft, restored: earlier !== null };
  }, [map.id, model]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = (): void => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      safeSet(slot(map.id), made.draft.dirty ? JSON.stringify({ version: map.version, content: made.draft.content() }) : "null");
    };
    const stop = made.draft.listen(() => {
      clearTimeout(timer);
      timer = setTimeout(keep, 600);
    });
    window.addEventListener("pagehide", keep); // a reload right after a stroke loses nothing either
    return () => {
      stop();
      keep();
      window.removeEventListener("pagehide", keep);
    };
  }, [made, map.id, map.version]);
  return { ...made, forget: useCallback(() => safeSet(slot(map.id), "null"), [map.id]) };
}

/** The server's meter of what is painted, half a second after the last stroke. */
function useMeter(map: string, draft: MapDraft, version: number): { meter: Meter | null; stale: boolean; problem: unknown } {
  const http = useHttp(),
    [state, setState] = useState<{ meter: Meter | null; at: number; problem: unknown }>({ meter: null, at: -1, problem: null });
  useEffect(() => {
    const stop = new AbortController(),
      timer = setTimeout(() => {
        http.ask<Meter>(`/api/v1/maps/${map}/meter`, draft.content(), stop.signal).then(
          (meter) => setState({ meter, at: version, problem: null }),
          (problem: unknown) => {
            if (!stop.signal.aborted) setState((s) => ({ ...s, at: version, problem }));
          },
        );
      }, 500);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [http, map, draft, version]);
  return { meter: state.meter, stale: state.at !== version, problem: state.problem };
}

function Designer(props: { session: Session; show: Show; map: TicketMap; model: MapModel; onReload: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    http = useHttp(),
    { can } = useMe(),
    { map, model, session } = props,
    pricing = can("price.manage"),
    editable = pricing || can("map.manage");
  const { draft, restored, forget } = useKeptDraft(map, model),
    version = useSyncExternalStore(draft.listen, () => draft.version);
  const [tool, setTool] = useState<Tool>(editable ? "marquee" : "pan"),
    [brush, setBrush] = useState<Brush>(() => (draft.zones[0] === undefined ? { kind: "erase" } : { kind: "zone", no: draft.zones[0].no }));
  const [level, setLevel] = useState("all"),
    [hovered, setHovered] = useState(-1),
    [base, setBase] = useState(map.version),
    [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null),
    [conflict, setConflict] = useState(false),
    [note, setNote] = useState(restored);
  const { meter, stale, problem: meterProblem } = useMeter(map.id, draft, version),
    seatMap = useRef<SeatMap | null>(null),
    now = useRef({ tool, brush, level, editable });
  now.current = { tool, brush, level, editable };
  useEffect(() => {
    if (brush.kind === "allot" && !draft.allots.some((a) => a.no === brush.no)) setBrush({ kind: "erase" });
  }, [draft, brush, version]);
  useEffect(() => {
    if (brush.kind === "zone" && !draft.zones.some((z) => z.no === brush.no))
      setBrush(draft.zones[0] === undefined ? { kind: "erase" } : { kind: "zone", no: draft.zones[0].no });
  }, [draft, brush, version]);
  const dress = useCallback(() => {
    if (seatMap.current !== null) dressMap(seatMap.current, draft);
  }, [draft]);
  useEffect(dress, [dress, version]);
  useEffect(() => {
    seatMap.current?.setLevel(level === "all" ? null : level);
  }, [level]);
  const apply = (ranks: readonly number[], join: boolean, erase: boolean): void => {
    const b = now.current.brush;
    if (!now.current.editable) return;
    if (b.kind === "zone" || b.kind === "erase") draft.paintZone(ranks, erase || b.kind === "erase" ? 0 : b.no, t("m.step-paint"), join);
    else if (b.kind === "allot") draft.paintHold(ranks, erase ? 0 : ALLOT + b.no, t("m.step-allot"), join);
    else draft.paintHold(ranks, erase || b.kind === "release" ? 0 : draft.holdFor(b.reason, t("m.step-hold")), t("m.step-hold"), join);
  };
  const save = async (onto: number): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const { prices, ...painted } = draft.content(),
        done = await http.send<{ map: TicketMap }>("PUT", `/api/v1/maps/${map.id}${pricing ? "" : "/painting"}`, {
          version: onto,
          ...painted,
          ...(pricing && prices !== undefined ? { prices } : {}),
        });
      setBase(done.map.version);
      draft.markClean();
      forget();
      setNote(false);
      toast("success", t("m.map-saved", { n: done.map.version }));
    } catch (e) {
      if (e instanceof ApiProblem && e.document.code === "ticketmap.stale") setConflict(true);
      else setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const addZone = (): void => {
    const no = draft.addZone(t("m.zone-new", { n: draft.zones.length + 1 }), ZONE_COLOURS.light, t("m.step-add"));
    setBrush({ kind: "zone", no });
  };
  useDesignerKeys({
    draft,
    editable,
    setTool,
    setBrush,
    addZone,
    save: () => {
      void save(base);
    },
  });
  const name = hovered < 0 ? null : seatName(model, hovered),
    zone = hovered < 0 ? undefined : draft.zones.find((z) => z.no === draft.zone[hovered]);
  return (
    <div className="designer">
      <div className="designer-head">
        <Link to={`/sessions/${session.id}`} className="back">
          ‹ {format.dateTime(session.startsAt, lang)}
        </Link>
        <h1>
          {lang === "en" && props.show.titleEn !== "" ? props.show.titleEn : props.show.title}{" "}
          <span className="quiet">{text("m.map-revision", { n: base })}</span>
        </h1>
        {model.levels.length > 1 && (
          <Segmented
            size="small"
            value={level}
            onChange={(v) => setLevel(v)}
            options={[{ value: "all", label: text("action.all-levels") }, ...model.levels.map((l) => ({ value: l.id, label: l.name }))]}
          />
        )}
        {editable && (
          <div className="row end">
            <More session={session} map={{ ...map, ...draft.content(), version: base }} dirty={draft.dirty} onChange={props.onReload} />
            <button type="button" className="button small" disabled={!draft.canUndo} title="Ctrl Z" onClick={() => draft.undo()}>
              {text("action.undo")}
            </button>
            <button type="button" className="button small" disabled={!draft.canRedo} title="Ctrl Shift Z" onClick={() => draft.redo()}>
              {text("m.redo")}
            </button>
            <button
              type="button"
              className="button main small"
              disabled={busy || !draft.dirty}
              title="Ctrl S"
              onClick={() => {
                void save(base);
              }}
            >
              {busy && <span className="busy" aria-hidden="true" />}
              {text(draft.dirty ? "m.map-save" : "m.map-all-saved")}
            </button>
          </div>
        )}
      </div>
      <div className="designer-body" data-tool={tool}>
        {editable && (
          <div className="toolbar" role="toolbar" aria-label={text("m.tools")} aria-orientation="vertical">
            {TOOLS.map((k) => (
              <button
                key={k}
                type="button"
                aria-pressed={tool === k}
                aria-label={text(`m.tool-${k}`)}
                title={`${text(`m.tool-${k}`)} (${TOOL_KEYS[k].toUpperCase()})`}
                onClick={() => setTool(k)}
              >
                <ToolIcon tool={k} />
              </button>
            ))}
          </div>
        )}
        <div className="designer-map">
          {note && (
            <div className="note floating" role="status">
              <div className="body">
                {text("m.map-restored")}{" "}
                <button
                  type="button"
                  className="link"
                  onClick={() => {
                    while (draft.undo());
                    forget();
                    setNote(false);
                  }}
                >
                  {text("m.draft-discard")}
                </button>
              </div>
              <button type="button" className="link" onClick={() => setNote(false)}>
                {text("action.close")}
              </button>
            </div>
          )}
          {problem !== null && (
            <div className="floating">
              <ProblemNote error={problem} />
            </div>
          )}
          <MapView
            model={model}
            options={{ interaction: "none", onHover: setHovered, onFocusSeat: setHovered }}
            onReady={(m) => {
              seatMap.current = m;
              const stop = listenToTools(m, {
                tool: () => now.current.tool,
                apply,
                level: () => model.levels.findIndex((l) => l.id === now.current.level),
              });
              const destroy = m.destroy.bind(m);
              m.destroy = () => {
                stop();
                destroy();
              };
              dress();
            }}
          />
          <div className="status-line">
            <span>
              {name === null ? (
                text(editable ? `m.tool-${tool}-how` : "m.map-readonly")
              ) : (
                <>
                  {text("seat.name", {
                    level: name.level,
                    section: name.section === name.level ? "" : ` ${name.section}`,
                    row: name.row,
                    number: name.number,
                  })}
                  {zone === undefined ? "" : ` · ${zone.name} ${format.price(zone.price)}`}
                  {draft.buffer.has(hovered) ? ` · ${text("m.buffer")}` : ""}
                  {draft.hold[hovered]! > ALLOT ? ` · ${draft.allots.find((a) => a.no === draft.hold[hovered]! - ALLOT)?.name ?? ""}` : ""}
                </>
              )}
            </span>
            <span className="quiet">
              {meter !== null &&
                text("m.status-share", {
                  share: format.percent(meter.approved === 0 ? 0 : meter.public / meter.approved),
                  percent: meter.percent,
                })}
            </span>
          </div>
        </div>
        <div className="designer-side">
          {meterProblem !== null && <ProblemNote error={meterProblem} />}
          <Panel
            draft={draft}
            brush={brush}
            choose={setBrush}
            meter={meter}
            stale={stale}
            editable={editable}
            pricing={pricing}
            addZone={addZone}
            fromCategories={
              editable && model.plan.categories.size > 0
                ? () => draft.replace(contentOfCategories(model, draft.buffer), t("m.zones-from-plan"))
                : undefined
            }
          />
        </div>
      </div>
      <Conflict
        open={conflict}
        map={map.id}
        onClose={() => setConflict(false)}
        mine={(v) => {
          setConflict(false);
          void save(v);
        }}
        theirs={(m) => {
          draft.replace({ ...m, allotments: m.allotments ?? [], prices: m.prices ?? [] }, t("m.step-theirs"));
          draft.markClean();
          forget();
          setBase(m.version);
          setConflict(false);
        }}
      />
    </div>
  );
}

/** Zone by rank and state by rank as the renderer wants them: held hatched, buffer crossed. */
function dressMap(map: SeatMap, draft: MapDraft): void {
  const index = new Map(draft.zones.map((z, i) => [z.no, Math.min(31, i + 1)])),
    zones = new Uint8Array(draft.zone.length),
    states = new Uint8Array(draft.zone.length);
  for (let r = 0; r < zones.length; r++) {
    zones[r] = index.get(draft.zone[r]!) ?? 0;
    states[r] = draft.buffer.has(r) ? 3 : draft.hold[r]! > 0 ? 1 : 0;
  }
  map.setStates(states);
  map.setZones(
    draft.zones.slice(0, 31).map((z) => ({ name: z.name, colour: z.color, letter: z.letter })),
    zones,
  );
}

function useDesignerKeys(at: {
  draft: MapDraft;
  editable: boolean;
  setTool: (t: Tool) => void;
  setBrush: (b: Brush) => void;
  addZone: () => void;
  save: () => void;
}): void {
  const latest = useRef(at);
  latest.current = at;
  useEffect(() => {
    if (!latest.current.editable) return;
    const list: Shortcut[] = [
      ...TOOLS.map((tool): Shortcut => ({
        id: `tool-${tool}`,
        keys: TOOL_KEYS[tool],
        label: `m.tool-${tool}`,
        run: () => latest.current.setTool(tool),
      })),
      ...Array.from({ length: 9 }, (_, i): Shortcut => ({
        id: `zone-${i}`,
        keys: String(i + 1),
        label: `m.key-zone-${i + 1}`,
        run: () => latest.current.setBrush({ kind: "zone", no: latest.current.draft.zones[i]!.no }),
        enabled: () => latest.current.draft.zones[i] !== undefined,
      })),
      { id: "erase", keys: "e", label: "m.unzoned", run: () => latest.current.setBrush({ kind: "erase" }) },
      { id: "release", keys: "h", label: "m.release", run: () => latest.current.setBrush({ kind: "release" }) },
      { id: "zone-add", keys: "n", label: "m.zone-add", run: () => latest.current.addZone() },
      {
        id: "undo",
        keys: "ctrl+z",
        label: "action.undo",
        run: () => {
          latest.current.draft.undo();
        },
      },
      {
        id: "redo",
        keys: "ctrl+shift+z",
        label: "m.redo",
        run: () => {
          latest.current.draft.redo();
        },
      },
      {
        id: "save",
        keys: "ctrl+s",
        label: "m.map-save",
        inFields: true,
        run: () => {
          if (latest.current.draft.dirty) latest.current.save();
        },
      },
    ];
    return shortcuts.add(...list);
  }, []);
}

/** Somebody saved in between: nothing is lost until a person chooses. */
function Conflict(props: {
  open: boolean;
  map: string;
  onClose: () => void;
  mine: (version: number) => void;
  theirs: (m: TicketMap) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    theirs = useLoad<TicketMap>(props.open ? `conflict ${props.map}` : null, (h, s) => h.get(`/api/v1/maps/${props.map}`, {}, s));
  return (
    <Modal
      open={props.open}
      title={text("m.conflict")}
      onCancel={props.onClose}
      footer={
        theirs.data === null ? null : (
          <>
            <button type="button" className="button" onClick={() => props.theirs(theirs.data!)}>
              {text("m.conflict-theirs")}
            </button>{" "}
            <button type="button" className="button main" onClick={() => props.mine(theirs.data!.version)}>
              {text("m.conflict-mine")}
            </button>
          </>
        )
      }
    >
      {theirs.data === null ? (
        theirs.error === null ? (
          <Loading lines={2} />
        ) : (
          <ErrorState error={theirs.error} onRetry={theirs.reload} />
        )
      ) : (
        <p>
          {text("m.conflict-lead", {
            n: theirs.data.version,
            when: format.dateTime(theirs.data.changedAt, lang),
            zones: theirs.data.zones.length,
          })}
        </p>
      )}
    </Modal>
  );
}
