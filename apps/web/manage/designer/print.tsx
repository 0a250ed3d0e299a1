import { categoryNumbers, KIND_LABELS, VIEW_LABELS, type Editor } from "@parterre/planeditor";
import { docOf } from "@parterre/planmodel";
import { zoneLetter } from "@parterre/planrender";
import { format, useLanguage } from "@parterre/ui";
import { useEffect, useLayoutEffect, useState, type ReactNode } from "react";
import { useDesigner, useWords } from "./context.tsx";
import { boxToPrint, KindMark, PrintedMap, seatsToPrint, ViewMark } from "./printmap.tsx";

/** The map as vectors on one sheet, lying or standing as it fits; drawn only when somebody prints. A level shown alone is printed alone. */
export function PrintSheet(): ReactNode {
  const { editor } = useDesigner(),
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
  const box = on ? boxToPrint(editor) : null,
    tall = box !== null && box[3] - box[1] > (box[2] - box[0]) * 1.1;
  useLayoutEffect(() => {
    if (!tall) return;
    // A style sheet made here, for a page rule cannot depend on a class and the pages' policy allows no style elements.
    const turned = new CSSStyleSheet();
    turned.replaceSync("@page { size: A3 portrait; margin: 10mm }");
    document.adoptedStyleSheets.push(turned);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== turned);
    };
  }, [tall]);
  if (box === null) return <div className="d-print" />;
  return (
    <div className={`d-print ${tall ? "tall" : "wide"}`} data-testid="print">
      <PrintHead editor={editor} />
      <PrintedMap editor={editor} box={box} />
      <Legend editor={editor} />
    </div>
  );
}

function PrintHead({ editor }: { editor: Editor }): ReactNode {
  const { info } = useDesigner(),
    say = useWords(),
    lang = useLanguage(),
    { plan } = editor,
    places = seatsToPrint(editor).length + [...plan.areas.values()].reduce((n, a) => n + a.capacity, 0),
    level = editor.level === null ? undefined : plan.levels.get(editor.level);
  return (
    <header>
      <h1>
        {docOf(plan).name}
        {level !== undefined && ` · ${level.name}`}
      </h1>
      <p>
        {[
          info.state === "published"
            ? say(`第 ${info.number} 版`, `Version ${info.number}`)
            : say(`第 ${info.number} 版草稿`, `Draft of version ${info.number}`),
          say(`${format.count(places)} 个位置`, `${format.count(places)} places`),
          format.date(info.changedAt, lang, { now: new Date() }),
        ].join(" · ")}
      </p>
    </header>
  );
}

/** What the colours, letters and marks mean, of those that are on the sheet; with how many of each. */
function Legend({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    { plan } = editor,
    seats = seatsToPrint(editor),
    numbers = categoryNumbers(editor),
    zones = new Map<number, number>(),
    kinds = new Map<string, number>(),
    views = new Map<string, number>();
  const count = <K,>(of: Map<K, number>, key: K, n = 1): void => void of.set(key, (of.get(key) ?? 0) + n);
  for (const s of seats) {
    count(zones, numbers[editor.model.rankOf.get(s.id)!] ?? 0);
    count(kinds, s.kind);
    count(views, s.view);
  }
  const categories = [...plan.categories.values()];
  categories.forEach((c, i) => {
    for (const id of c.objects ?? []) count(zones, i + 1, plan.areas.get(id)?.capacity ?? 0);
  });
  return (
    <footer>
      {categories.map((c, i) =>
        (zones.get(i + 1) ?? 0) === 0 ? null : (
          <span key={c.id}>
            <i style={{ background: c.color }}>{zoneLetter(i)}</i>
            {c.name} {format.count(zones.get(i + 1)!)}
          </span>
        ),
      )}
      {categories.length > 0 && (zones.get(0) ?? 0) > 0 && (
        <span>
          <i className="none" />
          {say("未分档", "No zone")} {format.count(zones.get(0)!)}
        </span>
      )}
      {(["accessible", "companion", "couple-left", "sofa"] as const).map((k) =>
        kinds.has(k) ? (
          <span key={k}>
            <svg viewBox="-300 -300 600 600">
              <KindMark kind={k} fill="#fff" />
            </svg>
            {k === "couple-left" ? say("情侣座", "Couple seats") : say(...KIND_LABELS[k])}{" "}
            {format.count(kinds.get(k)! + (k === "couple-left" ? (kinds.get("couple-right") ?? 0) : 0))}
          </span>
        ) : null,
      )}
      {(["partial", "blocked"] as const).map((v) =>
        views.has(v) ? (
          <span key={v}>
            <svg viewBox="-300 -300 600 600">
              <KindMark kind="normal" fill="#fff" />
              <ViewMark view={v} />
            </svg>
            {say(...VIEW_LABELS[v])} {format.count(views.get(v)!)}
          </span>
        ) : null,
      )}
    </footer>
  );
}
