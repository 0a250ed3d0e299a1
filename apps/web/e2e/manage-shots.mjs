// Screenshots of the back office against a running server (PARTERRE=https://localhost:8443) with the demo world, the pages
// from dist/: desktop and phone, both languages, axe on each. SHOT=part-of-name limits, SIZES=desktop, LANGS=zh too.
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { axe, launch, SHOTS, WEB } from "./browser.mjs";

const base = process.env.PARTERRE ?? "https://localhost:8443",
  password = process.env.PARTERRE_PASSWORD ?? "";
const dist = join(WEB, "dist"),
  TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
mkdirSync(SHOTS, { recursive: true });
const browser = await launch();

async function open(viewport, lang, login) {
  const context = await browser.newContext({
    viewport,
    ignoreHTTPSErrors: true,
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    deviceScaleFactor: viewport.width < 500 ? 2 : 1,
  });
  await context.addInitScript(
    ([l]) => {
      localStorage.setItem("parterre.language", l);
      localStorage.setItem("parterre.theme", "light");
    },
    [lang],
  );
  await context.route(
    (url) => /^\/(manage|assets|favicon)/.test(url.pathname),
    (route) => {
      const path = new URL(route.request().url()).pathname,
        file = join(dist, path),
        found = existsSync(file) && statSync(file).isFile() ? file : join(dist, "manage/index.html");
      return route.fulfill({ body: readFileSync(found), contentType: TYPES[extname(found)] ?? "application/octet-stream" });
    },
  );
  const page = await context.newPage();
  page.on("pageerror", (e) => {
    faults++;
    console.error("PAGE ERROR", page.url(), e.message);
  });
  await page.goto(`${base}/manage/`);
  if (login !== null) {
    await page.fill("input[name=login]", login);
    await page.fill("input[name=password]", password);
    await page.click("button[type=submit]");
    await page.waitForSelector("header.bar");
  }
  return { context, page };
}
let faults = 0;
const settle = async (page) => {
  await page.waitForLoadState("networkidle").catch(() => {});
  await page.waitForTimeout(350);
};

async function shoot(page, name, size, lang) {
  await settle(page);
  const file = join(SHOTS, `manage-${name}-${size}-${lang}.png`);
  await page.screenshot({ path: file, fullPage: false });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const found = [...(wide > 0 ? [`scrolls sideways by ${wide}`] : []), ...(await axe(page))];
  for (const f of found) {
    faults++;
    console.error(`${name} ${size} ${lang}: ${f}`);
  }
}

async function ids(page) {
  return page.evaluate(async () => {
    const get = async (p) => {
      const r = await fetch(p);
      return r.ok ? r.json() : null;
    };
    const shows = await get("/api/v1/shows"),
      sessions = await get("/api/v1/sessions?size=50"),
      venues = await get("/api/v1/venues"),
      orders = await get("/api/v1/orders?size=20"),
      deliveries = await get("/api/v1/reporting/deliveries");
    return {
      show: shows?.items[0]?.id,
      session: sessions?.items[0]?.id,
      sessions: sessions?.items.map((s) => s.id),
      venue: venues?.items[0]?.id,
      hall: venues?.items[0]?.halls[0]?.id,
      order: orders?.items[0]?.id,
      delivery: deliveries?.items[0],
    };
  });
}

const MANAGER = (i) => ({
  today: "/",
  shows: "/shows",
  "show-new": "/shows/new",
  show: `/shows/${i.show}`,
  "show-edit": `/shows/${i.show}/edit`,
  "session-new": `/shows/${i.show}/sessions/new`,
  session: `/sessions/${i.session}`,
  map: `/sessions/${i.session}/map`,
  venues: "/venues",
  venue: `/venues/${i.venue}`,
  hall: `/venues/${i.venue}/halls/${i.hall}`,
  orders: "/orders",
  ...(i.order ? { order: `/orders/${i.order}` } : {}),
  reports: "/reports",
  deliveries: "/reports/deliveries",
  ...(i.delivery ? { delivery: `/reports/channels/${i.delivery.channel}/${i.delivery.seq}` } : {}),
  "report-day": `/reports/days/${new Date(Date.now() - 57600000).toISOString().slice(0, 10)}`,
  people: "/people",
  keys: "/people/keys",
  devices: "/devices",
  codes: "/codes",
  password: "/password",
  nowhere: "/nowhere",
});
const only = process.env.SHOT?.split(","),
  wanted = (name) => only === undefined || only.some((o) => name === o || (o.endsWith("*") && name.startsWith(o.slice(0, -1))));
for (const lang of (process.env.LANGS ?? "zh,en").split(",")) {
  for (const size of (process.env.SIZES ?? "desktop,phone").split(",")) {
    if (wanted("sign-in")) {
      const { context, page } = await open(SIZES[size], lang, null);
      await shoot(page, "sign-in", size, lang);
      await context.close();
    }
    const { context, page } = await open(SIZES[size], lang, "manager");
    const found = await ids(page);
    for (const [name, path] of Object.entries(MANAGER(found))) {
      if (!wanted(name)) continue;
      await page.goto(`${base}/manage${path}`);
      await shoot(page, name, size, lang);
    }
    await context.close();
    for (const [login, pages] of Object.entries({
      auditor: { audit: "/audit" },
      admin: { "people-admin": "/people", "keys-admin": "/people/keys", "devices-admin": "/devices" },
    })) {
      if (!Object.keys(pages).some(wanted)) continue;
      const other = await open(SIZES[size], lang, login);
      for (const [name, path] of Object.entries(pages))
        if (wanted(name)) {
          await other.page.goto(`${base}/manage${path}`);
          await shoot(other.page, name, size, lang);
        }
      await other.context.close();
    }
  }
}
await browser.close();
console.log(`shots in ${SHOTS}, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
