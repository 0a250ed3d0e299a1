import { Autosave, BrowserJournal, Editor, editorActions, keyClashes, type Action } from "@parterre/planeditor";
import type { Point } from "@parterre/geometry";
import { addMessages, ErrorState, Loading, navigate, shortcuts, toast, useT } from "@parterre/ui";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { Begin } from "./begin.tsx";
import { Bottom } from "./bottom.tsx";
import { Canvas } from "./canvas.tsx";
import { ConflictBar } from "./conflict.tsx";
import { DesignerContext, useWords, type Designer, type Panel } from "./context.tsx";
import "./designer.css";
import { messagesOf } from "./messages.ts";
import { KeySheet } from "./keys.tsx";
import { MiniMap } from "./minimap.tsx";
import { NumberPanel } from "./number.tsx";
import { Palette } from "./palette.tsx";
import { Properties } from "./properties.tsx";
import { GeneratePanel } from "./generate.tsx";
import { PrintSheet } from "./print.tsx";
import { SightPanel } from "./sight.tsx";
import { HttpPlanServer, type PlanInfo } from "./server.ts";
import { StatusLine } from "./status.tsx";
import { OptionBar, ToolBar } from "./toolbar.tsx";
import { TopBar } from "./topbar.tsx";
import { Twin } from "./twin.ts";
import { TracePanel, useTraces } from "./trace.tsx";

export interface Opened {
  readonly editor: Editor;
  readonly autosave: Autosave;
  readonly twin: Twin;
  readonly server: HttpPlanServer;
  readonly info: PlanInfo;
  readonly recovered: number;
}

async function open(id: string): Promise<Opened> {
  const server = new HttpPlanServer(id),
    { plan, info, text } = await server.open(),
    editor = new Editor(plan),
    twin = new Twin(editor, text);
  editor.readOnly = info.state === "published";
  editor.ids.tag = `-${crypto.randomUUID().slice(0, 4)}`;
  const autosave = new Autosave({
    plan: id,
    editor,
    server,
    journal: new BrowserJournal(),
    version: info.version,
    pack: () => twin.pack(),
  });
  const recovered = editor.readOnly ? 0 : await autosave.recover();
  return { editor, autosave, twin, server, info, recovered };
}

/** Designing a plan: the whole window is the canvas and what stands round it. */
export function DesignPage(props: { plan: string }): ReactNode {
  const [opened, setOpened] = useState<Opened | null>(null),
    [error, setError] = useState<unknown>(null),
    [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false,
      made: Opened | null = null;
    setOpened(null);
    setError(null);
    open(props.plan).then(
      (o) => {
        made = o;
        if (gone) dispose(o);
        else setOpened(o);
      },
      (e: unknown) => {
        if (!gone) setError(e);
      },
    );
    return () => {
      gone = true;
      if (made !== null) dispose(made);
    };
  }, [props.plan, round]);
  if (error !== null)
    return (
      <div className="d-page">
        <ErrorState error={error} onRetry={() => setRound((n) => n + 1)} />
      </div>
    );
  if (opened === null)
    return (
      <div className="d-page">
        <div className="pad">
          <Loading />
        </div>
      </div>
    );
  return <Desk key={opened.info.id} {...opened} reload={() => setRound((n) => n + 1)} />;
}

function dispose(o: Opened): void {
  o.autosave.hurry();
  o.autosave.dispose();
  o.twin.packed().then(
    () => o.twin.dispose(),
    () => o.twin.dispose(),
  );
  o.editor.dispose();
}

