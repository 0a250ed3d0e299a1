// Every page of the back office, with the demo world in it. The pages are those of the app's own table of routes: a new
// one is visited as soon as it stands there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { axe, WEB } from "../browser.mjs";
import { PASSWORD } from "../server.mjs";

const HAN = /[\u3400-\u9fff]/;
/** Who visits what the manager may not read. */
const OTHERS = { "/audit": "auditor" };
/** A designer's canvas is a page without the shell's row of sections. */
const NO_SHELL = new Set(["/plans/:plan/design"]);

/** The paths of `const ROUTES = [{ path: "…" }, …]`. */
function routes() {
  const file = join(WEB, "manage/app.tsx"),
    found = [];
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const visit = (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== "ROUTES") return ts.forEachChild(node, visit);
    for (const route of node.initializer.elements) {
      const path = route.properties.find((p) => p.name?.getText() === "path")?.initializer;
      assert.ok(path !== undefined && ts.isStringLiteral(path), `a route without a plain path: ${route.getText()}`);
      found.push(path.text);
    }
  };
  visit(source);
  assert.ok(found.length >= 40, `only ${found.length} routes were found in ${file}`);
  return found;
}

const fits = (pattern, path) => {
  const a = pattern.split("/"),
    b = path.split("/");
  return a.length === b.length && a.every((part, i) => part.startsWith(":") || part === b[i]);
};

/** What stands for the parameters, by the part of the address before them. */
async function fillers(page) {
  return page.evaluate(async () => {
    const get = async (path) => {
      const r = await fetch(path);
      if (!r.ok) throw new Error(`${path}: ${r.status}`);
      return r.json();
    };
    const first = async (path) => {
      const { items } = await get(path);
      if (items.length === 0) throw new Error(`the demo world has nothing in ${path}`);
      return items[0];
    };
    const { items: shows } = await get("/api/v1/shows?size=200"),
      show = shows.find((s) => s.titleEn === "Late-night Jazz"),
      { items: venues } = await get("/api/v1/venues"),
      venue = venues.find((v) => v.halls.length > 0);
    const session = await first(`/api/v1/sessions?show=${show.id}`),
      { items: packs } = await get(`/api/v1/packages?show=${show.id}`),
      bundles = (await Promise.all(packs.map((p) => get(`/api/v1/packages/${p.id}/bundles`)))).flatMap((b) => b.items);
    // The demo world begins without agents: they come with their keys.
    if ((await get("/api/v1/agents")).items.length === 0)
      await fetch("/api/v1/agents", {
        method: "POST",
        headers: { "content-type": "application/json", "x-parterre": "1", "idempotency-key": crypto.randomUUID() },
        body: JSON.stringify({ name: "示范票务代理" }),
      }).then((r) => r.text()); // an answer that nobody reads never ends
    const delivery = await first("/api/v1/reporting/deliveries"),
      day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    return {
      shows: [show.id],
      sessions: [session.id],
      packages: [packs[0].id],
      bundles: [bundles[0].id],
      venues: [venue.id],
      halls: [venue.halls[0].id],
      plans: [session.planId],
      orders: [(await first(`/api/v1/orders?session=${session.id}`)).id],
      agents: [(await first("/api/v1/agents")).id],
      people: [(await first("/api/v1/users")).id],
      "day-totals": [day],
      days: [day],
      channels: [delivery.channel, String(delivery.seq)],
    };
  });
}

function fill(pattern, values) {
  let before = "",
    nth = 0;
  return pattern
    .split("/")
    .map((part) => {
      if (!part.startsWith(":")) {
        before = part;
        nth = 0;
        return part;
      }
      const value = values[before]?.[nth++];
      assert.ok(value !== undefined, `${pattern}: say in fillers() what stands for ${part} after "${before}"`);
      return encodeURIComponent(value);
    })
    .join("/");
}

