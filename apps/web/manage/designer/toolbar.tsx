import { KIND_LABELS, LOOKS, VIEW_LABELS, type Action, type Options, type SeatLook } from "@parterre/planeditor";
import { SHAPE_KINDS, VIEWS } from "@parterre/planmodel";
import type { ReactNode } from "react";
import { NumberField } from "./fields.tsx";
import { useDesigner, useEditor, useWords } from "./context.tsx";
import { TOOL_ICONS } from "./icons.tsx";

/** A button of an action: off when it cannot be done, pressed in when it is on, its key in the tip. */
export function ActionButton(props: { id: string; icon?: ReactNode; label?: ReactNode; className?: string }): ReactNode {
  const { actions } = useDesigner(),
    say = useWords();
  useEditor("document", "selection", "tool", "options");
  const a = actions.find((x) => x.id === props.id);
  if (a === undefined) return null;
  const name = say(a.zh, a.en),
    tip = a.keys === undefined ? name : `${name}  ${shownKeys(a)}`;
  return (
    <button
      type="button"
      className={props.className ?? "d-tool"}
      title={tip}
      aria-label={props.label === undefined ? name : undefined}
      aria-keyshortcuts={a.keys}
      aria-pressed={a.active?.()}
      disabled={!a.enabled()}
      onClick={() => a.run()}
      data-action={a.id}
    >
      {props.icon}
      {props.label}
    </button>
  );
}

export const shownKeys = (a: Action): string =>
  (a.keys ?? "")
    .split(/\+(?=.)/)
    .map((k) => (k === "" ? "+" : k.length === 1 ? k.toUpperCase() : k[0]!.toUpperCase() + k.slice(1)))
    .join(" ");

export function ToolBar(): ReactNode {
  const { actions } = useDesigner(),
    say = useWords();
  return (
    <nav className="d-tools" aria-label={say("工具", "Tools")}>
      {actions
        .filter((a) => a.group === "tool")
        .map((a) => (
          <ActionButton key={a.id} id={a.id} icon={TOOL_ICONS[a.id.slice(5)]} />
        ))}
    </nav>
  );
}

const SHAPES: Readonly<Record<string, readonly [string, string]>> = {
  stage: ["舞台", "Stage"],
  screen: ["银幕", "Screen"],
  aisle: ["过道", "Aisle"],
  entrance: ["入口", "Entrance"],
  label: ["文字", "Label"],
  buffer: ["缓冲区", "Buffer zone"],
  wall: ["墙", "Wall"],
};

const LOOK_NAMES: Readonly<Record<SeatLook, readonly [string, string]>> = {
  zone: ["票档", "Zone"],
  view: ["视线", "View"],
  kind: ["类型", "Kind"],
  entrance: ["入口", "Entrance"],
};
/** How tools are used whose options do not say it. */
const HINTS: Readonly<Record<string, readonly [string, string]>> = {
  lasso: ["按住拖动，圈住要选的座位", "Hold and draw round the seats to select"],
  cursor: [
    "方向键走座 · 空格选座 · R 整排 · G 整区 · Shift 连选 · Alt 微移",
    "Arrows walk · Space selects · R row · G section · Shift selects on the way · Alt nudges",
  ],
  seat: ["点一下放一个座位", "A click sets a seat"],
  section: ["拖出矩形，或逐角点击，Enter 结束", "Drag a rectangle, or click corner by corner and end with Enter"],
  measure: ["从一点拖到另一点，读出距离和角度", "Drag from one place to another to read distance and angle"],
  pan: ["拖动画面；任何工具下按住空格也可以", "Drag the picture; holding Space does it with any tool"],
};
/** The brush's choice, and the colours in which its strokes can be seen. */
function painted(paint: string): Partial<Options> {
  const sort = paint.slice(0, paint.indexOf(":"));
  return { paint, look: sort === "view" || sort === "kind" ? sort : "zone" };
}

