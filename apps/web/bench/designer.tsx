import "@parterre/ui/styles.css";
import "../manage/manage.css";
import {
  assignCategory,
  Autosave,
  categoryOf,
  Editor,
  BrowserJournal,
  ofObjects,
  ofSeats,
  removeSelection,
  type PlanServer,
} from "@parterre/planeditor";
import { formatPlan, sampleBowl } from "@parterre/planmodel";
import { geometryOf, mapModel, SeatMap } from "@parterre/planrender";
import { startPage } from "@parterre/ui";
import { Desk, type Opened } from "../manage/designer/page.tsx";
import { Twin } from "../manage/designer/twin.ts";
import { HttpPlanServer } from "../manage/designer/server.ts";

/**
 * The designer itself over a stadium, with a server in memory, driven by e2e/bench-map.mjs: what a change costs from
 * the event to the picture and how long it keeps the page's thread, against building everything anew.
 */
export interface Cost {
  /** ms from the event to the end of the frame that shows it */ readonly frame: number;
  /** ms in the handlers */ readonly sync: number;
  /** ms of long tasks in the three seconds after, the save among them */ readonly blocked: number;
}

const wait = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms);
  });
/** After the next frame is painted. */
const painted = (): Promise<void> =>
  new Promise((done) => {
    requestAnimationFrame(() => {
      const c = new MessageChannel();
      c.port1.onmessage = () => done();
      c.port2.postMessage(0);
    });
  });
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;

let opened: Opened | null = null,
  saves = 0;
const canvas = (): HTMLElement => document.querySelector<HTMLElement>('[data-testid="canvas"]')!;

/** Runs an event and measures it; settle: also wait for what comes after it (the save). */
async function cost(work: () => void, settle: boolean): Promise<Cost> {
  let blocked = 0;
  const watch = new PerformanceObserver((list) => {
    for (const e of list.getEntries()) blocked += e.duration;
  });
  await painted();
  watch.observe({ entryTypes: ["longtask"] });
  const start = performance.now();
  work();
  const sync = performance.now() - start;
  await painted();
  const frame = performance.now() - start;
  if (settle) await wait(3000);
  watch.disconnect();
  return { frame, sync, blocked };
}

async function several(times: number, work: (turn: number) => void): Promise<Cost> {
  const list: Cost[] = [];
  for (let i = 0; i < times; i++) list.push(await cost(() => work(i), i === times - 1));
  return { frame: median(list.map((c) => c.frame)), sync: median(list.map((c) => c.sync)), blocked: list.at(-1)!.blocked };
}

const key = (k: string): void => {
  canvas().dispatchEvent(new KeyboardEvent("keydown", { key: k, bubbles: true, cancelable: true }));
};
const pointer = (type: string, x: number, y: number): void => {
  canvas().dispatchEvent(
    new PointerEvent(type, {
      clientX: x,
      clientY: y,
      button: type === "pointermove" ? -1 : 0,
      buttons: 1,
      pointerId: 1,
      pointerType: "mouse",
      bubbles: true,
      cancelable: true,
    }),
  );
};

