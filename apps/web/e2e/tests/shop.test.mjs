import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { Staff, startServer } from "../server.mjs";

const MORNING = "2026-11-22T10:00:00+08:00",
  PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  DESKTOP = { viewport: { width: 1440, height: 900 } };
const china = { locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true };
// Published sample numbers, no persons.
const PEOPLE = [
  ["张三", "11010519491231002X"],
  ["李四", "440524188001010014"],
  ["王五", "34052419800101001X"],
  ["赵六", "370101190102039973"],
];

let server = null;
const started = async () => (server ??= await startServer(MORNING)).url;
export const close = async () => {
  await server?.stop();
};

/** A picture, and what must hold of every page: axe finds nothing serious, nothing is wider than the screen. */
async function look(t, page, name) {
  await page.waitForTimeout(250); // the first frame; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `shop-${name}.png`) });
  assert.deepEqual(await axe(page), [], name);
  assert.ok(
    await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
    `${name} scrolls sideways`,
  );
}

async function sessionOf(page, url, title) {
  const found = (await (await page.request.get(`${url}/api/v1/shop/sessions?size=30`)).json()).items.find((s) => s.title === title);
  assert.ok(found, `${title} is not on sale`);
  return found.id;
}
const detail = async (page, url, id) => (await page.request.get(`${url}/api/v1/shop/sessions/${id}`)).json();

async function fillPeople(page, people = PEOPLE) {
  await page.waitForURL(/\/people$/);
  await page.locator("#phone").waitFor();
  const n = await page.locator("fieldset.person").count();
  for (let i = 0; i < n; i++) {
    await page.fill(`#name-${i}`, people[i][0]);
    await page.fill(`#number-${i}`, people[i][1]);
  }
  await page.fill("#phone", "13800001234");
  await page.check("#consent");
}
/** From the order to its tickets, at the sandbox cashier. */
async function pay(page) {
  await page.getByRole("button", { name: /^(去支付|Pay)( |$)/ }).click();
  await page.locator('button[name="do"][value="pay"]').click();
  await page.locator(".ticket").first().waitFor();
}

/** Three standing places by tapping the area and the plus beside it, and a whole table by one of its seats. */
async function standing(t) {
  const url = await started(),
    page = await t.page({ ...china, ...DESKTOP }),
    id = await sessionOf(page, url, "胡同夜曲");
  const before = (await detail(page, url, id)).areas.find((a) => a.code === "a1").free;
  await page.goto(`${url}/shop/sessions/${id}/seats`);
  await page.locator(".stage canvas").first().waitFor();
  const stage = await page.locator(".stage").boundingBox();
  const area = page.locator(".areas li", { hasText: "站席A区" });
  await page.mouse.click(stage.x + stage.width / 2, stage.y + stage.height * 0.26);
  await area.getByText("1", { exact: true }).waitFor();
  await area.getByRole("button", { name: /加一张/ }).click();
  assert.match(await page.innerText(".basket"), /站席A区 × 2\s*¥760/);
  await look(t, page, "standing");
  // A whole table comes and goes as one, which with two standing places is the limit of six.
  await page.getByRole("button", { name: "座位列表" }).click();
  await page.getByRole("option", { name: /^1号桌/ }).click();
  await page.getByRole("option", { name: /^1\s*可选/ }).click();
  assert.equal(await page.locator(".chosen li").count(), 2, "the table is one line");
  assert.match(await page.innerText(".basket"), /1号桌 · 4 座\s*¥2,320/);
  await page.getByRole("option", { name: /^2号桌/ }).click();
  await page.getByRole("option", { name: /^1\s*可选/ }).click();
  await page.getByText("每人限购 6 张").first().waitFor();
  await look(t, page, "table-list");
  await page.getByRole("button", { name: "移除 1号桌 · 4 座" }).click();
  await page.getByRole("button", { name: /去填写观众/ }).click();
  await page.locator("form.people").waitFor();
  assert.match(await page.innerText("form.people"), /一层 站席A区 站席/);
  await fillPeople(page);
  await page.getByRole("button", { name: "提交订单" }).click();
  await pay(page);
  assert.equal(await page.locator(".ticket").count(), 2);
  assert.match(await page.innerText(".ticket >> nth=0"), /站席A区 站席[\s\S]*1号门/);
  await page.getByText("怎么走：入口与座位").click();
  await page.locator(".way canvas").first().waitFor();
  await page.locator(".find").scrollIntoViewIfNeeded();
  await look(t, page, "way");
  assert.equal((await detail(page, url, id)).areas.find((a) => a.code === "a1").free, before - 2, "the stock");
  const ics = page.waitForEvent("download");
  await page.getByRole("button", { name: "加入日历" }).click();
  assert.match((await ics).suggestedFilename(), /\.ics$/);
  return { page, id, before };
}