/** What the current tool draws with. */
export function OptionBar(): ReactNode {
  const editor = useEditor("tool", "options", "document"),
    say = useWords(),
    o = editor.options,
    set = (patch: Partial<Options>): void => editor.setOptions(patch);
  const tool = editor.currentTool.id,
    rows = tool === "row" || tool === "block";
  return (
    <div className="d-options" role="toolbar" aria-label={say("工具选项", "Tool options")}>
      {(tool === "select" || tool === "lasso") && (
        <span className="d-seg">
          {(["seat", "row", "section"] as const).map((p) => (
            <ActionButton
              key={p}
              id={`pick.${p}`}
              className="d-chip"
              label={p === "seat" ? say("单座", "Seat") : p === "row" ? say("整排", "Row") : say("整区", "Section")}
            />
          ))}
        </span>
      )}
      {rows && (
        <>
          <NumberField
            label={say("座位数", "Seats")}
            value={o.seatCount}
            min={0}
            max={500}
            hint={say("0 为自动", "0: as many as fit")}
            onChange={(seatCount) => set({ seatCount })}
          />
          <NumberField
            label={say("座距", "Seat pitch")}
            unit="mm"
            value={o.seatPitch}
            min={300}
            max={3000}
            onChange={(seatPitch) => set({ seatPitch })}
          />
          {tool === "block" && (
            <NumberField
              label={say("排距", "Row pitch")}
              unit="mm"
              value={o.rowPitch}
              min={400}
              max={5000}
              onChange={(rowPitch) => set({ rowPitch })}
            />
          )}
          <NumberField
            label={say("弧高", "Curve")}
            unit="mm"
            value={o.sagitta}
            min={-20_000}
            max={20_000}
            onChange={(sagitta) => set({ sagitta })}
          />
        </>
      )}
      {tool === "table" && (
        <>
          <NumberField
            label={say("座位数", "Seats")}
            value={o.tableSeats}
            min={1}
            max={40}
            onChange={(tableSeats) => set({ tableSeats })}
          />
          <NumberField
            label={say("半径", "Radius")}
            unit="mm"
            value={o.tableRadius}
            min={200}
            max={10_000}
            onChange={(tableRadius) => set({ tableRadius })}
          />
          <label className="d-check">
            <input type="checkbox" checked={o.tableWhole} onChange={(e) => set({ tableWhole: e.currentTarget.checked })} />
            {say("整桌出售", "Sold whole")}
          </label>
        </>
      )}
      {tool === "box" && (
        <NumberField
          label={say("空包厢放座", "Seats of an empty box")}
          value={o.boxSeats}
          min={0}
          max={40}
          onChange={(boxSeats) => set({ boxSeats })}
        />
      )}
      {tool === "paint" && (
        <>
          <label className="d-inline">
            <span>{say("刷成", "Paint")}</span>
            <select value={o.paint} onChange={(e) => set(painted(e.currentTarget.value))}>
              <optgroup label={say("票档", "Zone")}>
                {[...editor.plan.categories.values()].map((c) => (
                  <option key={c.id} value={`zone:${c.id}`}>
                    {c.name}
                  </option>
                ))}
                <option value="zone:-">{say("无票档", "No zone")}</option>
              </optgroup>
              <optgroup label={say("视线", "View")}>
                {VIEWS.map((v) => (
                  <option key={v} value={`view:${v}`}>
                    {say(...VIEW_LABELS[v])}
                  </option>
                ))}
              </optgroup>
              <optgroup label={say("类型", "Kind")}>
                {(["normal", "accessible", "companion", "sofa"] as const).map((k) => (
                  <option key={k} value={`kind:${k}`}>
                    {say(...KIND_LABELS[k])}
                  </option>
                ))}
              </optgroup>
            </select>
          </label>
          {(o.paint === "view:partial" || o.paint === "view:blocked") && (
            <label className="d-inline d-note">
              <span>{say("说明", "Note")}</span>
              <input
                value={o.paintNote}
                maxLength={200}
                placeholder={say("付款前给观众看，如：立柱遮挡", "shown before payment, e.g. behind a pillar")}
                onChange={(e) => set({ paintNote: e.currentTarget.value })}
              />
            </label>
          )}
          <NumberField label={say("笔宽", "Brush")} unit="mm" value={o.brush} min={100} max={20_000} onChange={(brush) => set({ brush })} />
        </>
      )}
      {tool === "area" && (
        <NumberField
          label={say("容量", "Capacity")}
          value={o.areaCapacity}
          min={1}
          max={1_000_000}
          onChange={(areaCapacity) => set({ areaCapacity })}
        />
      )}
      {tool === "shape" && (
        <>
          <label className="d-inline">
            <span>{say("种类", "Kind")}</span>
            <select value={o.shapeKind} onChange={(e) => set({ shapeKind: e.currentTarget.value as Options["shapeKind"] })}>
              {SHAPE_KINDS.filter((k) => k !== "image").map((k) => (
                <option key={k} value={k}>
                  {say(...SHAPES[k]!)}
                </option>
              ))}
            </select>
          </label>
          <label className="d-inline">
            <span>{say("文字", "Text")}</span>
            <input value={o.shapeText} maxLength={60} onChange={(e) => set({ shapeText: e.currentTarget.value })} />
          </label>
        </>
      )}
      {HINTS[tool] !== undefined && <span className="quiet d-hint">{say(...HINTS[tool])}</span>}
      <span className="d-grow" />
      <label className="d-inline">
        <span>{say("着色", "Colour by")}</span>
        <select value={o.look} onChange={(e) => set({ look: e.currentTarget.value as Options["look"] })} data-testid="look">
          {LOOKS.map((l) => (
            <option key={l} value={l}>
              {say(...LOOK_NAMES[l])}
            </option>
          ))}
        </select>
      </label>
      <ActionButton id="snap" className="d-chip" label={say("吸附", "Snap")} />
      <NumberField label={say("网格", "Grid")} unit="mm" value={o.grid} min={1} max={5000} onChange={(grid) => set({ grid })} />
    </div>
  );
}
