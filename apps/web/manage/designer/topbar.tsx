import { docOf } from "@parterre/planmodel";
import { Link, LanguageSwitch, showProblem, ThemeSwitch, toast, useLanguage } from "@parterre/ui";
import { useState, useSyncExternalStore, type ReactNode } from "react";
import { useDesigner, useEditor, useWords, type Panel } from "./context.tsx";
import { Redo, Search, Undo } from "./icons.tsx";
import { ActionButton } from "./toolbar.tsx";

export function TopBar(props: { onPalette: () => void; reload: () => void }): ReactNode {
  const { info, panel, open } = useDesigner(),
    editor = useEditor("document", "options"),
    say = useWords();
  const levels = [...editor.plan.levels.values()].sort((a, b) => a.order - b.order);
  const tab = (id: Panel, name: string): ReactNode => (
    <button type="button" className="d-chip" aria-pressed={panel === id} onClick={() => open(panel === id ? "properties" : id)}>
      {name}
    </button>
  );
  return (
    <header className="d-top">
      <Link to="/venues" className="d-back">
        ‹ {say("返回", "Back")}
      </Link>
      <h1>{docOf(editor.plan).name}</h1>
      <span className={`d-state ${info.state}`}>
        {info.state === "draft"
          ? say(`第 ${info.number} 版草稿`, `Version ${info.number}, draft`)
          : say(`第 ${info.number} 版已发布`, `Version ${info.number}, published`)}
      </span>
      <SaveMark />
      <ActionButton id="undo" icon={<Undo />} />
      <ActionButton id="redo" icon={<Redo />} />
      <label className="d-inline">
        <span>{say("楼层", "Level")}</span>
        <select
          aria-label={say("楼层", "Level")}
          value={editor.level ?? ""}
          onChange={(e) => editor.setLevel(e.currentTarget.value === "" ? null : e.currentTarget.value)}
        >
          <option value="">{say("全部", "All")}</option>
          {levels.map((l) => (
            <option key={l.id} value={l.id}>
              {l.name}
            </option>
          ))}
        </select>
      </label>
      <span className="d-grow" />
      {tab("generate", say("生成", "Generate"))}
      {tab("number", say("编号", "Numbering"))}
      {tab("trace", say("描图", "Trace"))}
      {tab("sight", say("视角", "View"))}
      <button type="button" className="d-chip" onClick={props.onPalette} title="Ctrl K">
        <Search /> {say("命令", "Commands")}
      </button>
      <ActionButton id="keys" className="d-chip" label={say("快捷键", "Keys")} />
      <LanguageSwitch />
      <ThemeSwitch />
      <PublishButton reload={props.reload} />
    </header>
  );
}

/** Saved, saving, offline: said in words, so that nobody has to wonder. */
function SaveMark(): ReactNode {
  const { autosave, editor } = useDesigner(),
    say = useWords(),
    lang = useLanguage();
  const state = useSyncExternalStore(
      (l) => autosave.listen(l),
      () => autosave.state,
    ),
    fault = useSyncExternalStore(
      (l) => autosave.listen(l),
      () => autosave.journalFault,
    );
  if (editor.readOnly) return <span className="d-save">{say("只读", "Read only")}</span>;
  const words = {
    saved: say("已保存", "Saved"),
    unsaved: say("有改动…", "Changed…"),
    saving: say("正在保存…", "Saving…"),
    offline: say("离线，改动已记在本机", "Offline; changes are kept here"),
    conflict: say("有版本冲突", "Version conflict"),
    refused: say("服务器拒绝了这份文件", "The server refused this document"),
  }[state];
  return (
    <span
      className={`d-save ${state}`}
      role="status"
      data-testid="save-state"
      data-state={state}
      title={state === "refused" ? showProblem(autosave.refusal, lang).text : undefined}
    >
      {words}
      {fault !== null && state !== "saved"
        ? say("（本机日志写不进，请勿关闭页面）", " (the journal cannot be written; keep this page open)")
        : ""}
    </span>
  );
}

/** Publishing names what will be frozen and asks once. */
function PublishButton(props: { reload: () => void }): ReactNode {
  const { autosave, server, editor, info } = useDesigner(),
    say = useWords(),
    lang = useLanguage(),
    [asked, setAsked] = useState(false),
    [busy, setBusy] = useState(false),
    [why, setWhy] = useState<string | null>(null);
  const places = (): number => {
    let n = editor.plan.seats.size;
    for (const a of editor.plan.areas.values()) n += a.capacity;
    return n;
  };
  const run = async (): Promise<void> => {
    setBusy(true);
    setWhy(null);
    try {
      if (info.state === "published") {
        const next = await server.revise();
        location.assign(location.pathname.replace(info.id, next.id));
        return;
      }
      await autosave.save();
      if (autosave.state !== "saved") {
        setWhy(say("草稿还没有保存，不能发布。", "The draft is not saved yet; it cannot be published."));
        return;
      }
      await server.publish(autosave.version);
      toast("success", say(`第 ${info.number} 版已发布。`, `Version ${info.number} is published.`));
      props.reload();
    } catch (e) {
      const shown = showProblem(e, lang);
      setWhy([shown.text, ...Object.values(shown.fields).slice(0, 5)].join(" "));
    } finally {
      setBusy(false);
    }
  };
  if (info.state === "published")
    return (
      <button
        type="button"
        className="button main small"
        disabled={busy}
        onClick={() => {
          void run();
        }}
      >
        {say("新建版本来修改", "New version to change it")}
      </button>
    );
  return (
    <span className="d-publish">
      <button type="button" className="button main small" disabled={busy} aria-expanded={asked} onClick={() => setAsked((a) => !a)}>
        {say("发布", "Publish")}
      </button>
      {asked && (
        <div className="d-pop" role="dialog" aria-label={say("发布", "Publish")}>
          <p>
            {say(
              `发布后第 ${info.number} 版冻结，共 ${places()} 个位置；要再改须新建版本。`,
              `Version ${info.number} with ${places()} places is frozen; a change then needs a new version.`,
            )}
          </p>
          {why !== null && (
            <p className="d-fault" role="alert">
              {why}
            </p>
          )}
          <div className="d-row">
            <button
              type="button"
              className="button"
              onClick={() => {
                setAsked(false);
                setWhy(null);
              }}
            >
              {say("取消", "Cancel")}
            </button>
            <button
              type="button"
              className="button main"
              disabled={busy}
              data-testid="publish"
              onClick={() => {
                void run();
              }}
            >
              {say("确认发布", "Publish it")}
            </button>
          </div>
        </div>
      )}
    </span>
  );
}
