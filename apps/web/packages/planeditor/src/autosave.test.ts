import { formatPlan, parsePlan, PlanStore, type Plan, type PlanDiff } from "@parterre/planmodel";
import { describe, expect, it } from "vitest";
import { Autosave, OfflineError, StaleError, type PlanServer, type Stored } from "./autosave.ts";
import { MemoryJournal } from "./journal.ts";
import { merge } from "./merge.ts";
import { TestEditor } from "./testeditor.ts";

/** Keeps a document as the real server does: a version, refused when it is not the newest. */
class Room implements PlanServer {
  version = 1;
  offline = false;
  saves = 0;
  text = formatPlan(new PlanStore().plan);
  async load(): Promise<{ stored: Stored; plan: Plan }> {
    if (this.offline) throw new OfflineError();
    return { stored: { version: this.version, changedAt: "2026-11-23T10:00:00Z", changedBy: "王*" }, plan: parsePlan(this.text) };
  }
  async save(version: number, text: string): Promise<Stored> {
    if (this.offline) throw new OfflineError();
    if (version !== this.version) throw new StaleError();
    this.text = text;
    this.saves++;
    return { version: ++this.version, changedAt: "2026-11-23T10:00:01Z", changedBy: null };
  }
}

async function sit(room: Room, journal = new MemoryJournal()) {
  const { stored, plan } = await room.load(),
    editor = new TestEditor(plan),
    timers: (() => void)[] = [];
  editor.checkUndo = false;
  const autosave = new Autosave({
    plan: "p",
    editor,
    server: room,
    journal,
    version: stored.version,
    later: (run) => {
      timers.push(run);
      return () => {
        timers.splice(timers.indexOf(run), 1);
      };
    },
  });
  return { editor, autosave, journal, timers };
}

