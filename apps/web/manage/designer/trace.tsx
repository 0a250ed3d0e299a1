import type { Point } from "@parterre/geometry";
import type { Editor } from "@parterre/planeditor";
import { showProblem, useLanguage } from "@parterre/ui";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { useDesigner, useEditor, useWords } from "./context.tsx";
import { NumberField } from "./fields.tsx";
import type { HttpPlanServer, Placing } from "./server.ts";

/** A picture laid under the plan to draw over. The hall keeps it on the server; it is no part of the document. */
export interface Trace {
  readonly image: ImageBitmap;
  /** plan's place of its left upper corner, mm */ readonly at: Point;
  readonly mmPerPixel: number;
  readonly opacity: number;
}
/** By level; "" lies under all of them. */
export type Traces = ReadonlyMap<string, Trace>;

/** A longer side is made this many pixels before it is sent. */
const LONGEST = 4096;
/** Milliseconds from the last move of a slider to the save. */
const SETTLE = 600;

export function paintTraces(ctx: CanvasRenderingContext2D, editor: Editor, traces: Traces): void {
  for (const key of editor.level === null ? [""] : ["", editor.level]) {
    const trace = traces.get(key);
    if (trace === undefined) continue;
    const [x, y] = editor.toScreen(trace.at),
      k = trace.mmPerPixel * editor.camera.scale;
    ctx.save();
    ctx.globalAlpha = trace.opacity;
    ctx.drawImage(trace.image, x, y, trace.image.width * k, trace.image.height * k);
    ctx.restore();
  }
}

const placing = (t: Trace): Placing => ({
  x: Math.round(t.at[0]),
  y: Math.round(t.at[1]),
  mmPerPixel: Math.min(10_000, Math.max(0.01, t.mmPerPixel)),
  opacity: Math.round(t.opacity * 100),
});

/** The hall's pictures: read when the page opens, kept on the server when they change. */
export function useTraces(server: HttpPlanServer): {
  traces: Traces;
  set: (level: string, t: Trace | null, picture?: Blob) => Promise<void>;
  fault: unknown;
} {
  const [traces, setTraces] = useState<Traces>(new Map()),
    [fault, setFault] = useState<unknown>(null),
    timers = useRef(new Map<string, () => void>());
  const put = (level: string, t: Trace | null): void =>
    setTraces((old) => {
      const next = new Map(old);
      if (t === null) next.delete(level);
      else next.set(level, t);
      return next;
    });
  useEffect(() => {
    let gone = false;
    void (async () => {
      try {
        for (const u of await server.underlays()) {
          const image = await server.picture(u.level, u.hash);
          if (!gone) put(u.level, { image, at: [u.x, u.y], mmPerPixel: u.mmPerPixel, opacity: u.opacity / 100 });
        }
      } catch (e) {
        if (!gone) setFault(e);
      }
    })();
    const { current } = timers;
    return () => {
      gone = true;
      for (const run of current.values()) run();
    };
  }, [server]);
  const set = useCallback(
    async (level: string, t: Trace | null, picture?: Blob): Promise<void> => {
      setFault(null);
      timers.current.get(level)?.(); // what waits is sent first
      if (t === null) {
        await server.dropUnderlay(level);
        put(level, null);
        return;
      }
      if (picture !== undefined) {
        await server.setUnderlay(level, picture, placing(t));
        put(level, t);
        return;
      }
      put(level, t);
      let sent = false;
      const send = (): void => {
        if (sent) return;
        sent = true;
        clearTimeout(timer);
        timers.current.delete(level);
        server.placeUnderlay(level, placing(t)).catch(setFault);
      };
      const timer = setTimeout(send, SETTLE);
      // A newer move takes this one's place; leaving the page sends it.
      timers.current.set(level, send);
    },
    [server],
  );
  return { traces, set, fault };
}

/** The file as a PNG or JPEG that the server takes: upright, and not larger than one needs to trace over. */
async function ready(file: File): Promise<{ image: ImageBitmap; blob: Blob }> {
  const whole = await createImageBitmap(file),
    k = Math.min(1, LONGEST / Math.max(whole.width, whole.height)),
    canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(whole.width * k));
  canvas.height = Math.max(1, Math.round(whole.height * k));
  canvas.getContext("2d")!.drawImage(whole, 0, 0, canvas.width, canvas.height);
  const photo = file.type === "image/jpeg",
    blob = await new Promise<Blob | null>((done) => {
      canvas.toBlob(done, photo ? "image/jpeg" : "image/png", 0.9);
    });
  if (blob === null) throw new Error("the picture cannot be written");
  return { image: await createImageBitmap(blob), blob };
}