const api = {
  async open(seats: number): Promise<number> {
    const plan = sampleBowl(seats),
      editor = new Editor(plan),
      twin = new Twin(editor, formatPlan(plan));
    editor.change("category", (store) => {
      for (const [i, color] of ["#355cc9", "#b16100", "#068380"].entries())
        store.put("categories", { id: `k${i}`, name: `${i + 1}`, color });
    });
    editor.select({ seats: new Set([...plan.seats.keys()].map(Number)), objects: new Set() });
    assignCategory(editor, "k0");
    editor.select(ofSeats([]));
    const server: PlanServer = {
      load: () => Promise.reject(new Error("not here")),
      save: async (version) => {
        saves++;
        await wait(20);
        return { version: version + 1, changedAt: "2026-11-22T10:00:00+08:00", changedBy: null };
      },
    };
    const autosave = new Autosave({
      plan: "bench",
      editor,
      server,
      journal: new BrowserJournal("bench"),
      version: 1,
      pack: () => twin.pack(),
    });
    opened = {
      editor,
      autosave,
      twin,
      server: new HttpPlanServer("bench"),
      info: { id: "bench", hallId: "h", number: 1, state: "draft", name: "bench", version: 1, changedAt: "2026-11-22T10:00:00+08:00" },
      recovered: 0,
    };
    startPage({ page: "manage", theme: "auto", needsSignIn: false, draw: () => <Desk {...opened!} reload={() => undefined} /> });
    while (document.querySelector('[data-testid="canvas"]') === null) await wait(50);
    await wait(4000);
    return editor.plan.seats.size;
  },
  /** Nudges one seat, the seats of a section, puts 2,000 seats into another category, or takes a seat out and back again by turns. */
  async change(what: "seat" | "section" | "paint" | "delete", times: number): Promise<Cost & { seats: number }> {
    const { editor } = opened!,
      ids = [...editor.plan.seats.keys()].map(Number);
    if (what === "seat" || what === "delete") editor.select(ofSeats([ids[1000]!]));
    else if (what === "section") editor.select(ofObjects({ table: "sections", id: [...editor.plan.sections.keys()][5] as string }));
    else editor.select(ofSeats(ids.slice(3000, 5000)));
    await wait(500);
    const before = saves,
      out = await several(times, (i) => {
        if (what === "paint") assignCategory(editor, `k${1 + (i % 2)}`);
        else if (what === "delete") {
          if (i % 2 === 0) {
            editor.select(ofSeats([ids[1000]!])); // the way back does not select it
            removeSelection(editor);
          } else editor.undo();
          if (editor.plan.seats.size !== ids.length - ((i + 1) % 2)) throw new Error("the seat did not come or go");
        } else key("ArrowRight");
      });
    for (let i = 0; i < 100 && saves === before; i++) await wait(200); // a loaded machine packs later
    if (saves === before) throw new Error(`nothing was saved: ${opened!.autosave.state}`);
    return { ...out, seats: what === "seat" || what === "delete" ? 1 : what === "section" ? editor.plan.seats.size : 2000 };
  },
  /** Drags the selected section across and answers how long each frame took. */
  async drag(frames: number): Promise<{ median: number; p95: number }> {
    const { editor } = opened!,
      section = [...editor.plan.sections.values()][5]!;
    editor.select(ofObjects({ table: "sections", id: section.id }));
    const box = canvas().getBoundingClientRect(),
      seat = [...editor.plan.seats.values()].find((s) => s.row !== null && editor.plan.rows.get(s.row)!.section === section.id)!,
      [x, y] = editor.toScreen([seat.x, seat.y + 425]);
    await wait(300);
    pointer("pointermove", box.left + x, box.top + y);
    pointer("pointerdown", box.left + x, box.top + y);
    const times: number[] = [];
    let before = performance.now();
    for (let i = 1; i <= frames; i++) {
      pointer("pointermove", box.left + x + i, box.top + y + i / 2);
      await painted();
      const now = performance.now();
      times.push(now - before);
      before = now;
    }
    pointer("pointerup", box.left + x + frames, box.top + y + frames / 2);
    await wait(2500);
    times.sort((a, b) => a - b);
    return { median: median(times), p95: times[Math.floor(times.length * 0.95)]! };
  },
  /** The same change with everything built anew: model, renderer, colours, and the document for the save. */
  async rebuild(times: number): Promise<{ frame: number; save: number }> {
    const { editor } = opened!,
      host = document.getElementById("host")!,
      list: number[] = [];
    let map = new SeatMap(host, mapModel(editor.plan, geometryOf(editor.plan)), { interaction: "none" });
    const renderer = map.renderer.kind; // known: asking the machine is no part of the cost
    for (let i = 0; i < times; i++) {
      await painted();
      const start = performance.now();
      map.destroy();
      map = new SeatMap(host, mapModel(editor.plan, geometryOf(editor.plan)), { interaction: "none", renderer });
      map.fit(editor.extent);
      const { seats } = categoryOf(editor),
        zones = new Uint8Array(map.model.seats.count);
      for (let r = 0; r < zones.length; r++) zones[r] = seats.has(map.model.seats.ids[r]!) ? 1 : 0;
      map.setZones([{ name: "1" }], zones);
      map.draw();
      await painted();
      list.push(performance.now() - start);
    }
    map.destroy();
    const start = performance.now();
    new TextEncoder().encode(formatPlan(editor.plan));
    return { frame: median(list), save: performance.now() - start };
  },
};
declare global {
  interface Window {
    design: typeof api;
  }
}
window.design = api;
