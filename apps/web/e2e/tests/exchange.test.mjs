import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { Staff, startServer } from "../server.mjs";
import { tapSeats } from "../tap.mjs";

// A buyer exchanges a ticket: for a dearer seat that is tapped on the map, with the difference paid at the cashier; and for a
// standing place, through a waiting room that opened meanwhile.
let server = null;
export const close = async () => {
  await server?.stop();
};
const WHO = ["张三", "11010519491231002X"], // a published sample number, no person
  PHONE = { width: 390, height: 844 };

async function look(t, page, name, options = {}) {
  await page.waitForTimeout(250); // fonts and the map's first frame; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `exchange-${name}.png`), ...options });
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    false,
    `${name} scrolls sideways`,
  );
  assert.deepEqual(await axe(page), [], name);
}
/** A guest's tab with the shop's API as its page calls it. */
async function guest(t, options = {}) {
  server ??= await startServer(new Date().toISOString().replace(/\.\d+/, ""));
  const page = await t.page({
    viewport: { width: 1280, height: 860 },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    allowErrors: true,
    ...options,
  });
  await page.goto(`${server.url}/shop/`);
  await page.waitForLoadState("networkidle");
  const call = (method, path, data) =>
    page.evaluate(
      async ([m, p, d]) => {
        const r = await fetch(`/api/v1${p}`, {
          method: m,
          headers: { "Content-Type": "application/json", "X-Parterre": "1", "Idempotency-Key": crypto.randomUUID() },
          ...(d === undefined ? {} : { body: JSON.stringify(d) }),
        });
        if (!r.ok) throw new Error(`${p}: ${r.status} ${await r.text()}`);
        return r.json();
      },
      [method, path, data],
    );
  await call("POST", "/auth/guest", {});
  return { page, call };
}
/** Buys one place of a session and opens its exchange page. */
async function bought({ page, call }, session, choice, people) {
  const hold = await call("POST", "/shop/holds", { id: crypto.randomUUID(), session, ...choice }),
    order = await call("POST", "/shop/orders", {
      id: crypto.randomUUID(),
      session,
      hold: hold.hold,
      ...(people ? { people: [{ name: WHO[0], kind: "1", number: WHO[1] }] } : {}),
      phone: "13800138000",
      consent: true,
    });
  await page.goto((await call("POST", `/shop/orders/${order.id}/pay`, { provider: "sandbox" })).payUrl);
  await page.locator("button[value=pay]").first().click();
  await page.goto(`${server.url}/shop/orders/${order.id}`);
  await page.getByRole("link", { name: "换到其他座位" }).click();
  await page.getByRole("heading", { name: "换座" }).waitFor();
  await page.locator(".exchange-map canvas").first().waitFor();
  return order;
}
const sessionOf = async (call, title) => (await call("GET", "/shop/sessions?size=30")).items.find((s) => s.title === title).id;
const valid = async (call, order) => (await call("GET", `/shop/orders/${order}`)).tickets.filter((x) => x.state === "valid");