/** Choosing the picture, how strongly it shows, where it lies, and its scale by two places whose distance one knows. */
export function TracePanel(props: {
  traces: Traces;
  fault: unknown;
  onChange: (level: string, t: Trace | null, picture?: Blob) => Promise<void>;
}): ReactNode {
  const say = useWords(),
    lang = useLanguage(),
    editor = useEditor("options"),
    file = useRef<HTMLInputElement>(null),
    [fault, setFault] = useState<string | null>(null),
    [busy, setBusy] = useState(false),
    [real, setReal] = useState("");
  const line = useMeasured(),
    level = editor.level ?? "",
    trace = props.traces.get(level) ?? null;
  const change = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFault(null);
    try {
      await work();
    } catch (e) {
      setFault(
        e instanceof DOMException
          ? say("这个文件不是浏览器能读的图片（PNG、JPEG、WebP）。", "The browser cannot read this file as a picture (PNG, JPEG, WebP).")
          : showProblem(e, lang).text,
      );
    } finally {
      setBusy(false);
    }
  };
  const take = (f: File | undefined): void => {
    if (f !== undefined)
      void change(async () => {
        const { image, blob } = await ready(f),
          box = editor.extent;
        await props.onChange(level, { image, at: [box[0], box[1]], mmPerPixel: (box[2] - box[0]) / image.width, opacity: 0.4 }, blob);
      });
  };
  const put = (patch: Partial<Trace>): void => {
    if (trace !== null) void change(() => props.onChange(level, { ...trace, ...patch }));
  };
  const scale = (): void => {
    const wanted = Number(real),
      [a, b] = line ?? [];
    if (trace === null || a === undefined || b === undefined || !(wanted >= 100)) return;
    const k = wanted / Math.hypot(b[0] - a[0], b[1] - a[1]);
    // The first place stays where it is.
    put({ mmPerPixel: trace.mmPerPixel * k, at: [a[0] + (trace.at[0] - a[0]) * k, a[1] + (trace.at[1] - a[1]) * k] });
    setReal("");
    editor.setPreview(null);
  };
  const shown = fault ?? (props.fault === null ? null : showProblem(props.fault, lang).text);
  return (
    <section className="d-panel" aria-label={say("描图底图", "Picture to trace")}>
      <h2>{say("描图底图", "Picture to trace")}</h2>
      <p className="quiet">
        {level === ""
          ? say(
              "图片随厅保存，不进入座位图；单看一层时可另放该层的图。",
              "The hall keeps the picture; it is no part of the plan. Show a level alone to give it a picture of its own.",
            )
          : say(
              `这是“${editor.plan.levels.get(level)?.name ?? ""}”自己的底图。`,
              `The picture of “${editor.plan.levels.get(level)?.name ?? ""}” alone.`,
            )}
      </p>
      <input
        ref={file}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        className="visually-hidden"
        data-testid="trace-file"
        onChange={(e) => {
          take(e.currentTarget.files?.[0]);
          e.currentTarget.value = "";
        }}
        aria-label={say("选择图片", "Choose a picture")}
      />
      <div className="d-row">
        <button type="button" className="button" disabled={busy} onClick={() => file.current?.click()}>
          {busy ? say("正在保存…", "Saving…") : say("选择图片", "Choose a picture")}
        </button>
        {trace !== null && (
          <button
            type="button"
            className="button plain"
            disabled={busy}
            onClick={() => {
              void change(() => props.onChange(level, null));
            }}
          >
            {say("移除", "Take away")}
          </button>
        )}
      </div>
      {shown !== null && (
        <p className="d-fault" role="alert">
          {shown}
        </p>
      )}
      {trace !== null && (
        <>
          <label className="d-field">
            <span>{say("透明度", "Opacity")}</span>
            <input
              type="range"
              min={5}
              max={100}
              value={Math.round(trace.opacity * 100)}
              onChange={(e) => put({ opacity: Number(e.currentTarget.value) / 100 })}
            />
          </label>
          <fieldset className="d-set">
            <legend>{say("位置（左上角）", "Place (left upper corner)")}</legend>
            <NumberField
              label="x"
              unit="mm"
              value={Math.round(trace.at[0])}
              min={-5_000_000}
              max={5_000_000}
              onChange={(x) => put({ at: [x, trace.at[1]] })}
            />
            <NumberField
              label="y"
              unit="mm"
              value={Math.round(trace.at[1])}
              min={-5_000_000}
              max={5_000_000}
              onChange={(y) => put({ at: [trace.at[0], y] })}
            />
          </fieldset>
          <h3>{say("按两点定比例", "Scale by two places")}</h3>
          <p className="quiet">
            {line === null
              ? say("用测量工具（M）在图上量一段已知的距离。", "Measure a distance that you know with the measuring tool (M).")
              : say("刚才量的一段实际是：", "What was measured is really:")}
          </p>
          <div className="d-row">
            <label className="d-field wide">
              <span>{say("实际长度（毫米）", "Real length (mm)")}</span>
              <input inputMode="numeric" value={real} disabled={line === null} onChange={(e) => setReal(e.currentTarget.value)} />
            </label>
            <button type="button" className="button" disabled={line === null || !(Number(real) >= 100)} onClick={scale}>
              {say("定比例", "Scale")}
            </button>
          </div>
          <p className="quiet" data-testid="trace-scale">
            {say(`现在每像素 ${trace.mmPerPixel.toFixed(2)} 毫米。`, `A pixel is ${trace.mmPerPixel.toFixed(2)} mm now.`)}
          </p>
        </>
      )}
    </section>
  );
}

/** The last measure, from the tool's preview. */
function useMeasured(): readonly [Point, Point] | null {
  const { editor } = useDesigner(),
    [line, setLine] = useState<readonly [Point, Point] | null>(null);
  useEditor("preview", "tool");
  const shown = editor.currentTool.id === "measure" ? editor.preview?.line : undefined;
  useEffect(() => {
    if (shown !== undefined && shown.length === 2) setLine([shown[0]!, shown[1]!]);
  }, [shown]);
  return line;
}