/** A signed-in tab that walks within the page, and remembers what went wrong and which words came as data. */
class Tab {
  faults = [];
  data = new Set();
  #coming = new Set();
  #open = new Set();
  constructor(page, at) {
    this.page = page;
    page.on("pageerror", (e) => this.faults.push(`page error: ${e.message}`));
    page.on("console", (m) => {
      if (m.type() === "error" && !/Failed to load resource/.test(m.text())) this.faults.push(`console: ${m.text()}`);
    });
    page.on("request", (r) => {
      if (r.url().startsWith(`${at}/api/`)) this.#open.add(r);
    });
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, (r) => this.#open.delete(r));
    page.on("response", (r) => {
      const path = r.url().replace(at, "");
      if (!path.startsWith("/api/")) return;
      if (/event-stream/.test(r.headers()["content-type"] ?? "")) this.#open.delete(r.request()); // it never ends
      if (r.status() >= 400) this.faults.push(`${r.request().method()} ${path} answered ${r.status()}`);
      else if (/json/.test(r.headers()["content-type"] ?? "")) {
        const done = r
          .json()
          .then(
            (b) => this.#take(b),
            () => {},
          )
          .finally(() => this.#coming.delete(done));
        this.#coming.add(done);
      }
    });
  }
  /** Words of the house: whatever the API answers in Chinese that is not one half of a text in both languages. */
  #take(value, key = "") {
    if (typeof value === "string") {
      if (HAN.test(value) && !/^zh$|Zh$/.test(key)) for (const line of value.split("\n")) this.data.add(line.trim());
    } else if (value !== null && typeof value === "object")
      for (const [k, v] of Object.entries(value)) this.#take(v, Array.isArray(value) ? key : k);
  }
  /** Goes there and waits until nothing is loading any more. */
  async go(path) {
    await this.page.evaluate((to) => {
      history.pushState(null, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
      scrollTo(0, 0);
    }, `/manage${path}`);
    const until = Date.now() + 60_000;
    do {
      if (Date.now() > until)
        if (Date.now() > until) throw new Error(`never stops loading: ${[...this.#open].map((r) => new URL(r.url()).pathname).join(" ")}`);
      await this.page.waitForFunction(
        () =>
          document.querySelector("main h1, main canvas, main .designer, main .state") !== null &&
          document.querySelector("main .skeleton, main [aria-busy=true], main .ant-spin") === null,
        null,
        { timeout: 20_000 },
      );
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // what has come is drawn, and asks for more
    } while (this.#open.size > 0);
    await Promise.race([Promise.all(this.#coming), this.page.waitForTimeout(20_000)]);
  }
  ended() {
    const f = this.faults;
    this.faults = [];
    return f;
  }
}

async function enter(t, login, { lang = "zh", theme = "light", ...options } = {}) {
  const page = await t.page({
    allowErrors: true,
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
    storage: { "parterre.language": lang, "parterre.theme": theme },
    ...options,
  });
  const answer = await page.request.post(`${t.suite}/api/v1/auth/sign-in`, {
    headers: { "X-Parterre": "1" },
    data: { login, password: PASSWORD },
  });
  assert.ok(answer.ok(), `${login} signs in: ${answer.status()}`);
  await page.addInitScript(() => localStorage.setItem("parterre.signed-in", "1"));
  const tab = new Tab(page, t.suite);
  await page.goto(`${t.suite}/manage/`);
  await page.locator("header.bar nav a").first().waitFor();
  return tab;
}

/** What is wrong with the page as it stands. */
async function wrong(tab, pattern, lang) {
  const out = tab.ended(),
    seen = await tab.page.evaluate(() => {
      const named = [...document.querySelectorAll("[placeholder],[aria-label],[title],[alt]")].flatMap((e) =>
        ["placeholder", "aria-label", "title", "alt"].map((a) => e.getAttribute(a) ?? ""),
      );
      const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1,
        buttons = [...document.querySelectorAll("main .button")].map((e) => e.getBoundingClientRect());
      const box = (e) => {
        const r = document.createRange();
        r.selectNodeContents(e);
        return r.getBoundingClientRect();
      };
      return {
        covered: [...document.querySelectorAll("main h1, main h2")]
          .filter((e) => buttons.some((b) => b.width > 0 && over(box(e), b)))
          .map((e) => e.textContent),
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        text: document.body.innerText,
        named,
        marks: [...document.querySelectorAll("header.bar [aria-current]")].map((e) => e.textContent),
        error: document.querySelector("main .state[role=alert], main .note.danger")?.textContent ?? null,
        cut: [...document.querySelectorAll("main .card, main .stats, main .stat, main .chip, main .button, main h1")]
          .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
          .map((e) => `${e.className} ${e.textContent.slice(0, 40)}`),
        hidden: [...document.querySelectorAll("header.bar nav [aria-current], .subnav [aria-current]")]
          .filter((e) => {
            const n = e.closest("nav").getBoundingClientRect(),
              r = e.getBoundingClientRect();
            return r.left < n.left - 1 || r.right > n.right + 1;
          })
          .map((e) => e.textContent),
      };
    });
  if (seen.wide > 0) out.push(`scrolls sideways by ${seen.wide} px`);
  if (seen.covered.length > 0) out.push(`a button lies over the title ${seen.covered.join(" | ")}`);
  if (seen.cut.length > 0) out.push(`cuts off its content: ${[...new Set(seen.cut)].join(" | ")}`);
  if (seen.error !== null) out.push(`shows an error: ${seen.error}`);
  if (!NO_SHELL.has(pattern) && seen.marks.length !== 1) out.push(`marks ${JSON.stringify(seen.marks)} in the navigation`);
  if (seen.hidden.length > 0) out.push(`the marked entry is out of sight: ${seen.hidden.join(", ")}`);
  const key = /(?:^|\s)((?:m|ms|mt|o|r|w|wl|x|v|pay|manage|action|state)\.[a-z][\w-]*)(?=\s|$)/.exec(seen.text);
  if (key !== null) out.push(`shows the key ${key[1]}`);
  if (lang === "en") {
    const data = [...tab.data].sort((a, b) => b.length - a.length),
      left = [];
    for (const line of [...seen.text.split("\n"), ...seen.named]) {
      let rest = line.replace("中文", "");
      if (HAN.test(rest))
        for (const d of data) {
          if (rest.includes(d)) {
            rest = rest.replaceAll(d, "");
            if (!HAN.test(rest)) break;
          }
        }
      if (HAN.test(rest)) left.push(line.trim());
    }
    if (left.length > 0) out.push(`Chinese in English: ${[...new Set(left)].slice(0, 6).join(" | ")}`);
  }
  return out;
}

const slug = (pattern) => pattern.replace(/[:/]+/g, "-").replace(/^-|-$/g, "") || "today";

async function visitAll(t, size, lang, viewport) {
  const all = routes(),
    bad = [],
    tabs = {},
    boss = await enter(t, "manager", { lang, ...viewport }),
    values = await fillers(boss.page);
  boss.ended();
  for (const pattern of all) {
    const login = OTHERS[pattern] ?? "manager",
      tab = login === "manager" ? boss : (tabs[login] ??= await enter(t, login, { lang, ...viewport }));
    try {
      await tab.go(fill(pattern, values));
      bad.push(
        ...(await wrong(tab, pattern, lang)).map((w) => `${pattern}: ${w}`),
        ...(await axe(tab.page)).map((w) => `${pattern}: ${w}`),
      );
    } catch (e) {
      bad.push(`${pattern}: ${e.message.split("\n")[0]} ${tab.ended().join("; ")}`);
    }
    await tab.page.screenshot({ path: join(t.shots, `page-${slug(pattern)}-${size}-${lang}.png`), fullPage: !NO_SHELL.has(pattern) });
  }
  assert.equal(bad.join("\n"), "");
}

/** Follows every link that a role sees, one of each kind of page. */
async function crawl(t, login) {
  const all = routes(),
    tab = await enter(t, login),
    seen = new Set(),
    bad = [],
    links = async () =>
      tab.page.evaluate(() =>
        [...document.querySelectorAll('a[href^="/manage"]')].map((a) => new URL(a.href).pathname.replace(/^\/manage\/?/, "/")),
      );
  for (const queue = await links(); queue.length > 0;) {
    const path = queue.shift(),
      pattern = all.find((r) => fits(r, path));
    if (pattern === undefined) {
      bad.push(`a link to ${path}, which is no page`);
      continue;
    }
    if (seen.has(pattern)) continue;
    seen.add(pattern);
    await tab.go(path);
    bad.push(...(await wrong(tab, pattern, "zh")).map((w) => `${login} at ${pattern}: ${w}`));
    queue.push(...(await links()));
  }
  assert.ok(seen.size >= 8, `${login} reaches ${[...seen].join(" ")}`);
  assert.equal(bad.join("\n"), "");
}

/** The dark theme has colours of its own: contrast where most of them are used. */
async function dark(t) {
  const tab = await enter(t, "manager", { theme: "dark" }),
    values = await fillers(tab.page),
    bad = [];
  for (const pattern of [
    "/",
    "/sessions/:id",
    "/sessions/:id/prices",
    "/sessions/:id/people",
    "/orders/:id",
    "/offers/waiting",
    "/reports",
    "/packages/:id",
  ]) {
    await tab.go(fill(pattern, values) + (pattern === "/offers/waiting" ? `?session=${values.sessions[0]}` : ""));
    bad.push(...(await axe(tab.page)).map((w) => `${pattern}: ${w}`));
    await tab.page.screenshot({ path: join(t.shots, `page-${slug(pattern)}-dark-zh.png`) });
  }
  assert.equal(bad.join("\n"), "");
}

/** The eyes of these tests, on a page that was spoilt. */
async function eyes(t) {
  const tab = await enter(t, "manager", { lang: "en" });
  await tab.go("/orders");
  assert.deepEqual(await wrong(tab, "/orders", "en"), []);
  await tab.page.evaluate(() => {
    document.querySelector("header.bar nav [aria-current]").removeAttribute("aria-current");
    document.querySelector("main h1").insertAdjacentHTML("afterend", '<p>尚未翻译</p><p>m.no-such-key</p><input placeholder="请输入">');
    const wide = document.createElement("div"),
      card = document.querySelector("main .card.flush"),
      cut = document.createElement("div");
    wide.style.width = cut.style.width = "3000px";
    wide.textContent = cut.textContent = "x";
    document.querySelector("main").append(wide);
    card.append(cut);
    const title = document.querySelector("main h1"),
      over = document.createElement("button");
    over.className = "button";
    over.style.marginLeft = "-40px";
    title.after(over);
    return fetch("/api/v1/audit");
  });
  const found = (await wrong(tab, "/orders", "en")).join("\n");
  for (const what of [
    /scrolls sideways/,
    /cuts off its content: card flush/,
    /a button lies over the title Orders/,
    /marks \[\]/,
    /shows the key m\.no-such-key/,
    /Chinese in English: 尚未翻译 \| 请输入/,
    /\/api\/v1\/audit answered 403/,
  ])
    assert.match(found, what);
}

export const tests = [
  { name: "a spoilt page is seen", needs: "suite", run: eyes },
  { name: "every page in Chinese on a desk", needs: "suite", run: (t) => visitAll(t, "desk", "zh", {}) },
  {
    name: "every page in English on a phone",
    needs: "suite",
    run: (t) => visitAll(t, "phone", "en", { viewport: { width: 390, height: 844 }, hasTouch: true }),
  },
  { name: "contrast in the dark theme", needs: "suite", run: dark },
  ...["finance", "designer"].map((login) => ({
    name: `what ${login} can reach, ${login} may read`,
    needs: "suite",
    run: (t) => crawl(t, login),
  })),
];
