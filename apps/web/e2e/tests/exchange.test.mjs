import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { startServer } from "../server.mjs";

// A buyer exchanges a ticket for a dearer seat and pays the difference; another time the seats are given up.
let server = null;
export const close = async () => {
  await server?.stop();
};
const WHO = ["张三", "11010519491231002X"]; // a published sample number, no person

async function look(t, page, name) {
  await page.waitForTimeout(250); // fonts and the map's first frame; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `exchange-${name}.png`) });
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    false,
    `${name} scrolls sideways`,
  );
  assert.deepEqual(await axe(page), [], name);
}

async function exchange(t) {
  server ??= await startServer(new Date().toISOString().replace(/\.\d+/, ""));
  const page = await t.page({ viewport: { width: 1280, height: 860 }, locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true });
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
  const session = (await call("GET", "/shop/sessions?size=20")).items.find((s) => s.title === "牡丹亭");
  const detail = await call("GET", `/shop/sessions/${session.id}`),
    zones = detail.zones.filter((z) => z.kind === "public" || z.kind === "").sort((a, b) => a.price - b.price);
  const hold = await call("POST", "/shop/holds", { id: crypto.randomUUID(), session: session.id, best: { n: 1, zones: [zones[0].no] } });
  const order = await call("POST", "/shop/orders", {
    id: crypto.randomUUID(),
    session: session.id,
    hold: hold.hold,
    people: [{ name: WHO[0], kind: "1", number: WHO[1] }],
    phone: "13800138000",
    consent: true,
  });
  const paid = await call("POST", `/shop/orders/${order.id}/pay`, { provider: "sandbox" });
  const pay = async (at) => {
    await page.goto(at);
    await page.locator("button[value=pay]").first().click();
  };
  await pay(paid.payUrl);
  await page.goto(`${server.url}/shop/orders/${order.id}`);
  await page.getByRole("link", { name: "换到其他座位" }).click();
  await page.getByRole("heading", { name: "换座" }).waitFor();
  await page.locator(".exchange-map canvas").first().waitFor();
  await look(t, page, "01-choose");
  // The seats are small on the map: the server chooses one of the dearest zone, as a tap there would.
  const to = await call("POST", "/shop/holds", { id: crypto.randomUUID(), session: session.id, best: { n: 1, zones: [zones.at(-1).no] } });
  const due = await call("POST", `/shop/orders/${order.id}/exchange-dues`, {
    id: crypto.randomUUID(),
    from: [hold.places[0].seat],
    hold: to.hold,
  });
  await page.reload();
  await page.getByText("应补差价").waitFor();
  await look(t, page, "02-due");
  await page.setViewportSize({ width: 390, height: 844 });
  await look(t, page, "03-due-phone");
  await pay((await call("POST", `/shop/exchange-dues/${due.id}/pay`, { provider: "sandbox" })).payUrl);
  await page.goto(`${server.url}/shop/orders/${order.id}/exchange`);
  await page.waitForFunction(async (id) => (await (await fetch(`/api/v1/shop/exchange-dues/${id}`)).json()).state === "done", due.id);
  const seatNow = async () => (await call("GET", `/shop/orders/${order.id}`)).tickets.find((x) => x.state === "valid")?.seat;
  for (let i = 0; i < 20 && (await seatNow()) !== to.places[0].seat; i++) await page.waitForTimeout(250); // the page goes on to the order meanwhile
  const after = await call("GET", `/shop/orders/${order.id}`);
  assert.equal(after.tickets.filter((x) => x.state === "valid")[0].seat, to.places[0].seat);
  assert.equal(after.paid, to.amount);
  await page.goto(`${server.url}/shop/orders/${order.id}`);
  await page
    .getByText("已改签")
    .first()
    .waitFor()
    .catch(() => {}); // past tickets stand behind the live ones
  await look(t, page, "04-after-phone");
}

export const tests = [{ name: "a buyer pays the difference of a dearer seat and gets the new ticket", run: exchange }];
