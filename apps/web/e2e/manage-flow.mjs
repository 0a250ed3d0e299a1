// A theatre manager's way through the back office in a real browser against a running server with the demo world:
// show, approval, session, ticket map, sales, pairing; each step checked in the page or in the answer of the server.
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { launch, WEB } from "./browser.mjs";

const base = process.env.PARTERRE ?? "https://localhost:8443",
  password = process.env.PARTERRE_PASSWORD ?? "",
  dist = join(WEB, "dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const browser = await launch(),
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ignoreHTTPSErrors: true, locale: "zh-CN" });
await context.addInitScript(() => localStorage.setItem("parterre.theme", "light"));
await context.route(
  (url) => /^\/(manage|assets|favicon)/.test(url.pathname),
  (route) => {
    const file = join(dist, new URL(route.request().url()).pathname),
      found = existsSync(file) && statSync(file).isFile() ? file : join(dist, "manage/index.html");
    return route.fulfill({ body: readFileSync(found), contentType: TYPES[extname(found)] ?? "application/octet-stream" });
  },
);
const page = await context.newPage(),
  errors = [];
page.on("pageerror", (e) => errors.push(e.message));
page.setDefaultTimeout(15_000);
const step = async (name, run) => {
  try {
    await run();
    console.log(`ok  ${name}`);
  } catch (e) {
    await page.screenshot({ path: join(WEB, "e2e/shots/manage-flow-failed.png") });
    console.error(`NOT ok  ${name}\n${e.message}`);
    console.error((await page.locator(".note.danger").allTextContents()).join("\n"));
    await browser.close();
    process.exit(1);
  }
};
const get = (path) =>
  page.evaluate(async (p) => {
    const r = await fetch(p);
    return { status: r.status, body: await r.json().catch(() => null) };
  }, path);
const button = (name) => page.getByRole("button", { name, exact: true });
const pick = async (label, text) => {
  await page.getByLabel(label).first().click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: text }).first().click();
};
const title = `测试之夜 ${Date.now() % 100000}`;