async function dearer(t) {
  const { page, call } = await guest(t),
    session = await sessionOf(call, "牡丹亭"),
    zones = (await call("GET", `/shop/sessions/${session}`)).zones
      .filter((z) => z.kind === "public" || z.kind === "")
      .sort((a, b) => a.price - b.price),
    order = await bought({ page, call }, session, { best: { n: 1, zones: [zones[0].no] } }, true),
    [old] = await valid(call, order.id);
  await look(t, page, "01-choose", { fullPage: true });
  // The dearest seats are near the stage, which is above.
  await tapSeats(page, page.locator(".exchange-map"), async () => page.getByText("应补差价").isVisible(), [0.15, 0.55]);
  await look(t, page, "02-chosen", { fullPage: true });
  const [begun] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === "POST" && r.url().endsWith("/exchange-dues")),
    page.getByRole("button", { name: "锁定新座位" }).click(),
  ]);
  const due = await begun.json();
  await page.locator(".paying").waitFor();
  assert.deepEqual(
    (await valid(call, order.id)).map((x) => x.seat),
    [old.seat],
    "the old ticket is valid until the difference is paid",
  );
  await look(t, page, "03-due");
  await page.setViewportSize(PHONE);
  await look(t, page, "04-due-phone");
  await page.getByRole("button", { name: /^去支付/ }).click();
  await page.locator("button[value=pay]").first().click(); // at the cashier, which comes back
  await page.waitForURL(`**/shop/orders/${order.id}`);
  await page.locator(".ticket").first().waitFor();
  const now = await valid(call, order.id);
  assert.deepEqual(
    now.map((x) => x.seat),
    due.to.map((x) => x.seat),
  );
  assert.equal((await call("GET", `/shop/exchange-dues/${due.id}`)).state, "done");
  assert.equal(now[0].price, old.price + due.amount);
  await look(t, page, "05-after-phone", { fullPage: true });
}

async function standing(t) {
  const { page, call } = await guest(t, { viewport: PHONE }),
    session = await sessionOf(call, "胡同夜曲"),
    detail = await call("GET", `/shop/sessions/${session}`),
    area = detail.areas.find((a) => a.code === "a1"),
    zone = detail.zones.find((z) => z.no === area.zone),
    cheap = detail.zones.filter((z) => z.kind !== "house" && z.free > 0 && z.no !== zone.no).sort((a, b) => a.price - b.price)[0],
    order = await bought(
      { page, call },
      session,
      { best: { n: 1, zones: [cheap.no] } },
      detail.rules.realName.perOrder || detail.rules.realName.perTicket,
    );
  // A tap on the area takes one place; the list beside it says the same.
  const map = await page.locator(".exchange-map").boundingBox();
  await page.mouse.click(map.x + map.width / 2, map.y + map.height * 0.3);
  await page
    .getByRole("heading", { name: "新座位" })
    .locator("..")
    .getByText(/站席A区/)
    .waitFor();
  await look(t, page, "10-standing-phone", { fullPage: true });
  // A waiting room opens before the places are held: the buyer goes through it and finds the choice again.
  const boss = new Staff((await t.page({ allowErrors: true })).request, server.url, "manager"),
    at = `/api/v1/sessions/${session}/queue`,
    queue = { enabled: true, measured: false, low: 600, high: 600, inside: 100, passMinutes: 10 },
    moment = async () => Date.parse((await boss.call("GET", `/api/v1/shop/sessions/${session}`)).now);
  await boss.call("PUT", at, {
    ...queue,
    opensAt: new Date((await moment()) + 60_000).toISOString(),
    version: (await boss.call("GET", at)).version,
  });
  await page.locator(".exchange section.card .main").click();
  await page.locator(".queue").waitFor();
  await boss.call("POST", "/lab/api/clock", { to: new Date((await moment()) + 61_000).toISOString() });
  await page.reload(); // the line asks by itself too, in its own time
  await page.waitForURL(`**/shop/orders/${order.id}/exchange`);
  await page
    .getByRole("heading", { name: "新座位" })
    .locator("..")
    .getByText(/站席A区/)
    .waitFor();
  await look(t, page, "11-after-queue-phone", { fullPage: true });
  await page.locator(".exchange section.card .main").click();
  await page.locator(".paying").or(page.locator(".ticket")).first().waitFor();
  if (await page.locator(".paying").isVisible()) {
    await page.getByRole("button", { name: /^去支付/ }).click();
    await page.locator("button[value=pay]").first().click();
    await page.locator(".ticket").first().waitFor();
  }
  assert.match((await valid(call, order.id))[0].text, /站席A区/);
}

export const tests = [
  { name: "a buyer taps a dearer seat, pays the difference and gets the new ticket", run: dearer },
  { name: "a buyer exchanges for a standing place through a waiting room", run: standing },
];
