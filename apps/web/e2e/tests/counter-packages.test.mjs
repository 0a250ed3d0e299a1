import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { tapSeats } from "../tap.mjs";
import { PASSWORD, startServer } from "../server.mjs";

// Packages at the counter: seats that are tapped on the map, seats that the system takes, and the ways to pay.
const WECHAT = "1398765432109876";
const DESK = { width: 1366, height: 768 },
  PHONE = { width: 390, height: 844 };
let server = null;
export const close = async () => {
  await server?.stop();
};

async function packages(t, options = {}) {
  server ??= await startServer(new Date().toISOString().replace(/\.\d+/, ""));
  const page = await t.page({ viewport: DESK, locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true, ...options });
  await page.goto(`${server.url}/counter/packages`);
  await page.fill("input[name=login]", "seller");
  await page.fill("input[name=password]", PASSWORD);
  await page.click("form button.main");
  await page.locator(".package-desk form").waitFor();
  return page;
}
async function look(t, page, name) {
  await page.waitForTimeout(300); // the map's first frame; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `packages-${name}.png`), fullPage: true });
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    false,
    `${name} scrolls sideways`,
  );
  assert.deepEqual(await axe(page), [], name);
}
/** Taps n seats of the package's price. */
const tapped = (page, n) =>
  tapSeats(page, page.locator(".pack-map"), async () => (await page.locator(".pack-seats header b").innerText()).includes(`已选 ${n}）`));
async function named(t) {
  const page = await packages(t);
  await look(t, page, "01-choose");
  await page.getByLabel(/双夜套票/).check();
  for (const nth of [0, 1]) {
    await page.locator(".pack-sessions").getByRole("button").nth(nth).click();
    await tapped(page, 1);
    if (nth === 0) await look(t, page, "02-map");
  }
  const wanted = [];
  page.on("request", (r) => {
    if (r.method() === "POST" && r.url().endsWith("/counter/bundles")) wanted.push(...r.postDataJSON().seats);
  });
  const [held] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === "POST" && r.url().endsWith("/counter/bundles")),
    page.getByRole("button", { name: "锁定座位" }).click(),
  ]);
  await page.locator(".pack-sale").waitFor();
  const bundle = await held.json();
  assert.equal(wanted.length, 2);
  assert.deepEqual(
    bundle.parts.map((p) => p.places.map((x) => x.seat)),
    wanted,
    "other seats than those that were tapped are held",
  );
  await page.locator("#taken").fill("500");
  await page.reload(); // what was typed and held is found again
  await page.locator(".pack-sale").waitFor();
  assert.equal(await page.inputValue("#taken"), "500");
  await page.getByRole("button", { name: "扫码付" }).click();
  await look(t, page, "03-people");
  await page.fill("#pay-code", `${WECHAT}97`);
  await page.getByRole("button", { name: "收款", exact: true }).click();
  await page.getByText("付款被拒").waitFor();
  await page.fill("#pay-code", `${WECHAT}96`);
  await page.getByRole("button", { name: "收款", exact: true }).click();
  await page.getByText("等待顾客输入密码").waitFor();
  await page.reload(); // also while the payment has no result
  await page.getByText("套票已售出").waitFor();
  assert.equal(await page.locator(".pack-sold .lines li").count(), 2);
  await look(t, page, "04-sold");
  await page.getByRole("button", { name: "下一单" }).click();
  await page.locator(".pack-choice").waitFor();
}

async function best(t) {
  const page = await packages(t, { viewport: PHONE, locale: "en-GB", hasTouch: true, isMobile: true });
  await page.evaluate(() => localStorage.setItem("parterre.language", "en"));
  await page.reload();
  await page.getByRole("radio", { name: /Three together/ }).check();
  await page.locator(".pack-sessions input").first().check();
  await look(t, page, "10-choose-phone-en");
  await page.locator(".pack-sessions").getByRole("button").first().click();
  await page.locator(".pack-map canvas").first().waitFor();
  await look(t, page, "11-map-phone-en");
  await page.getByRole("button", { name: "Take the best available" }).click();
  await page.getByRole("button", { name: "Hold the seats" }).click();
  await page.locator(".pack-sale").waitFor();
  await page.keyboard.press("F9"); // no money yet
  await page.locator("#taken[aria-invalid=true]").waitFor();
  await look(t, page, "12-errors-phone-en");
  await page.locator("#taken").fill("1000");
  await look(t, page, "13-cash-phone-en");
  await page.locator("#sell").click();
  await page.getByText(/^Sold, package order/).waitFor();
  await page.locator(".give").getByText("¥310").waitFor();
  await look(t, page, "14-sold-phone-en");
}

export const tests = [
  { name: "a counter sells a package with tapped seats for the customer's code", run: named },
  { name: "a counter sells a package with the best seats for cash on a phone", run: best },
];
