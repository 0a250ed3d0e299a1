import { ApiProblem } from "@parterre/api";
import { describe, expect, it } from "vitest";
import { en, zh } from "./messages.ts";
import { ScanQueue, Wedge } from "./queue.ts";
import { methodOf, type Scan, type Verdict } from "./wire.ts";

const scan = (id: string): Scan => ({ id, session: "s", gate: "", method: "code", text: "x", read: 0 });
const verdict = (id: string): Verdict => ({
  scan: id,
  admitted: true,
  zh: "",
  en: "",
  alarm: false,
  checkId: false,
  inside: 1,
  approved: 2,
  at: "",
});
const settled = async (q: ScanQueue): Promise<void> => {
  while (q.state().pending.length > 0 && !q.state().signedOut) await Promise.resolve();
};

describe("scan queue", () => {
  it("sends again with the same id until it is answered, in order, and marks the late ones", async () => {
    const sent: string[] = [];
    let fail = 2;
    const q = new ScanQueue({
      load: () => null,
      save: () => {},
      pause: () => Promise.resolve(),
      deliver: (s, offline) => {
        sent.push(`${s.id}${offline ? "+" : ""}`);
        return fail-- > 0 ? Promise.reject(fail === 1 ? new TypeError("line") : new ApiProblem(503, {})) : Promise.resolve(verdict(s.id));
      },
    });
    q.add(scan("a"));
    q.add(scan("b"));
    await settled(q);
    expect(sent).toEqual(["a", "a+", "a+", "b"]);
    expect(q.state().recent.map((e) => [e.scan.id, e.outcome.kind])).toEqual([
      ["b", "answered"],
      ["a", "answered"],
    ]);
  });
  it("keeps what was not answered through a reload", async () => {
    let kept = "[]";
    const first = new ScanQueue({
      load: () => null,
      save: (t) => {
        kept = t;
      },
      pause: () => new Promise(() => {}),
      deliver: () => Promise.reject(new TypeError("line")),
    });
    first.add(scan("a"));
    const again: string[] = [];
    const second = new ScanQueue({
      load: () => kept,
      save: (t) => {
        kept = t;
      },
      pause: () => Promise.resolve(),
      deliver: (s) => {
        again.push(s.id);
        return Promise.resolve(verdict(s.id));
      },
    });
    await second.run();
    expect([again, kept]).toEqual([["a"], "[]"]);
  });
  it("stops at a sign-out and goes on after it; a final refusal does not hold up the rest", async () => {
    const answers = [new ApiProblem(401, {}), new ApiProblem(422, { code: "checking.method" })];
    const q = new ScanQueue({
      load: () => null,
      save: () => {},
      pause: () => Promise.resolve(),
      deliver: (s) => {
        const e = answers.shift();
        return e === undefined ? Promise.resolve(verdict(s.id)) : Promise.reject(e);
      },
    });
    q.add(scan("a"));
    q.add(scan("b"));
    await settled(q);
    expect([q.state().signedOut, q.state().pending.length]).toEqual([true, 2]);
    q.resume();
    await settled(q);
    expect(q.state().recent.map((e) => [e.scan.id, e.outcome.kind])).toEqual([
      ["b", "answered"],
      ["a", "refused"],
    ]);
  });
  it("reads nothing from a store that somebody broke", () => {
    for (const text of ["{", "7", '[{"id":1}]'])
      expect(
        new ScanQueue({
          load: () => text,
          save: () => {},
          pause: () => Promise.resolve(),
          deliver: () => Promise.reject(new Error()),
        }).state().pending,
      ).toEqual([]);
  });
});

describe("what was read", () => {
  it("tells a scanner from a person typing", () => {
    const type = (text: string, gap: number): string | null => {
      const w = new Wedge();
      let at = 1000,
        out: string | null = null;
      for (const c of [...text, "Enter"]) out = w.key(c, (at += gap));
      return out;
    };
    expect([type("PT:ABC 123", 8), type("PT:ABC 123", 200), type("123", 8)]).toEqual(["PT:ABC 123", null, null]);
    const w = new Wedge();
    w.key("z", 0); // a stray key long before does not get into the scan
    for (const [i, c] of [..."12345678"].entries()) w.key(c, 1000 + i);
    expect(w.key("Enter", 1010)).toBe("12345678");
  });
  it("knows QR payloads, ticket codes and identity cards apart", () => {
    expect(["11010519491231002X", "PT:6BF5$*", "1101010010120261123000112345AB", "hello"].map(methodOf)).toEqual([
      "idcard",
      "qr",
      "code",
      "qr",
    ]);
  });
});

it("every text of the gate is in both languages", () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
