import { useEffect, useRef, type ReactNode } from "react";
import { currentTheme } from "@parterre/ui";
import { isBare } from "./begin.tsx";
import { useDesigner, useEditor, useWords } from "./context.tsx";

const WIDE = 180,
  HIGH = 120;

/** The whole plan in small with the window's frame; a press or drag on it goes there. */
export function MiniMap(): ReactNode {
  const { editor } = useDesigner(),
    say = useWords(),
    canvas = useRef<HTMLCanvasElement>(null),
    picture = useRef<HTMLCanvasElement | null>(null);
  const scale = (): { k: number; x: number; y: number } => {
    const [x0, y0, x1, y1] = editor.extent,
      k = Math.min(WIDE / (x1 - x0), HIGH / (y1 - y0));
    return { k, x: (WIDE - (x1 - x0) * k) / 2 - x0 * k, y: (HIGH - (y1 - y0) * k) / 2 - y0 * k };
  };
  useEffect(() => {
    let frame = 0,
      fresh = false;
    const draw = (): void => {
      frame = 0;
      const ctx = canvas.current?.getContext("2d"),
        dark = currentTheme() === "dark",
        s = scale();
      if (!ctx) return;
      if (!fresh || picture.current === null) {
        picture.current = still(s, dark);
        fresh = true;
      }
      ctx.clearRect(0, 0, WIDE * 2, HIGH * 2);
      ctx.drawImage(picture.current, 0, 0);
      const { camera, view } = editor,
        w = (view.width / camera.scale) * s.k,
        h = (view.height / camera.scale) * s.k;
      ctx.strokeStyle = dark ? "#6aa5ff" : "#2463c2";
      ctx.lineWidth = 2;
      ctx.strokeRect((camera.cx * s.k + s.x - w / 2) * 2, (camera.cy * s.k + s.y - h / 2) * 2, w * 2, h * 2);
    };
    const still = (s: { k: number; x: number; y: number }, dark: boolean): HTMLCanvasElement => {
      const bitmap = document.createElement("canvas"),
        { model, plan } = editor;
      bitmap.width = WIDE * 2;
      bitmap.height = HIGH * 2;
      const ctx = bitmap.getContext("2d")!;
      ctx.setTransform(2, 0, 0, 2, 0, 0);
      for (const list of [plan.sections, plan.shapes, plan.areas, plan.boxes])
        for (const r of list.values()) {
          if (r.outline === undefined) continue;
          ctx.fillStyle = list === plan.shapes ? (dark ? "#3a424b" : "#cfd5dc") : dark ? "#2e343b" : "#ffffff";
          ctx.strokeStyle = dark ? "#4a525c" : "#c4c9d0";
          ctx.lineWidth = 0.5;
          ctx.beginPath();
          for (const [x, y] of r.outline) ctx.lineTo(x * s.k + s.x, y * s.k + s.y);
          ctx.closePath();
          ctx.fill();
          ctx.stroke();
        }
      ctx.fillStyle = dark ? "#a3aab4" : "#59616b";
      const every = Math.max(1, Math.ceil(model.seats.count / 12_000));
      for (let i = 0; i < model.seats.count; i += every)
        ctx.fillRect(model.seats.x[i]! * s.k + s.x - 0.5, model.seats.y[i]! * s.k + s.y - 0.5, 1, 1);
      return bitmap;
    };
    let rest: ReturnType<typeof setTimeout> | null = null;
    /** The frame follows at once; the picture is drawn anew when the changes pause, for it costs more than they do. */
    const redraw = (): void => {
      if (rest !== null) clearTimeout(rest);
      rest = setTimeout(() => {
        rest = null;
        fresh = false;
        later();
      }, 350);
    };
    const later = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    later();
    const stop = editor.listen((t) => {
      if (t === "camera") later();
      else if (t === "document") redraw();
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
      if (rest !== null) clearTimeout(rest);
    };
  }, [editor]);
  const bare = isBare(useEditor("document").plan);
  const go = (e: { clientX: number; clientY: number; currentTarget: Element }): void => {
    const b = e.currentTarget.getBoundingClientRect(),
      s = scale();
    editor.setCamera({ ...editor.camera, cx: (e.clientX - b.left - s.x) / s.k, cy: (e.clientY - b.top - s.y) / s.k });
  };
  return (
    <canvas
      ref={canvas}
      className="d-mini"
      hidden={bare}
      width={WIDE * 2}
      height={HIGH * 2}
      style={{ width: WIDE, height: HIGH }}
      role="img"
      aria-label={say("全图缩略", "The whole plan in small")}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        go(e);
      }}
      onPointerMove={(e) => {
        if (e.buttons === 1) go(e);
      }}
    />
  );
}
