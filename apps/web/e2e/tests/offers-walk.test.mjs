import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { Staff, startServer } from "../server.mjs";

// What the house offers beside single tickets: a voucher at the checkout, and a package from the show's page to its tickets.
const MORNING = "2026-11-22T10:00:00+08:00",
  PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const china = { locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true };
const PEOPLE = [
  ["张三", "11010519491231002X"],
  ["李四", "440524188001010014"],
  ["王五", "34052419800101001X"],
  ["赵六", "370101190102039973"],
]; // published sample numbers, no persons

let server = null;
const started = async () => (server ??= await startServer(MORNING)).url;
export const close = async () => {
  await server?.stop();
};

async function look(t, page, name) {
  await page.waitForTimeout(250); // the first frame; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `offers-${name}.png`) });
  assert.deepEqual(await axe(page), [], name);
  assert.ok(
    await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
    `${name} scrolls sideways`,
  );
}
const uuid7 = () => {
  const t = Date.now().toString(16).padStart(12, "0");
  return `${t.slice(0, 8)}-${t.slice(8)}-7${crypto.randomUUID().slice(15)}`;
};
async function opera(page, url) {
  const list = (await (await page.request.get(`${url}/api/v1/shop/sessions?size=30`)).json()).items,
    s = list.find((x) => x.title === "牡丹亭");
  assert.ok(s, "the demo world has it on sale");
  return s;
}
async function fill(page, people) {
  await page.locator("#phone").waitFor();
  for (const [i, [name, number]] of people.entries()) {
    await page.fill(`#name-${i}`, name);
    await page.fill(`#number-${i}`, number);
  }
  await page.fill("#phone", "13800001234");
  await page.check("#consent");
}
async function pay(page) {
  await page.getByRole("button", { name: /^去支付/ }).click();
  await page.locator('button[name="do"][value="pay"]').click();
}

/** Fifty yuan off two tickets: a wrong code is told, the right one counts, and the order shows what was taken off. */
async function voucher(t) {
  const url = await started(),
    page = await t.page({ ...china, ...PHONE }),
    boss = new Staff((await t.page(china)).request, url, "manager"),
    s = await opera(page, url),
    rule = uuid7(),
    batch = uuid7();
  await boss.call("PUT", "/api/v1/discount-groups/vouchers", {
    id: "vouchers",
    name: "代金券",
    nameEn: "Vouchers",
    mode: "best",
    exclusive: false,
    position: 1,
    version: 0,
  });
  await boss.call("PUT", `/api/v1/discounts/${rule}`, {
    id: rule,
    group: "vouchers",
    name: "五十元代金券",
    nameEn: "50 yuan voucher",
    position: 1,
    effect: "amount",
    per: "order",
    amount: 5000,
    code: true,
    when: {},
    limit: {},
    active: true,
    version: 0,
  });
  await boss.call("POST", "/api/v1/voucher-batches", {
    id: batch,
    rule,
    name: "会员日",
    codes: 1,
    uses: 1,
    startsAt: "2026-11-01T00:00:00+08:00",
    expiresAt: "2026-12-31T00:00:00+08:00",
    giveBack: true,
  });
  const [code] = (await (await boss.request.get(`${url}/api/v1/voucher-batches/${batch}/codes.csv`)).text()).match(
    /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/,
  );
  await page.goto(`${url}/shop/sessions/${s.id}/seats`);
  await page.getByRole("button", { name: "为我选座" }).click();
  await page.getByRole("group", { name: "张数" }).getByRole("button", { name: "2", exact: true }).click();
  await page.getByRole("button", { name: "选最佳座位" }).click();
  await page.waitForURL(/\/people$/);
  await fill(page, PEOPLE.slice(0, 2));
  await page.locator(".pricebox summary").first().click();
  const field = page.getByLabel("券码"),
    use = page.getByRole("button", { name: "使用", exact: true });
  await field.fill("AAAA-AAAA-AAAA-AAAA");
  await use.click();
  await page.locator(".pricebox .note").waitFor();
  await look(t, page, "code-refused");
  await field.fill(code.toLowerCase());
  await use.click();
  await page.getByRole("button", { name: `移除 ${code}` }).waitFor();
  await page.locator(".pricebox .sums").waitFor();
  await look(t, page, "code");
  const [full, off, due] = (await page.locator(".pricebox .sums dd").allInnerTexts()).map((x) => Number(x.replace(/[^\d.]/g, "")));
  assert.deepEqual([off, due], [50, full - 50]);
  await page.getByRole("button", { name: "提交订单" }).click();
  await page.locator(".paying").waitFor();
  assert.equal(Number((await page.innerText(".paying .due b")).replace(/[^\d.]/g, "")), due, "what was shown is what is to be paid");
  assert.equal(await page.locator(".chosen .reduced").count(), 2);
  assert.match(await page.innerText(".chosen .reduced >> nth=0"), /五十元代金券 −¥25/);
  await page.locator(".ways").waitFor();
  await look(t, page, "order");
  await pay(page);
  await page.locator(".ticket").first().waitFor();
  assert.match(await page.innerText(".ticket >> nth=0"), /五十元代金券 −¥25/);
  await look(t, page, "tickets");
}

/** Two seats as one package: from the show's page over the people to the tickets, in English with English places. */
async function pack(t) {
  const url = await started(),
    page = await t.page({ ...china, ...PHONE, locale: "en-US" }),
    boss = new Staff((await t.page(china)).request, url, "manager"),
    s = await opera(page, url),
    id = uuid7();
  const d = await (await page.request.get(`${url}/api/v1/shop/sessions/${s.id}`)).json(),
    zone = d.zones[0],
    price = Math.round(zone.price * 1.6);
  await boss.call("PUT", `/api/v1/packages/${id}`, {
    show: s.showId,
    version: 0,
    content: {
      name: "双人套票",
      nameEn: "Two together",
      note: "",
      kind: "tickets",
      sessions: [s.id],
      choose: 1,
      tickets: 2,
      channels: ["online", "counter"],
      refund: "whole",
      quota: 50,
      perBuyer: 2,
      options: [{ no: 1, name: zone.name, zones: [zone.no], price }],
    },
  });
  await boss.call("POST", `/api/v1/packages/${id}/state`, { to: "on_sale" });
  await page.goto(`${url}/shop/sessions/${s.id}`);
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("link", { name: "Two together" }).click();
  await page.locator("footer.act .main").waitFor();
  await look(t, page, "package");
  await page.locator("footer.act .main").click();
  await page.waitForURL(/\/bundles\//);
  await fill(page, PEOPLE.slice(2));
  await look(t, page, "bundle-people");
  assert.match(await page.innerText(".chosen >> nth=0"), /Stalls, Row \d+, Seat \d+/);
  await page.locator("form.people .main").click();
  await page.locator(".paying .main").waitFor();
  await look(t, page, "bundle-pay");
  await page.locator(".paying .main").click();
  await page.locator('button[name="do"][value="pay"]').click();
  await page.locator("article.order .card a.button").first().waitFor();
  await look(t, page, "bundle");
  assert.equal(Number((await page.innerText(".due b")).replace(/[^\d.]/g, "")), price / 100);
  await page.locator("article.order .card a.button").first().click();
  await page.locator(".ticket").first().waitFor();
  assert.equal(await page.locator(".ticket").count(), 2);
  await look(t, page, "bundle-tickets");
}

export const tests = [
  { name: "a voucher at the checkout", run: voucher },
  { name: "a package from the show to the tickets", run: pack },
];
