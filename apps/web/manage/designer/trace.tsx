import type { Point } from "@parterre/geometry";
import type { Editor } from "@parterre/planeditor";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useDesigner, useEditor, useWords } from "./context.tsx";

/** A picture laid under the plan to draw over. It stays in this browser and is no part of the document. */
export interface Trace { readonly image: ImageBitmap; /** plan's place of its left upper corner, mm */ readonly at: Point; readonly mmPerPixel: number; readonly opacity: number }

export function paintTrace(ctx: CanvasRenderingContext2D, editor: Editor, trace: Trace | null): void {
  if (trace === null) return;
  const [x, y] = editor.toScreen(trace.at), k = trace.mmPerPixel * editor.camera.scale;
  ctx.save();
  ctx.globalAlpha = trace.opacity;
  ctx.drawImage(trace.image, x, y, trace.image.width * k, trace.image.height * k);
  ctx.restore();
}

/** Choosing the picture, how strongly it shows, and its scale by two places whose distance one knows. */
export function TracePanel(props: { trace: Trace | null; onChange: (t: Trace | null) => void }): ReactNode {
  const say = useWords(), { editor } = useDesigner(), file = useRef<HTMLInputElement>(null), [fault, setFault] = useState<string | null>(null), [real, setReal] = useState("");
  const line = useMeasured(), { trace } = props;
  const take = async (f: File | undefined): Promise<void> => {
    if (f === undefined) return;
    try {
      const image = await createImageBitmap(f), box = editor.extent, mmPerPixel = (box[2] - box[0]) / image.width;
      props.onChange({ image, at: [box[0], box[1]], mmPerPixel, opacity: 0.4 });
      setFault(null);
    } catch {
      setFault(say("这个文件不是浏览器能读的图片（PNG、JPEG、WebP）。", "The browser cannot read this file as a picture (PNG, JPEG, WebP)."));
    }
  };
  const scale = (): void => {
    const wanted = Number(real), [a, b] = line ?? [];
    if (trace === null || a === undefined || b === undefined || !(wanted >= 100)) return;
    const k = wanted / Math.hypot(b[0] - a[0], b[1] - a[1]);
    // The first place stays where it is.
    props.onChange({ ...trace, mmPerPixel: trace.mmPerPixel * k, at: [a[0] + (trace.at[0] - a[0]) * k, a[1] + (trace.at[1] - a[1]) * k] });
    setReal("");
    editor.setPreview(null);
  };
  return (
    <section className="d-panel" aria-label={say("描图底图", "Picture to trace")}>
      <h2>{say("描图底图", "Picture to trace")}</h2>
      <p className="quiet">{say("图片只留在这台电脑上，不进入座位图。", "The picture stays in this browser; it is no part of the plan.")}</p>
      <input ref={file} type="file" accept="image/png,image/jpeg,image/webp" className="visually-hidden" onChange={(e) => { void take(e.currentTarget.files?.[0]); }} aria-label={say("选择图片", "Choose a picture")} />
      <div className="d-row"><button type="button" className="button" onClick={() => file.current?.click()}>{say("选择图片", "Choose a picture")}</button>{trace !== null && <button type="button" className="button plain" onClick={() => props.onChange(null)}>{say("移除", "Take away")}</button>}</div>
      {fault !== null && <p className="d-fault" role="alert">{fault}</p>}
      {trace !== null && <>
        <label className="d-field"><span>{say("透明度", "Opacity")}</span><input type="range" min={5} max={100} value={Math.round(trace.opacity * 100)} onChange={(e) => props.onChange({ ...trace, opacity: Number(e.currentTarget.value) / 100 })} /></label>
        <h3>{say("按两点定比例", "Scale by two places")}</h3>
        <p className="quiet">{line === null ? say("用测量工具（M）在图上量一段已知的距离。", "Measure a distance that you know with the measuring tool (M).") : say("刚才量的一段实际是：", "What was measured is really:")}</p>
        <div className="d-row"><label className="d-field wide"><span>{say("实际长度（毫米）", "Real length (mm)")}</span><input inputMode="numeric" value={real} disabled={line === null} onChange={(e) => setReal(e.currentTarget.value)} /></label><button type="button" className="button" disabled={line === null || !(Number(real) >= 100)} onClick={scale}>{say("定比例", "Scale")}</button></div>
      </>}
    </section>
  );
}

/** The last measure, from the tool's preview. */
function useMeasured(): readonly [Point, Point] | null {
  const editor = useEditor("preview", "tool"), [line, setLine] = useState<readonly [Point, Point] | null>(null), shown = editor.currentTool.id === "measure" ? editor.preview?.line : undefined;
  useEffect(() => { if (shown !== undefined && shown.length === 2) setLine([shown[0]!, shown[1]!]); }, [shown]);
  return line;
}