export function Desk(props: Opened & { reload: () => void }): ReactNode {
  const { editor, autosave, twin, server, info } = props,
    text = useT(),
    say = useWords();
  const [panel, setPanelNow] = useState<Panel>("properties"),
    [sheet, setSheet] = useState(false),
    setPanel = (p: Panel): void => {
      setPanelNow(p);
      setSheet(true);
    },
    [palette, setPalette] = useState(false),
    [keys, setKeys] = useState(false),
    [pointer, setPointer] = useState<Point | null>(null);
  const { traces, set: setTrace, fault: traceFault } = useTraces(server);
  const actions = useMemo(
    (): readonly Action[] => [...editorActions(editor), ...pageActions(props, setPanel, setPalette, setKeys)],
    [editor],
  );
  useEffect(() => {
    addMessages(messagesOf(actions));
    const clashes = keyClashes(actions);
    if (clashes.length > 0) throw new Error(`keys taken twice: ${clashes.join("; ")}`);
    return shortcuts.add(
      ...actions
        .filter((a) => a.keys !== undefined)
        .map((a) => ({ id: `d.${a.id}`, keys: a.keys!, label: `d.act.${a.id}`, run: () => a.run(), enabled: () => a.enabled() })),
    );
  }, [actions]);
  useEffect(() => {
    if (props.recovered > 0)
      toast("success", say(`已找回上次未保存的 ${props.recovered} 处修改。`, `${props.recovered} unsaved changes of last time are back.`));
    const on = (): void => autosave.hurry();
    const leave = (e: BeforeUnloadEvent): void => {
      if (autosave.dirty) {
        autosave.hurry();
        e.preventDefault();
      }
    };
    window.addEventListener("online", on);
    window.addEventListener("beforeunload", leave);
    document.addEventListener("visibilitychange", on);
    return () => {
      window.removeEventListener("online", on);
      window.removeEventListener("beforeunload", leave);
      document.removeEventListener("visibilitychange", on);
    };
  }, [autosave]);
  const designer: Designer = { editor, autosave, twin, server, info, actions, panel, open: setPanel };
  return (
    <DesignerContext.Provider value={designer}>
      <div className="d-page" aria-label={text("d.title")}>
        <TopBar onPalette={() => setPalette(true)} reload={props.reload} />
        <ConflictBar />
        <OptionBar />
        <div className="d-desk">
          <ToolBar />
          <div className="d-stage">
            <Canvas traces={traces} onPointer={setPointer} />
            <MiniMap />
            <Begin tracing={traces.size > 0} />
          </div>
          <aside className={`d-side${sheet ? " open" : ""}`} id="d-side">
            <button type="button" className="d-sheet" aria-expanded={sheet} aria-controls="d-side" onClick={() => setSheet((v) => !v)}>
              {sheet ? say("收起面板", "Put the panel away") : say("属性与面板", "Properties and panels")}
            </button>
            <fieldset className="d-frozen" disabled={editor.readOnly}>
              {panel === "number" ? (
                <NumberPanel />
              ) : panel === "generate" ? (
                <GeneratePanel onDone={() => setPanel("properties")} />
              ) : panel === "sight" ? (
                <SightPanel />
              ) : panel === "trace" ? (
                <TracePanel traces={traces} fault={traceFault} onChange={setTrace} />
              ) : (
                <Properties />
              )}
            </fieldset>
          </aside>
        </div>
        <Bottom />
        <StatusLine pointer={pointer} />
        <PrintSheet />
        {palette && <Palette onClose={() => setPalette(false)} />}
        {keys && <KeySheet onClose={() => setKeys(false)} />}
      </div>
    </DesignerContext.Provider>
  );
}

/** What needs the page: saving, publishing, printing, panels. */
function pageActions(
  o: Opened & { reload: () => void },
  setPanel: (p: Panel) => void,
  setPalette: (open: boolean) => void,
  setKeys: (open: boolean) => void,
): Action[] {
  const always = (): boolean => true,
    panel = (id: Panel, zh: string, en: string, keys: string): Action => ({
      id: `panel.${id}`,
      group: "view",
      zh,
      en,
      keys,
      enabled: always,
      run: () => setPanel(id),
    });
  return [
    {
      id: "save",
      group: "file",
      zh: "立即保存",
      en: "Save now",
      keys: "ctrl+s",
      enabled: () => !o.editor.readOnly,
      run: () => {
        void o.autosave.save();
      },
    },
    {
      id: "print",
      group: "file",
      zh: "打印或存为 PDF",
      en: "Print or save as PDF",
      keys: "ctrl+p",
      enabled: always,
      run: () => {
        flushSync(() => {
          window.dispatchEvent(new Event("beforeprint"));
        });
        window.print();
      },
    },
    { id: "palette", group: "view", zh: "命令面板", en: "Command palette", keys: "ctrl+k", enabled: always, run: () => setPalette(true) },
    { id: "keys", group: "view", zh: "快捷键一览", en: "All keys", keys: "F1", enabled: always, run: () => setKeys(true) },
    { id: "close", group: "file", zh: "返回", en: "Back", enabled: always, run: () => navigate("/venues") },
    panel("properties", "属性面板", "Properties", "alt+Enter"),
    panel("number", "编号面板", "Numbering", "shift+n"),
    panel("generate", "生成厅堂", "Generate a hall", "shift+g"),
    panel("sight", "座位视角", "View from a seat", "shift+s"),
    panel("trace", "描图底图", "Picture to trace", "shift+t"),
  ];
}
