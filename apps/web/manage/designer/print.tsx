import { docOf } from "@parterre/planmodel";
import { format, useLanguage } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { useDesigner, useWords } from "./context.tsx";

/** The map as vectors on one sheet; drawn only when somebody prints. */
export function PrintSheet(): ReactNode {
  const { editor, info } = useDesigner(),
    say = useWords(),
    lang = useLanguage(),
    [on, setOn] = useState(false);
  useEffect(() => {
    const before = (): void => setOn(true),
      after = (): void => setOn(false);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  if (!on) return <div className="d-print" />;
  const { plan } = editor,
    [x0, y0, x1, y1] = editor.extent,
    colour = new Map<number, string>(),
    line = (x1 - x0) / 2500;
  for (const c of plan.categories.values()) for (const [a, z] of c.seats ?? []) for (let i: number = a; i <= z; i++) colour.set(i, c.color);
  const ring = (p: readonly (readonly [number, number])[]): string => p.map(([x, y]) => `${x},${y}`).join(" "),
    numbers = plan.seats.size <= 5000;
  return (
    <div className="d-print">
      <header>
        <strong>
          {docOf(plan).name} · {say(`第 ${info.number} 版`, `version ${info.number}`)}
        </strong>
        <span>
          {say(`${plan.seats.size} 座`, `${plan.seats.size} seats`)} · {format.date(info.changedAt, lang, { now: new Date() })}
        </span>
      </header>
      <svg viewBox={`${x0} ${y0} ${x1 - x0} ${y1 - y0}`} fontFamily="Noto Sans CJK SC, PingFang SC, sans-serif">
        <g fill="#f3f4f6" stroke="#99a" strokeWidth={line}>
          {[...plan.sections.values(), ...plan.areas.values(), ...plan.boxes.values()].map((r) => (
            <polygon key={r.id} points={ring(r.outline)} />
          ))}
          {[...plan.shapes.values()]
            .filter((s) => s.outline !== undefined)
            .map((s) => (
              <polygon key={s.id} points={ring(s.outline!)} fill="#e3e6ea" />
            ))}
          {[...plan.tables.values()].map((t) => (
            <circle key={t.id} cx={t.x} cy={t.y} r={t.radius} />
          ))}
        </g>
        {[...plan.seats.values()].map((s) => (
          <g key={s.id}>
            <circle cx={s.x} cy={s.y} r={210} fill="#fff" stroke={colour.get(s.id) ?? "#555"} strokeWidth={40} />
            {numbers && (
              <text x={s.x} y={s.y + 75} fontSize={210} textAnchor="middle">
                {s.number}
              </text>
            )}
          </g>
        ))}
        {[...plan.shapes.values()]
          .filter((s) => s.text !== undefined)
          .map((s) => {
            const at = s.at ?? [
              (Math.min(...s.outline!.map((p) => p[0])) + Math.max(...s.outline!.map((p) => p[0]))) / 2,
              (Math.min(...s.outline!.map((p) => p[1])) + Math.max(...s.outline!.map((p) => p[1]))) / 2,
            ];
            return (
              <text key={s.id} x={at[0]} y={at[1]} fontSize={line * 30} textAnchor="middle">
                {s.text}
              </text>
            );
          })}
      </svg>
    </div>
  );
}
