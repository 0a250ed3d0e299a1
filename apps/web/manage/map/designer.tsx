/** The designer of a ticket map: tools, map, panel and saving. */
import { ApiProblem } from "@parterre/api";
import { ZONE_COLOURS, type MapModel, type SeatMap } from "@parterre/planrender";
import { format, Link, MapView, ProblemNote, t, toast, useLanguage, useT } from "@parterre/ui";
import { Segmented } from "antd";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useMe } from "../lib/me.tsx";
import { contentOfCategories } from "../lib/plan.ts";
import type { Session, Show, TicketMap } from "../lib/wire.ts";
import { Conflict } from "./conflict.tsx";
import { Restored, StatusLine, Toolbar } from "./designerparts.tsx";
import { ALLOT, MapDraft } from "./draft.ts";
import { useKeptDraft, useMeter } from "./kept.ts";
import { useDesignerKeys } from "./keys.ts";
import { More } from "./more.tsx";
import { Panel, type Brush } from "./panel.tsx";
import { listenToTools, type Tool } from "./tools.ts";

export function Designer(props: { session: Session; show: Show; map: TicketMap; model: MapModel; onReload: () => void }): ReactNode {
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
        {editable && <Toolbar tool={tool} onTool={setTool} />}
        <div className="designer-map">
          {note && (
            <Restored
              onClose={() => setNote(false)}
              onDiscard={() => {
                while (draft.undo());
                forget();
                setNote(false);
              }}
            />
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
          <StatusLine
            draft={draft}
            model={model}
            hovered={hovered}
            meter={meter}
            lead={text(editable ? `m.tool-${tool}-how` : "m.map-readonly")}
          />
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