describe("autosave", () => {
  it("saves a moment after the last change and once only", async () => {
    const room = new Room(),
      a = await sit(room);
    a.editor.use("row").drag([0, 0], [2750, 0]).drag([0, 950], [2750, 950]);
    expect(a.autosave.state).toBe("unsaved");
    expect(a.timers).toHaveLength(1);
    await a.autosave.save();
    expect([room.saves, a.autosave.state, a.autosave.version]).toEqual([1, "saved", 2]);
    await a.autosave.save();
    expect(room.saves).toBe(1);
    expect(await a.journal.read("p")).toBeNull();
  });
  it("keeps every change through a lost line and a crash", async () => {
    const room = new Room(),
      journal = new MemoryJournal(),
      a = await sit(room, journal);
    a.editor.use("row").drag([0, 0], [2750, 0]);
    await a.autosave.save();
    room.offline = true;
    a.editor.drag([0, 950], [2750, 950]);
    await a.autosave.save();
    expect(a.autosave.state).toBe("offline");
    expect(a.timers.length).toBeGreaterThan(0);
    a.editor.drag([0, 1900], [2750, 1900]);
    a.editor.undo();
    a.editor.drag([0, 2850], [3300, 2850]);
    await a.autosave.save();
    const mine = a.editor.fingerprint;
    await a.autosave.written();
    a.autosave.dispose(); // the page is gone
    room.offline = false;
    const b = await sit(room, journal);
    expect(b.editor.plan.seats.size).toBe(6);
    expect(await b.autosave.recover()).toBeGreaterThan(0);
    expect(b.editor.fingerprint.split("\n")).toEqual(mine.split("\n"));
    await b.autosave.save();
    expect(parsePlan(room.text).seats.size).toBe(b.editor.plan.seats.size);
    expect(await journal.read("p")).toBeNull();
  });
  it("does not do again what the server had got when the answer was lost", async () => {
    const room = new Room(),
      journal = new MemoryJournal(),
      a = await sit(room, journal);
    a.editor.use("row").drag([0, 0], [2750, 0]);
    room.text = formatPlan(a.editor.plan);
    room.version = 2;
    a.autosave.dispose();
    const b = await sit(room, journal);
    expect(await b.autosave.recover()).toBe(0);
    expect(b.autosave.state).toBe("saved");
    expect(b.editor.plan.seats.size).toBe(6);
  });
  it("never overwrites another designer: says who and when, and merges what fits", async () => {
    const room = new Room(),
      first = await sit(room);
    first.editor.use("row").drag([0, 0], [2750, 0]).drag([0, 950], [2750, 950]);
    await first.autosave.save();
    const a = await sit(room),
      b = await sit(room);
    a.editor.change("t", (s) => {
      s.update("seats", 1, { number: "A" });
      s.update("seats", 2, { number: "B" });
    });
    await a.autosave.save();
    b.editor.change("t", (s) => {
      s.update("seats", 1, { number: "X" });
      s.update("seats", 8, { number: "Y" });
    });
    await b.autosave.save();
    expect(b.autosave.state).toBe("conflict");
    expect(b.autosave.conflict).toMatchObject({ theirs: { changedBy: "王*", version: 3 } });
    expect(b.autosave.conflict!.merge.conflicts.map((c) => c.id)).toEqual([1]);
    expect(parsePlan(room.text).seats.get(1)!.number).toBe("A");
    await b.autosave.save();
    expect(parsePlan(room.text).seats.get(1)!.number).toBe("A");
    await b.autosave.resolve("merge");
    await b.autosave.save();
    const end = parsePlan(room.text);
    expect([1, 2, 8].map((id) => end.seats.get(id)!.number)).toEqual(["A", "B", "Y"]);
    expect(b.editor.undo()).toBe(true); // mine is still in the history
  });
  it("lets mine stand in the clashes that I name, and refuses a choice that does not hold together", async () => {
    const room = new Room(),
      first = await sit(room);
    first.editor.use("row").drag([0, 0], [2750, 0]).drag([0, 950], [2750, 950]);
    await first.autosave.save();
    const a = await sit(room),
      b = await sit(room);
    a.editor.change("t", (s) => {
      s.update("seats", 1, { number: "A" });
      for (const id of [7, 8, 9, 10, 11, 12]) s.remove("seats", id);
      s.remove("rows", "r2");
    });
    await a.autosave.save();
    b.editor.change("t", (s) => {
      s.update("seats", 1, { number: "X" });
      s.update("seats", 8, { number: "Y" });
    });
    await b.autosave.save();
    const { conflicts } = b.autosave.conflict!.merge,
      at = (id: number): number => conflicts.findIndex((c) => c.id === id),
      before = b.editor.fingerprint;
    await expect(b.autosave.resolve("merge", new Set([at(1), at(8)]))).rejects.toThrow(); // seat 8 has no row with them
    expect(b.autosave.state).toBe("conflict");
    expect(b.editor.fingerprint).toBe(before);
    await b.autosave.resolve("merge", new Set([at(1)]));
    await b.autosave.save();
    const end = parsePlan(room.text);
    expect(end.seats.get(1)!.number).toBe("X");
    expect(end.seats.has(8)).toBe(false);
  });
  it("takes theirs without sending anything", async () => {
    const room = new Room(),
      a = await sit(room),
      b = await sit(room);
    a.editor.use("row").drag([0, 0], [2750, 0]);
    await a.autosave.save();
    b.editor.use("row").drag([0, 5000], [550, 5000]);
    await b.autosave.save();
    expect(b.autosave.state).toBe("conflict");
    await b.autosave.resolve("theirs");
    expect(b.editor.plan.seats.size).toBe(6);
    expect(b.autosave.dirty).toBe(false);
    expect(room.saves).toBe(1);
  });
  it("gives my new seats other ids when both designers made seats under the same", () => {
    const base = new TestEditor(),
      x = new TestEditor(base.plan),
      y = new TestEditor(base.plan),
      diffs: PlanDiff[] = [];
    x.checkUndo = y.checkUndo = false;
    x.ids.tag = "-x";
    y.ids.tag = "-y";
    x.use("row").drag([0, 0], [2750, 0]);
    y.onDiff((d) => diffs.push(d));
    y.use("row").drag([0, 9000], [4400, 9000]);
    const found = merge(
      x.plan,
      diffs.map((d) => d.filter((c) => c.table !== "levels")),
    );
    expect(found.conflicts).toEqual([]);
    x.apply("merge", found.fits);
    expect(x.plan.seats.size).toBe(15);
    expect(new Set([...x.plan.seats.values()].map((s) => s.row))).toEqual(new Set(["r1-x", "r1-y"]));
  });
});