/** Gives back one of two by clicks; the fee is the tier's, and the place is free again. */
async function refund(t) {
  const { page, id, before } = await standing(t),
    url = await started();
  await page.getByRole("button", { name: "退票", exact: true }).click();
  await page.locator(".pick input").first().waitFor();
  assert.match(await page.innerText(".refund .tiers [aria-current]"), /现在[\s\S]*20%/, "five days before: the second tier");
  await page.locator(".pick input").first().check();
  assert.match(await page.innerText(".refund .main"), /退 1 张票，退回 ¥304/);
  await look(t, page, "refund");
  await page.locator(".refund .main").click();
  await page.locator(".ticket[data-off]").waitFor();
  await page
    .getByText(/已退 1 张票/)
    .first()
    .waitFor();
  assert.equal(await page.locator(".ticket:not([data-off])").count(), 1);
  assert.equal((await detail(page, url, id)).areas.find((a) => a.code === "a1").free, before - 1);
}

/** The server's clock ends a hold: the page says so, keeps what was typed and leads on; so does an unpaid order. */
async function expired(t) {
  const url = await started(),
    page = await t.page({ ...china, ...PHONE }),
    id = await sessionOf(page, url, "牡丹亭"),
    boss = new Staff((await t.page(china)).request, url, "manager");
  const move = async (minutes) =>
    boss.call("POST", "/lab/api/clock", { to: new Date(Date.parse((await detail(page, url, id)).now) + minutes * 60_000).toISOString() });
  const choose = async () => {
    await page.getByRole("button", { name: "为我选座" }).click();
    await page.getByRole("group", { name: "张数" }).getByRole("button", { name: "1", exact: true }).click();
    await page.getByRole("button", { name: "选最佳座位" }).click();
  };
  await page.goto(`${url}/shop/sessions/${id}/seats`);
  await choose();
  await fillPeople(page);
  assert.match(await page.innerText('[role="timer"]'), /座位为您保留\s*1[45]:\d\d/);
  await move(16);
  await page.getByRole("button", { name: "提交订单" }).click();
  await page.getByText("座位保留时间已到").waitFor();
  await look(t, page, "expired-hold");
  await page.getByRole("link", { name: "重新选座" }).click();
  await choose();
  await page.waitForURL(/\/people$/);
  assert.deepEqual(
    [await page.inputValue("#name-0"), await page.inputValue("#phone")],
    [PEOPLE[0][0], "13800001234"],
    "what was typed is kept",
  );
  await page.check("#consent");
  await page.getByRole("button", { name: "提交订单" }).click();
  await page.getByRole("button", { name: /^去支付/ }).waitFor();
  await move(16);
  await page.reload();
  await page.getByText("订单超时未付款，座位已放回。").waitFor();
  await look(t, page, "expired-order");
  await page.getByRole("link", { name: "重新选座" }).click();
  await page.locator(".chooser").waitFor();
}

/** From the list to the ticket in English: what the house says is English, and so are the hall's usual words. */
async function english(t) {
  const url = await started(),
    page = await t.page({ ...china, ...PHONE, locale: "en-GB" });
  await page.goto(`${url}/shop/?lang=en`);
  await page.getByRole("link", { name: /The Peony Pavilion/ }).click();
  await page.getByText("Prices and what is left").waitFor();
  assert.match(await page.innerText(".prices"), /Zone 1/);
  await look(t, page, "en-event");
  await page.getByRole("link", { name: "Choose seats" }).click();
  await page.locator(".stage canvas").first().waitFor();
  assert.doesNotMatch(await page.innerText(".chooser"), /[\u4e00-\u9fff]/, "the chooser");
  await look(t, page, "en-seats");
  await page.getByRole("button", { name: "Best available" }).click();
  await page.getByRole("button", { name: "Find the best seats" }).click();
  await page.waitForURL(/\/people$/);
  assert.match(await page.innerText("fieldset.person >> nth=0"), /Stalls, Row \d+, Seat \d+/);
  await page.selectOption("#kind-0", "2");
  await page.locator("#phone").waitFor();
  await fillPeople(
    page,
    [["Anne O’Neil", "E12345678"], PEOPLE[1]].map(([n, d]) => [n, d]),
  );
  await look(t, page, "en-people");
  await page.getByRole("button", { name: "Place order" }).click();
  await pay(page);
  assert.match(await page.innerText(".ticket >> nth=0"), /Stalls, Row \d+, Seat \d+/);
  await page.locator(".ticket").first().scrollIntoViewIfNeeded();
  await look(t, page, "en-ticket");
  assert.doesNotMatch(
    (await page.innerText("main")).replace(/池座大剧院|歌剧厅|北京市东城区示范大街 1 号|张\*|李\*/g, ""),
    /[\u4e00-\u9fff]/,
    "the ticket page",
  );
}

