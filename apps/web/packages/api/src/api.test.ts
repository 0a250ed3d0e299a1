import { describe, expect, it } from "vitest";
import {
  ApiProblem,
  createApi,
  CSRF_HEADER,
  EventParser,
  follow,
  IDEMPOTENCY_HEADER,
  Intents,
  MemoryStore,
  submit,
  uuidv7,
  type ServerEvent,
} from "./index.ts";

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": status < 400 ? "application/json" : "application/problem+json", ...headers },
  });

describe("createApi", () => {
  const client = (answer: (request: Request) => Response, seen: Request[], more = {}) =>
    createApi({
      baseUrl: "https://parterre.test",
      fetch: (request) => {
        seen.push(request);
        return Promise.resolve(answer(request));
      },
      ...more,
    });
  it("sends the CSRF header on what changes something", async () => {
    const seen: Request[] = [];
    await client(() => json(200, {}), seen).POST("/api/v1/auth/sign-in", { body: { login: "a", password: "b" } });
    expect(seen[0]!.headers.get(CSRF_HEADER)).toBe("1");
    expect(await seen[0]!.json()).toEqual({ login: "a", password: "b" });
  });
  it("throws refusals with their document and tells about 401", async () => {
    let out = 0;
    const api = client(() => json(401, { code: "access.wrong_password", status: 401 }, { "retry-after": "7" }), [], {
      onSignedOut: () => {
        out++;
      },
    });
    const refused = await api.POST("/api/v1/auth/sign-in", { body: { login: "a", password: "b" } }).catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(ApiProblem);
    expect(refused).toMatchObject({ status: 401, document: { code: "access.wrong_password" }, retryAfterSeconds: 7 });
    expect(out).toBe(1);
  });
  it("takes a proxy's page for a problem without words", async () => {
    const api = client(() => new Response("<h1>Bad Gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }), []);
    await expect(api.POST("/api/v1/auth/sign-in", { body: { login: "a", password: "b" } })).rejects.toMatchObject({
      status: 502,
      document: {},
    });
  });
});

describe("submit", () => {
  const setup = () => {
    let n = 0;
    const waits: number[] = [];
    return {
      waits,
      options: {
        intents: new Intents(new MemoryStore(), () => `key-${++n}`),
        wait: (ms: number) => {
          waits.push(ms);
          return Promise.resolve();
        },
      },
    };
  };
  it("keeps one key over all tries of an intent", async () => {
    const { options, waits } = setup(),
      keys: string[] = [];
    const answer = await submit(
      "pay:7",
      { a: 1 },
      (h) => {
        keys.push(h[IDEMPOTENCY_HEADER]);
        if (keys.length < 3) return Promise.reject(keys.length === 1 ? new TypeError("failed to fetch") : new ApiProblem(503, {}));
        return Promise.resolve("paid");
      },
      options,
    );
    expect([answer, keys, waits]).toEqual(["paid", ["key-1", "key-1", "key-1"], [1000, 2000]]);
  });
  it("keeps the key when the last try is lost, and takes a new one after an answer", async () => {
    const { options } = setup(),
      keys: string[] = [];
    const lost = (): Promise<unknown> =>
      submit(
        "pay:7",
        { a: 1 },
        (h) => {
          keys.push(h[IDEMPOTENCY_HEADER]);
          return Promise.reject(new TypeError("x"));
        },
        { ...options, tries: 1 },
      );
    await expect(lost()).rejects.toThrow(TypeError);
    await expect(lost()).rejects.toThrow(TypeError);
    await submit(
      "pay:7",
      { a: 1 },
      (h) => {
        keys.push(h[IDEMPOTENCY_HEADER]);
        return Promise.resolve(1);
      },
      options,
    );
    await submit(
      "pay:7",
      { a: 1 },
      (h) => {
        keys.push(h[IDEMPOTENCY_HEADER]);
        return Promise.resolve(1);
      },
      options,
    );
    expect(keys).toEqual(["key-1", "key-1", "key-1", "key-2"]);
  });
  it("waits for the first try when the server is still at it", async () => {
    const { options, waits } = setup();
    let n = 0;
    await submit(
      "pay:7",
      {},
      () => (++n === 1 ? Promise.reject(new ApiProblem(409, { code: "core.idempotency_busy" })) : Promise.resolve(n)),
      options,
    );
    expect([n, waits]).toEqual([2, [1000]]);
  });
  it("does not try again what is refused, and a changed body is a new intent", async () => {
    const { options, waits } = setup(),
      keys: string[] = [];
    await expect(
      submit(
        "hold",
        { seats: [1] },
        (h) => {
          keys.push(h[IDEMPOTENCY_HEADER]);
          return Promise.reject(new ApiProblem(409, {}));
        },
        options,
      ),
    ).rejects.toThrow();
    await expect(
      submit(
        "hold",
        { seats: [1] },
        (h) => {
          keys.push(h[IDEMPOTENCY_HEADER]);
          return Promise.reject(new TypeError("x"));
        },
        { ...options, tries: 1 },
      ),
    ).rejects.toThrow();
    await submit(
      "hold",
      { seats: [2] },
      (h) => {
        keys.push(h[IDEMPOTENCY_HEADER]);
        return Promise.resolve(1);
      },
      options,
    );
    expect([keys, waits]).toEqual([["key-1", "key-2", "key-3"], []]);
  });
});

describe("EventParser", () => {
  const text = ": hello\nid: 7\nevent: delta\ndata: a\ndata: b\n\nretry: 2500\ndata: c\r\n\r\nid: 8\n\ndata:x\n\ndata: unfinished\n";
  const want: ServerEvent[] = [
    { event: "delta", data: "a\nb", id: "7" },
    { event: "message", data: "c", id: "7" },
    { event: "message", data: "x", id: "8" },
  ];
  it("reads events however the bytes are cut", () => {
    for (let size = 1; size <= text.length; size++) {
      const parser = new EventParser(),
        got: ServerEvent[] = [];
      for (let at = 0; at < text.length; at += size) got.push(...parser.push(text.slice(at, at + size)));
      expect(got, `pieces of ${size}`).toEqual(want);
      expect([parser.lastId, parser.retry]).toEqual(["8", 2500]);
    }
  });
});

describe("follow", () => {
  it("resumes from the last id after a broken line, and ends when it is refused", async () => {
    const asked: (string | null)[] = [],
      got: string[] = [],
      states: string[] = [];
    await new Promise<void>((ended) => {
      follow("https://parterre.test/events", {
        lastEventId: "3",
        random: () => 0.5,
        onEvent: (e) => got.push(e.data),
        onState: (state) => {
          states.push(state);
          if (state === "refused") ended();
        },
        fetch: (_, init) => {
          asked.push(new Headers(init?.headers).get("Last-Event-ID"));
          if (asked.length === 3) return Promise.resolve(new Response("", { status: 403 }));
          return Promise.resolve(new Response(`retry: 1\nid: ${3 + asked.length}\ndata: n${asked.length}\n\n`, { status: 200 }));
        },
      });
    });
    expect([asked, got, states]).toEqual([
      ["3", "4", "5"],
      ["n1", "n2"],
      ["live", "waiting", "live", "waiting", "refused"],
    ]);
  });
});

describe("ids made in the browser", () => {
  it("are UUIDv7: time first, version and variant in place, ordered", () => {
    const a = uuidv7(0x0199_1234_5678, new Uint8Array(10).fill(255)),
      b = uuidv7(0x0199_1234_5679, new Uint8Array(10));
    expect(a).toBe("01991234-5678-7fff-bfff-ffffffffffff");
    expect(b).toBe("01991234-5679-7000-8000-000000000000");
    expect(a < b).toBe(true);
    expect(uuidv7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
