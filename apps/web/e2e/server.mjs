// Starts the built server with the demo world on free ports and a folder of its own, with a clock that tests can move.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WEB } from "./browser.mjs";

const ROOT = join(WEB, "../..");
export const PASSWORD = "Chizuo#2026";

const freePort = () =>
  new Promise((done) => {
    const probe = createServer();
    probe.listen(0, "localhost", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

/** The server under test: PARTERRE_BIN, else one built here from what is checked out, with the pages in dist/. */
export function binary(folder) {
  if (process.env.PARTERRE_BIN !== undefined) return process.env.PARTERRE_BIN;
  const out = join(folder, "parterre"),
    built = spawnSync("go", ["build", "-o", out, "./apps/parterre"], { cwd: ROOT, stdio: "inherit" });
  if (built.status !== 0 || !existsSync(out)) throw new Error("the server does not build");
  return out;
}

/** clock: RFC 3339. Answers once the server does; stop() ends it and takes its folder away. */
export async function startServer(clock) {
  const folder = mkdtempSync(join(tmpdir(), "parterre-e2e-")),
    port = await freePort(),
    lab = await freePort(),
    url = `https://localhost:${port}`;
  let log = "",
    data = null;
  const child = spawn(
    binary(folder),
    [
      "serve",
      "--listen",
      `localhost:${port}`,
      "--http",
      "",
      "--lab",
      `localhost:${lab}`,
      "--var",
      join(folder, "var"),
      "--demo",
      "--sim-clock",
      clock,
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = new Promise((done) => child.on("exit", (code) => done(code ?? -1)));
  // As root the cluster lives outside of the folder, where its own user may reach it; it goes with the folder.
  const take = (bytes) => {
    log = (log + bytes).slice(-20_000);
    data ??= / data=(\/var\/lib\/parterre\/pg-\d+)\s/.exec(log)?.[1] ?? null;
  };
  await new Promise((done, fail) => {
    const ready = (bytes) => {
      take(bytes);
      if (log.includes("Ctrl-C")) done();
    };
    child.stdout.on("data", ready);
    child.stderr.on("data", ready);
    ended.then((code) => fail(new Error(`the server ended with ${code}:\n${log}`)));
  });
  return {
    url,
    log: () => log,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      for (const path of [folder, data]) if (path !== null) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Calls the API as a signed-in member of staff; signs in again when the moved clock has ended the session. */
export class Staff {
  constructor(request, url, login) {
    Object.assign(this, { request, url, login });
  }
  async signIn() {
    const answer = await this.request.post(`${this.url}/api/v1/auth/sign-in`, {
      headers: { "X-Parterre": "1" },
      data: { login: this.login, password: PASSWORD },
    });
    if (!answer.ok()) throw new Error(`${this.login} cannot sign in: ${answer.status()} ${await answer.text()}`);
  }
  async call(method, path, data, again = true) {
    const answer = await this.request.fetch(this.url + path, {
      method,
      headers: { "X-Parterre": "1", "Idempotency-Key": crypto.randomUUID() },
      ...(data === undefined ? {} : { data }),
    });
    if (answer.status() === 401 && again) {
      await this.signIn();
      return this.call(method, path, data, false);
    }
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  }
}