/** Tab until what has the focus fits. */
async function tabTo(page, what, name) {
  for (let i = 0; i < 150; i++) {
    await page.keyboard.press("Tab");
    const hit = await page.evaluate(
      ([role, words]) => {
        const e = document.activeElement,
          said = `${e.getAttribute("aria-label") ?? ""} ${e.labels?.[0]?.textContent ?? ""} ${e.getAttribute("aria-labelledby") === null ? "" : (document.getElementById(e.getAttribute("aria-labelledby"))?.textContent ?? "")} ${e.textContent}`;
        return (e.tagName.toLowerCase() === role || e.getAttribute("role") === role || e.id === role) && said.includes(words);
      },
      [what, name],
    );
    if (hit) return;
  }
  assert.fail(`the keyboard does not reach ${what} ${name}`);
}

/** One seat bought without a pointer: list, map in words, people, cashier. */
async function keyboard(t) {
  const url = await started(),
    page = await t.page({ ...china, ...DESKTOP }),
    key = (k) => page.keyboard.press(k);
  await page.goto(`${url}/shop/`);
  await page.getByRole("link", { name: /牡丹亭/ }).waitFor();
  await tabTo(page, "a", "牡丹亭");
  await key("Enter");
  await page.getByText("票价与余票").waitFor();
  await tabTo(page, "a", "选座购买");
  await key("Enter");
  await page.locator(".stage canvas").first().waitFor();
  // On the map itself: an arrow finds a seat and says it, Enter takes it, Enter gives it back.
  await tabTo(page, "application", "座位图");
  await key("ArrowDown");
  await page.locator('p[role="status"]', { hasText: /排\d+座/ }).waitFor({ state: "attached" });
  await key("Enter");
  await page.locator(".chosen li").waitFor();
  await key("Enter");
  await page.locator(".chosen li").waitFor({ state: "detached" });
  for (let i = 0; i < 8 && !(await page.evaluate(() => document.activeElement.textContent === "座位列表")); i++) await key("Shift+Tab");
  await key("Enter");
  await tabTo(page, "listbox", "排");
  await key("ArrowDown");
  await tabTo(page, "listbox", "座位列表");
  for (let i = 0; i < 40 && (await page.locator(".chosen li").count()) === 0; i++) {
    await key("Enter");
    await key("ArrowDown");
  }
  await page.locator(".chosen li").waitFor();
  await tabTo(page, "button", "去填写观众");
  await key("Enter");
  await page.waitForURL(/\/people$/);
  await page.locator("#phone").waitFor();
  await tabTo(page, "name-0", "");
  await page.keyboard.type(PEOPLE[3][0]);
  await tabTo(page, "number-0", "");
  await page.keyboard.type(PEOPLE[3][1]);
  await tabTo(page, "phone", "");
  await page.keyboard.type("13800001234");
  await tabTo(page, "consent", "");
  await key("Space");
  await tabTo(page, "button", "提交订单");
  await key("Enter");
  await page.getByRole("button", { name: /^去支付/ }).waitFor();
  await tabTo(page, "button", "去支付");
  await key("Enter");
  await page.getByRole("button", { name: "确认支付" }).waitFor();
  await tabTo(page, "button", "确认支付");
  await key("Enter");
  await page.locator(".ticket").waitFor();
}

/** 1280 x 1024 at 400 % is 320 x 256 (WCAG 1.4.10): nothing scrolls sideways and every step's button can be reached. */
async function zoomed(t) {
  const url = await started(),
    page = await t.page({ ...china, viewport: { width: 320, height: 256 } }),
    id = await sessionOf(page, url, "胡同夜曲");
  const reach = async (button, name) => {
    await button.scrollIntoViewIfNeeded();
    await look(t, page, name);
    const b = await button.boundingBox();
    assert.ok(b.y >= 0 && b.y + b.height <= 257 && b.x >= 0 && b.x + b.width <= 321, `${name}: the button is not in view`);
  };
  await page.goto(`${url}/shop/`);
  await reach(page.getByRole("link", { name: /胡同夜曲/ }), "zoom-list");
  await page.goto(`${url}/shop/sessions/${id}`);
  await reach(page.getByRole("link", { name: "选座购买" }), "zoom-event");
  await page.getByRole("link", { name: "选座购买" }).click();
  await page.locator(".stage canvas").first().waitFor();
  await page.getByRole("button", { name: "座位列表" }).click();
  await page.getByRole("button", { name: /站席B区 加一张/ }).click();
  await reach(page.getByRole("button", { name: /去填写观众/ }), "zoom-seats");
  await page.getByRole("button", { name: /去填写观众/ }).click();
  await fillPeople(page);
  await reach(page.getByRole("button", { name: "提交订单" }), "zoom-people");
  await page.getByRole("button", { name: "提交订单" }).click();
  const button = page.getByRole("button", { name: /^去支付/ });
  await button.waitFor();
  await reach(button, "zoom-order");
}

export const tests = [
  { name: "standing places and a whole table, and a refund by clicks (RL-5)", run: refund },
  { name: "the shop in English, from the list to the ticket", run: english },
  { name: "a seat bought by the keyboard alone", run: keyboard },
  { name: "the shop at 400 % zoom", run: zoomed },
  { name: "an expired hold and an expired order lead on", run: expired },
];
