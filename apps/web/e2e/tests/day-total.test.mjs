import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { PASSWORD, Staff, startServer } from "../server.mjs";

// A day's total: closed shifts, a signature by PIN, and another person's countersignature on the same screen.
const PHONE = { width: 390, height: 844 };
let server = null;
export const close = async () => {
  await server?.stop();
};
async function look(t, page, name, fullPage = true) {
  await page.waitForTimeout(400); // antd's fade; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `day-${name}.png`), fullPage });
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    false,
    `${name} scrolls sideways`,
  );
  assert.deepEqual(await axe(page), [], name);
}
const staff = async (t, login) => new Staff((await t.page({ allowErrors: true })).request, server.url, login);

async function two(t) {
  server = await startServer("2026-11-22T12:00:00+08:00");
  const seller = await staff(t, "seller"),
    finance = await staff(t, "finance"),
    id = crypto.randomUUID(),
    venue = (await finance.call("GET", "/api/v1/venues")).items[0].id;
  await seller.call("POST", "/api/v1/shifts", { id, counter: "1 号窗", opening: 50_000, venue });
  await seller.call("POST", `/api/v1/shifts/${id}/close`, { counted: 49_500, note: "找零差错" });
  await finance.call("PUT", "/api/v1/auth/pin", { password: PASSWORD, pin: "482915" });
  const page = await t.page({ locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true });
  await page.goto(`${server.url}/manage/day-totals/2026-11-22`);
  await page.fill("input[name=login]", "finance");
  await page.fill("input[name=password]", PASSWORD);
  await page.click("form button.main");
  await page.getByText("待签字").first().waitFor();
  await look(t, page, "01-open");
  await page.getByRole("button", { name: "签字", exact: true }).click();
  await page.locator(".ant-modal").getByLabel("PIN 或密码").fill("482916");
  await page.keyboard.press("Enter");
  await page.locator(".ant-modal").getByText("密码或 PIN 不正确。").first().waitFor();
  await look(t, page, "02-wrong-pin", false);
  await page.locator(".ant-modal").getByLabel("PIN 或密码").fill("482915");
  await page.keyboard.press("Enter");
  await page.getByText("待复核签字").first().waitFor();
  await page.getByRole("button", { name: "复核签字", exact: true }).click();
  assert.ok(await page.getByRole("radio", { name: /本人/ }).isDisabled(), "the same person may countersign");
  await page.locator(".ant-modal").getByLabel("用户名").fill("manager");
  await page.locator(".ant-modal").getByLabel("PIN 或密码").fill(PASSWORD);
  await look(t, page, "03-countersign", false);
  await page.keyboard.press("Enter");
  await page.getByText("已双人签字").first().waitFor();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  await look(t, page, "04-signed");
  await page.setViewportSize(PHONE);
  await look(t, page, "05-signed-phone");
  for (const lang of ["zh", "en"]) {
    const pdf = await page.request.get(`${server.url}/api/v1/day-totals/2026-11-22/report.pdf?lang=${lang}`);
    writeFileSync(join(t.shots, `day-total-${lang}.pdf`), await pdf.body());
  }
}

export const tests = [{ name: "a day total is signed by PIN and countersigned by somebody else", run: two }];