await step("a wrong password is refused with words and stays", async () => {
  await page.goto(`${base}/manage/`);
  await page.fill("input[name=login]", "manager");
  await page.fill("input[name=password]", "wrong password 1");
  await page.click("button[type=submit]");
  await page.waitForSelector(".note.danger");
  assert.equal(await page.inputValue("input[name=login]"), "manager");
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
  await page.waitForSelector("header.bar nav");
});
await step("an empty form names its fields, and what is typed survives a reload", async () => {
  await page.goto(`${base}/manage/shows/new`);
  await button("建立演出").click();
  assert.ok((await page.locator(".ant-form-item-explain-error").count()) >= 3);
  await page.getByLabel("中文名称").fill(title);
  await page.reload();
  await page.waitForSelector("text=已恢复您上次未保存的内容");
  assert.equal(await page.getByLabel("中文名称").inputValue(), title);
});
await step("a show is made", async () => {
  await pick("演出类型", "话剧");
  await page.getByLabel("主办方").fill("池座演艺集团");
  await button("建立演出").click();
  await page.waitForURL(/shows\/[0-9a-f-]{36}$/);
  await page.getByRole("heading", { name: title }).waitFor();
});
const show = page.url().split("/").pop();
const day = (n) => new Date(Date.now() + n * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
await step("its approval is entered", async () => {
  await button("登记批文").first().click();
  await page.getByLabel("批文号").fill("京文演〔2026〕9001号");
  await page.getByLabel("批准机关").fill("北京市文化和旅游局");
  await page.getByLabel("核准人数").fill("1480");
  for (const [label, n] of [
    ["有效期自", -1],
    ["有效期至", 60],
  ]) {
    await page.getByLabel(label).fill(day(n));
    await page.keyboard.press("Tab");
  }
  await button("保存批文").click();
  await page.waitForSelector(".ant-modal", { state: "hidden" });
  assert.equal((await get(`/api/v1/shows/${show}`)).body.state, "active");
});
await step("a session with its ticket map is made", async () => {
  await page.goto(`${base}/manage/shows/${show}/sessions/new`);
  await pick("厅", "歌剧厅");
  const start = 20 + Math.floor(Math.random() * 30);
  await page.locator("#startsAt").fill(`${day(start)} 14:00`);
  await page.keyboard.press("Tab");
  await page.locator("#doorsAt").fill(`${day(start)} 13:00`);
  await page.keyboard.press("Tab");
  await button("建立场次").click();
  await page.waitForURL(/sessions\/[0-9a-f-]{36}$/);
});
const session = page.url().split("/").pop();
let map;
await step("the map starts from the plan's zones; prices are set and saved as a revision", async () => {
  await page.goto(`${base}/manage/sessions/${session}/map`);
  await page.waitForSelector(".designer canvas");
  const se = (await get(`/api/v1/sessions/${session}`)).body,
    list = (await get(`/api/v1/plans/${se.planId}/maps`)).body.items;
  map = list.find((m) => m.sessionId === session).id;
  const prices = page.locator(".zone-row .price input");
  const n = await prices.count();
  assert.ok(n >= 3, `${n} zones`);
  for (let i = 0; i < n; i++) {
    await prices.nth(i).fill(String(880 - i * 100));
    await prices.nth(i).blur();
  }
  await button("保存").click();
  await page.waitForSelector("text=已全部保存");
  const saved = (await get(`/api/v1/maps/${map}`)).body;
  assert.equal(saved.zones[0].price, 88_000);
  assert.equal(saved.version, 2);
});
await step("a rectangle paints, undo takes it back, redo and Ctrl+S keep it", async () => {
  await page.keyboard.press("2");
  await page.keyboard.press("m");
  const before = await page.locator(".zone-list li .zone-row > .quiet").first().textContent();
  const box = await page.locator(".designer-map canvas").last().boundingBox();
  const drag = async () => {
    await page.mouse.move(box.x + box.width * 0.45, box.y + box.height * 0.2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.6, { steps: 6 });
    await page.mouse.up();
  };
  await drag();
  await page.waitForFunction((b) => document.querySelector(".zone-list li .zone-row > .quiet").textContent !== b, before);
  await page.keyboard.press("Control+z");
  assert.equal(await page.locator(".zone-list li .zone-row > .quiet").first().textContent(), before);
  await page.keyboard.press("Control+Shift+z");
  await page.screenshot({ path: join(WEB, "e2e/shots/manage-map-painted.png") });
  await page.reload();
  await page.waitForSelector("text=已恢复未保存的涂画");
  await page.keyboard.press("Control+s");
  await page.waitForSelector("text=已全部保存");
  assert.equal((await get(`/api/v1/maps/${map}`)).body.version, 3);
});
await step("holding too much shows the broken rule before saving, and the server refuses it in words (RL-2)", async () => {
  await page.locator(".zone-pick", { hasText: "安保" }).click();
  await page.keyboard.press("m");
  const box = await page.locator(".designer-map canvas").last().boundingBox();
  await page.mouse.move(box.x + 4, box.y + 4);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 70, box.y + box.height - 4, { steps: 4 });
  await page.mouse.up();
  await page.waitForSelector(".meter-view .bad");
  await page.screenshot({ path: join(WEB, "e2e/shots/manage-map-held.png") });
  await page.keyboard.press("Control+s");
  await page.waitForSelector(".floating .note.danger");
  assert.equal((await get(`/api/v1/maps/${map}`)).body.version, 3);
  await page.keyboard.press("Control+z");
});
await step("a change by somebody else is a choice, not a loss", async () => {
  await page.evaluate(async (id) => {
    const m = await (await fetch(`/api/v1/maps/${id}`)).json();
    const r = await fetch(`/api/v1/maps/${id}`, {
      method: "PUT",
      headers: { "content-type": "application/json", "X-Parterre": "1", "Idempotency-Key": crypto.randomUUID() },
      body: JSON.stringify({ version: m.version, zones: m.zones, holds: m.holds }),
    });
    if (!r.ok) throw new Error(await r.text());
  }, map);
  const price = page.locator(".zone-row .price input").first();
  await price.fill("999");
  await price.blur();
  await page.keyboard.press("Control+s");
  await page.waitForSelector("text=有人先保存了");
  await button("保存我的").click();
  await page.waitForSelector("text=已全部保存");
  const saved = (await get(`/api/v1/maps/${map}`)).body;
  assert.deepEqual([saved.zones[0].price, saved.version], [99_900, 5]);
});
await step("sales open, pause and open again", async () => {
  await page.goto(`${base}/manage/sessions/${session}`);
  for (const [name, state] of [
    ["开票", "on_sale"],
    ["暂停售票", "paused"],
    ["开票", "on_sale"],
  ]) {
    await button(name).first().click();
    await page.locator(".ant-modal-footer .ant-btn-primary").click();
    await page.waitForSelector(".ant-modal", { state: "hidden" });
    assert.equal((await get(`/api/v1/sessions/${session}`)).body.state, state);
  }
  await page.waitForSelector(".zone-bars");
});
await step("tickets sold at the counter stand under orders, people masked", async () => {
  const order = await page.evaluate(async (session) => {
    const post = async (path, body) => {
      const r = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json", "X-Parterre": "1", "Idempotency-Key": crypto.randomUUID() },
        body: JSON.stringify(body),
      });
      if (!r.ok) throw new Error(await r.text());
      return r.json();
    };
    const id = () => {
      const t = Date.now().toString(16).padStart(12, "0"),
        r = crypto.randomUUID();
      return `${t.slice(0, 8)}-${t.slice(8)}-7${r.slice(15)}`;
    };
    const hold = await post("/api/v1/counter/holds", { id: id(), session, best: { n: 2 } });
    const people = [
      { name: "张三", kind: "1", number: "11010519491231002X" },
      { name: "李四", kind: "1", number: "440524188001010014" },
    ];
    return (await post("/api/v1/counter/sales", { id: id(), session, hold: hold.hold, people, consent: true, method: "card" })).order;
  }, session);
  await page.goto(`${base}/manage/orders?session=${session}`);
  await page.getByRole("link", { name: order.number }).click();
  await page.waitForSelector("text=110105********002X");
  assert.equal(await page.locator("text=11010519491231002X").count(), 0);
});
await step("a refund shows its numbers before and asks for a reason", async () => {
  await button("退票").click();
  await page.waitForSelector(".ant-modal .ant-checkbox-wrapper");
  await page.locator(".ant-modal .ant-checkbox-wrapper").nth(1).click();
  await page.locator(".ant-modal textarea").fill("观众行程有变");
  await page.screenshot({ path: join(WEB, "e2e/shots/manage-refund.png") });
  await page.locator(".ant-modal-footer .ant-btn-primary").click();
  await page.waitForSelector(".ant-modal", { state: "hidden" });
  await page.waitForSelector("text=退票记录");
  const order = (await get(`/api/v1/orders/${page.url().split("/").pop()}`)).body;
  assert.deepEqual(order.tickets.map((t) => t.state).sort(), ["refunded", "valid"]);
  await page.screenshot({ path: join(WEB, "e2e/shots/manage-order-refunded.png") });
  await page.goto(`${base}/manage/sessions/${session}`);
});
await step("cancelling says what will happen and wants a reason", async () => {
  await button("取消场次").click();
  await page.locator(".ant-modal-footer .ant-btn-primary").click();
  await page.waitForSelector("text=请填写原因");
  await page.screenshot({ path: join(WEB, "e2e/shots/manage-cancel.png") });
  await page.locator(".ant-modal textarea").fill("主演患病");
  await page.locator(".ant-modal-footer .ant-btn-primary").click();
  await page.waitForSelector(".ant-modal", { state: "hidden" });
  assert.equal((await get(`/api/v1/sessions/${session}`)).body.state, "cancelled");
});
await step("a device gets a pairing code", async () => {
  await page.goto(`${base}/manage/devices`);
  await button("配对新设备").first().click();
  await page.getByLabel("设备名称").fill("东门 1 号");
  await button("生成配对码").click();
  await page.waitForSelector(".pairing .code");
  await page.screenshot({ path: join(WEB, "e2e/shots/manage-pairing.png") });
  assert.match((await page.locator(".pairing .code").textContent()).replace(" ", ""), /^[A-Z0-9]{8}$/);
});
await step("a code is taken apart, a wrong one is refused with its place", async () => {
  const code = (await get(`/api/v1/sessions/${session}`)).body.code;
  await page.goto(`${base}/manage/codes`);
  await page.locator("textarea").first().fill(code);
  await page.waitForSelector(".code-strip");
  await page.screenshot({ path: join(WEB, "e2e/shots/manage-code.png") });
  assert.ok(!page.url().includes(code));
  await page.locator("textarea").first().fill("not a code");
  await page.waitForSelector("text=不是有效编码");
});
await step("the auditor finds the cancellation with its reason", async () => {
  const other = await browser.newContext({ ignoreHTTPSErrors: true }),
    tab = await other.newPage();
  await tab.goto(`${base}/docs`);
  const found = await tab.evaluate(
    async ([password, session]) => {
      const post = await fetch("/api/v1/auth/sign-in", {
        method: "POST",
        headers: { "content-type": "application/json", "X-Parterre": "1" },
        body: JSON.stringify({ login: "auditor", password }),
      });
      if (!post.ok) throw new Error(await post.text());
      const list = await (await fetch(`/api/v1/audit?target=show.session&key=id:${session}&size=1`)).json();
      return list.items[0]?.reason;
    },
    [password, session],
  );
  assert.equal(found, "主演患病");
  await other.close();
});
await step("signing out ends the session at the server", async () => {
  await button("退出登录").click();
  await page.waitForSelector("input[name=password]");
  assert.equal((await get("/api/v1/auth/me")).status, 401);
});
assert.deepEqual(errors, []);
await browser.close();
console.log("the manager's way is open");
