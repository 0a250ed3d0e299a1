import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { PASSWORD, startServer } from "../server.mjs";

// Taking money by the customer's code at the counter. The simulated providers do as a code's last two digits say.
const CARDS = [
    ["张三", "11010519491231002X"],
    ["李四", "440524188001010014"],
    ["王五", "34052419800101001X"],
    ["赵六", "370101190102039973"],
  ],
  WECHAT = "1398765432109876",
  ALIPAY = "2898765432109876"; // published sample numbers, no persons
const DESK = { width: 1366, height: 768 },
  PHONE = { width: 390, height: 844 };
let server = null;
export const close = async () => {
  await server?.stop();
};

async function counter(t) {
  server ??= await startServer(new Date().toISOString().replace(/\.\d+/, ""));
  const page = await t.page({ viewport: DESK, locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true });
  await page.goto(`${server.url}/counter/`);
  await page.fill("input[name=login]", "seller");
  await page.fill("input[name=password]", PASSWORD);
  await page.click("form button.main");
  await page.locator(".best-bar .button").first().waitFor();
  return page;
}
/** A scanner that types: the keys go in one after another without waiting, as a device sends them. */
async function wedge(page, text) {
  const cdp = await page.context().newCDPSession(page),
    sent = [],
    begun = Date.now() / 1000 - (text.length + 1) * 0.008;
  for (const [i, ch] of [...text, "\r"].entries()) {
    const key = ch === "\r" ? "Enter" : ch,
      shared = {
        timestamp: begun + i * 0.008,
        key,
        text: ch,
        unmodifiedText: ch,
        windowsVirtualKeyCode: ch === "\r" ? 13 : ch.charCodeAt(0),
      };
    sent.push(
      cdp.send("Input.dispatchKeyEvent", { type: "keyDown", ...shared }),
      cdp.send("Input.dispatchKeyEvent", { type: "keyUp", key, windowsVirtualKeyCode: shared.windowsVirtualKeyCode }),
    );
  }
  await Promise.all(sent);
  await cdp.detach();
}
async function look(t, page, name) {
  await page.waitForTimeout(250); // fonts; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `scan-${name}.png`) });
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    false,
    `${name} scrolls sideways`,
  );
  assert.deepEqual(await axe(page), [], name);
}
async function sale(page) {
  await page.locator(".sessions h1").click();
  await page.keyboard.press("1");
  await page.locator(".sale").waitFor();
}
async function named(page, card) {
  await sale(page);
  await wedge(page, card[1]);
  await page.locator("#n-0").fill(card[0]);
}

async function paid(t) {
  const page = await counter(t);
  await sale(page);
  await page.getByRole("button", { name: "扫码付" }).waitFor(); // the counter knows which codes are taken
  await wedge(page, `${WECHAT}00`); // before anybody is named
  await page.getByText("读到付款码：请先填完观众信息").waitFor();
  await wedge(page, CARDS[0][1]);
  await page.locator("#n-0").fill(CARDS[0][0]);
  await page.locator("#pay-code").waitFor();
  await look(t, page, "01-asks");
  await page.setViewportSize(PHONE);
  await page.evaluate(() => scrollTo(0, 0));
  await look(t, page, "01-asks-phone");
  assert.ok((await page.locator("#d-0").boundingBox()).height > 40, "the visitor's fields have no room");
  for (const seen of ["#pay-code", ".due"])
    assert.ok(await page.locator(seen).evaluate((e) => e.getBoundingClientRect().bottom <= innerHeight), `${seen} is below the fold`);
  await page.setViewportSize(DESK);
  let looked = () => undefined;
  const done = new Promise((f) => (looked = f));
  await page.route("**/scan/check", (route) => done.then(() => route.continue())); // it stays so while it is looked at
  await wedge(page, `${WECHAT}96`); // wherever the focus is: the customer types the password
  await page.getByText("等待顾客输入密码").waitFor();
  await look(t, page, "02-waiting");
  await page.setViewportSize(PHONE);
  await page.evaluate(() => scrollTo(0, 0));
  await look(t, page, "03-waiting-phone");
  assert.ok(
    await page.locator(".scan-pane").evaluate((e) => e.getBoundingClientRect().bottom <= innerHeight),
    "the scan pane is below the fold",
  );
  await page.setViewportSize(DESK);
  looked();
  await page.getByText("已出票").waitFor(); // by itself
  assert.equal(
    await page
      .locator("body")
      .innerText()
      .then((x) => x.includes(WECHAT)),
    false,
    "the code stays on the page",
  );
}

async function otherwise(t) {
  const page = await counter(t);
  await named(page, CARDS[1]);
  await page.getByRole("button", { name: "扫码付" }).click();
  await page.locator("#pay-code").fill("123");
  await page.keyboard.press("Enter");
  await page.getByText("这不是付款码").waitFor();
  await wedge(page, `${ALIPAY}97`);
  await page.getByText("付款被拒").waitFor();
  await look(t, page, "10-refused");
  await wedge(page, `${ALIPAY}99`);
  await page.getByText("等待顾客输入密码").waitFor();
  await page.reload(); // what is open is found again
  await page.getByText("等待顾客输入密码").waitFor();
  await page.keyboard.press("Shift+F10");
  await look(t, page, "11-reverse");
  await page.getByRole("button", { name: "确认撤销" }).click();
  await page.getByText("付款已撤销，未收款").waitFor();
  await page.getByRole("button", { name: "现金" }).click();
  await page.getByRole("button", { name: "正好" }).click();
  await page.keyboard.press("F9");
  await page.getByText("已出票").waitFor();
}

async function unknown(t) {
  const page = await counter(t);
  await named(page, CARDS[2]);
  await page.getByRole("button", { name: "扫码付" }).click();
  await wedge(page, `${WECHAT}98`); // paid, and no answer
  await page.getByText("付款结果未知").waitFor();
  await look(t, page, "20-unknown");
  await page.getByText("已出票").waitFor(); // the next question finds it
  await page.getByRole("button", { name: "下一单" }).click();
  await named(page, CARDS[3]);
  await page.getByRole("button", { name: "扫码付" }).click();
  await wedge(page, `${WECHAT}99`);
  await page.getByText("等待顾客输入密码").waitFor();
  await page.keyboard.press("F10"); // given up: reversed and cancelled
  await page.locator(".sale").waitFor({ state: "detached" });
  await page.goto(`${server.url}/counter/orders`);
  await page.locator(".order-row").first().getByText("已取消").waitFor();
}

export const tests = [
  { name: "a counter takes money by the customer's code and waits for the password", run: paid },
  { name: "a refused code, one that is reversed, and cash instead", run: otherwise },
  { name: "a code without an answer is asked for; a sale that is given up is reversed", run: unknown },
];
