import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { binary, PASSWORD, Staff, startServer } from "../server.mjs";

// A counter's day: shift, sales by keys with cards from a simulated reader, parked customers, refund, close with a difference.
const CARDS = [
  ["张三", "11010519491231002X"],
  ["李四", "440524188001010014"],
  ["王五", "34052419800101001X"],
]; // published sample numbers, no persons
const DESK = { width: 1366, height: 768 },
  PHONE = { width: 390, height: 844 };
let server = null,
  folder = null;
const children = [];
export const close = async () => {
  for (const c of children) c.kill("SIGTERM");
  await server?.stop();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
};
const freePort = () =>
  new Promise((done) => {
    const p = createServer();
    p.listen(0, "localhost", () => {
      const { port } = p.address();
      p.close(() => done(port));
    });
  });
/** A program of ours; answers once its output has the words. */
function run(bin, args, words) {
  const child = spawn(bin, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const it = { child, out: "", say: (line) => child.stdin.write(`${line}\n`) };
  it.seen = (w) =>
    new Promise((done, fail) => {
      const look = () => {
        if (it.out.includes(w)) {
          child.stdout.off("data", look);
          done();
        }
      };
      child.stdout.on("data", look);
      child.once("exit", (code) => fail(new Error(`${args[0]} ended with ${code}: ${it.out}`)));
      look();
    });
  child.stdout.on("data", (b) => {
    it.out += b;
  });
  return it.seen(words).then(() => it);
}
async function begin() {
  if (server !== null) return;
  server = await startServer(new Date().toISOString().replace(/\.\d+/, ""));
  folder = mkdtempSync(join(tmpdir(), "parterre-counter-"));
}
async function counter(t, options = {}) {
  await begin();
  const page = await t.page({ viewport: DESK, locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true, ...options });
  await page.goto(`${server.url}/counter/`);
  await page.waitForSelector("input[name=login]");
  await page.fill("input[name=login]", options.login ?? "seller");
  await page.fill("input[name=password]", PASSWORD);
  await page.click("form button.main");
  await page.locator(".best-bar .button").first().waitFor(); // the keys work from here on
  return page;
}
/** A reader that types: the keys go in one after another without waiting, as a device sends them. */
async function wedge(page, text) {
  const cdp = await page.context().newCDPSession(page),
    sent = [];
  const begun = Date.now() / 1000 - (text.length + 1) * 0.008; // the last key is now
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
const sells = (page) => page.locator(".sale").waitFor();
async function look(t, page, name) {
  await page.waitForTimeout(250); // fonts and the map's first frame; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `counter-${name}.png`) });
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    false,
    `${name} scrolls sideways`,
  );
  assert.deepEqual(await axe(page), [], name);
}

async function byKeys(t) {
  const page = await counter(t);
  await page.goto(`${server.url}/counter/shift`);
  await page.getByLabel("窗口").fill("1 号窗");
  await page.getByLabel("场馆").selectOption({ index: 1 });
  await page.getByLabel("备用金（元）").fill("500");
  await look(t, page, "10-open-shift");
  await page.getByRole("button", { name: "开班" }).click();
  await page.getByText("应有现金").waitFor();
  await page.goto(`${server.url}/counter/`);
  await page.locator(".best-bar .button").first().waitFor();
  // A card that is read before seats are held does not press the number keys.
  await page.locator(".sessions h1").click();
  await wedge(page, CARDS[0][1]);
  await page.getByText("读到证件：请先锁座再录入").waitFor();
  assert.equal(await page.locator(".sale").count(), 0, "a card held seats");
  await page.keyboard.press("2");
  await sells(page);
  await page.locator("#taken").focus();
  await wedge(page, CARDS[0][1]); // the focus is in the cash field: nothing stays there
  assert.equal(await page.inputValue("#taken"), "", "the card's number stands in the cash field");
  assert.equal(await page.inputValue("#d-0"), CARDS[0][1]);
  await page.keyboard.insertText(CARDS[0][0]); // this reader has no name: the focus went there
  assert.equal(await page.inputValue("#n-0"), CARDS[0][0]);
  await wedge(page, `ID:${CARDS[1][1]};\r`); // with prefix and suffix, and Enter twice: the second one sells nothing
  assert.equal(await page.inputValue("#d-1"), CARDS[1][1]);
  assert.equal(await page.inputValue("#n-0"), CARDS[0][0], "the card's number stands in the name");
  assert.equal(await page.locator(".sale .error").count(), 0, "the reader's second Enter pressed the button");
  await wedge(page, CARDS[1][1]);
  await page.getByText("这张证件已在本单中").waitFor();
  await page.locator("#n-1").fill(CARDS[1][0]);
  await wedge(page, "110105194912310021"); // a wrong check digit
  await page.getByText("读到的号码校验不通过").waitFor();
  await look(t, page, "11-basket");
  await page.fill("#n-1", CARDS[1][0]);
  await page.locator("#taken").fill("");
  await page.locator("#taken").press("Enter"); // exact
  await page.locator("#taken").press("Enter");
  await page.getByText("已出票").waitFor();
  await look(t, page, "12-sold");
}

/** The fastest way: one key for the seat, the card, two keys for the exact cash. Reader, device program and page are the real ones. */
async function withReader(t) {
  await begin();
  const bin = binary(folder),
    link = join(folder, "reader"),
    paper = join(folder, "paper"),
    port = await freePort();
  writeFileSync(paper, "");
  const reader = await run(bin, ["reader", "sim", "--link", link], "q  ends");
  const edge = await run(
    bin,
    ["edge", "--reader", link, "--printer", paper, "--listen", `localhost:${port}`, "--origin", server.url, "--var", join(folder, "var")],
    "pairing code",
  );
  const page = await counter(t);
  await page.goto(`${server.url}/counter/devices`);
  await page.getByLabel("地址").fill(`https://localhost:${port}`);
  await page.getByLabel("配对码").fill("0000 0000");
  await page.getByRole("button", { name: "配对", exact: true }).click();
  await page.getByText("配对码不正确").waitFor();
  await page.getByLabel("配对码").fill(/(\d{4} \d{4})/.exec(edge.out)[1]);
  await page.getByRole("button", { name: "配对", exact: true }).click();
  await page.locator(".reader-chip.ok").waitFor();
  await look(t, page, "20-devices");
  await page.setViewportSize(PHONE);
  await look(t, page, "21-devices-phone");
  await page.setViewportSize(DESK);
  await page.getByRole("link", { name: "售票", exact: true }).first().click();
  await page.locator(".best-bar .button").first().waitFor();
  await page.locator(".reader-chip.ok").waitFor();
  let keys = 0;
  const press = (key) => {
    keys++;
    return page.keyboard.press(key);
  };
  await press("1");
  await sells(page);
  reader.say("3");
  await page.waitForFunction((n) => document.querySelector("#d-0")?.value === n, CARDS[2][1]);
  assert.equal(await page.inputValue("#n-0"), CARDS[2][0]);
  assert.equal(await page.evaluate(() => document.activeElement.id), "taken", "the focus is where the next key goes");
  await press("Enter");
  await press("Enter");
  await page.getByText("已出票").waitFor();
  assert.equal(keys, 3, `an order took ${keys} keys`);
  // Receipt, drawer and ticket came out of the printer: ESC p opens the drawer, GS v 0 is the QR code.
  await page.getByRole("button", { name: /打印票/ }).isEnabled();
  await page.waitForFunction(() => document.querySelector(".done .main:not([disabled])") !== null);
  const job = readFileSync(paper);
  assert.ok(job.includes(Buffer.from([0x1b, 0x70])), "the drawer stays shut");
  assert.ok(job.includes(Buffer.from([0x1d, 0x76, 0x30])), "no ticket was printed");
  assert.equal(job.includes(Buffer.from(CARDS[2][1])), false, "a document's number is on paper");
  assert.equal(edge.out.includes(CARDS[2][1]), false, "a document's number is in the device program's messages");
  // Two keys from here: the last order, and its reprint, which asks why since paper went out.
  await page.keyboard.press("F2");
  await page.getByText("已打印 1 次").waitFor();
  await page.keyboard.press("F8");
  await page.getByLabel("补打原因（旧票随即失效）").fill("卡纸");
  await look(t, page, "22-reprint");
  await page.keyboard.press("Enter");
  await page.getByText("旧票已失效，请交付新票").waitFor();
  // Laid down on the orders page, the card finds its order.
  await page.getByRole("link", { name: "最近订单" }).click();
  await page.locator(".order-row").first().waitFor();
  reader.say("0");
  await reader.seen("lifted");
  reader.say("3");
  await page.getByText("找到 1 单").waitFor();
  await look(t, page, "23-found");
}

async function parked(t) {
  await begin();
  const boss = new Staff((await t.page({ allowErrors: true })).request, server.url, "manager"),
    page = await counter(t);
  await page.keyboard.press("1");
  await sells(page);
  await page.locator("#d-0").fill(CARDS[1][1]);
  await page.locator("#n-0").fill("李四");
  const seat = (await page.locator(".sale legend span").first().innerText()).trim();
  await page.keyboard.press("F6");
  await page.getByText("挂单 1").waitFor();
  await page.keyboard.press("1");
  await sells(page);
  await page.keyboard.press("F6");
  await page.getByText("挂单 2").waitFor();
  await look(t, page, "30-parked");
  await page.reload();
  await page.getByText("挂单 2").waitFor();
  await page.getByRole("button", { name: "取回" }).first().click();
  await sells(page);
  assert.equal((await page.locator(".sale legend span").first().innerText()).trim(), seat, "another customer's seats came back");
  assert.equal(await page.inputValue("#n-0"), "李四", "what was typed is lost");
  await page.reload();
  await sells(page); // the present customer survives a reload too
  await page.setViewportSize(PHONE);
  await look(t, page, "31-parked-phone");
  await page.setViewportSize(DESK);
  // The server's time runs out: the sale says so, the seats are not sold.
  await page.getByLabel(/证件号码 1|Document number 1/).fill(CARDS[1][1]);
  await boss.call("POST", "/lab/api/clock", { to: new Date(Date.now() + 25 * 60_000).toISOString() });
  await page.locator("#taken").fill("5000");
  await page.keyboard.press("F9");
  await page
    .getByText(/锁座已过期，座位已放回/)
    .first()
    .waitFor();
  assert.equal(await page.locator(".done").count(), 0);
  // This machine's time runs out too: the parked one says so until it is cleared.
  await page.clock.install();
  await page.clock.fastForward("30:00");
  await page.reload();
  await page.getByText("锁座已过期，座位已放回").first().waitFor();
  await look(t, page, "32-over");
  await page.getByRole("button", { name: "知道了" }).click();
  assert.equal(await page.locator(".parked").count(), 0);
}

async function refundAndClose(t) {
  const page = await counter(t);
  await page.goto(`${server.url}/counter/orders`);
  await page.locator("#find").fill("张三");
  await page.keyboard.press("Enter");
  await page.getByText("找到 1 单").waitFor();
  await page.getByRole("checkbox").first().check();
  await look(t, page, "40-refund");
  await page.getByRole("button", { name: /^退 1 张票/ }).click();
  await page.getByText(/已退 1 张/).waitFor();
  await page.keyboard.press("F3");
  await page.locator("#find").fill("13900000000");
  await page.keyboard.press("Enter");
  await page.getByText("没有找到订单").waitFor();
  await page.goto(`${server.url}/counter/shift`);
  await page.getByText("应有现金").waitFor();
  await page.getByLabel("金额（元）").fill("200");
  await page.getByLabel("原因", { exact: true }).fill("投库");
  await page.getByRole("button", { name: "记录" }).click();
  await page.getByText("投库").waitFor();
  await page.getByLabel("¥100 张数").fill("1");
  await page.getByText("短款").or(page.getByText("长款")).first().waitFor();
  assert.ok(await page.getByRole("button", { name: "结束本班" }).isDisabled(), "a difference without a reason");
  await page.getByLabel(/差异原因/).fill("清点时少一张");
  await look(t, page, "41-count");
  await page.setViewportSize(PHONE);
  await look(t, page, "42-count-phone");
  await page.setViewportSize(DESK);
  await page.getByRole("button", { name: "结束本班" }).click();
  await page.getByText("待复核").waitFor();
  await page.getByRole("button", { name: "复核签署" }).click();
  await page.getByLabel("用户名").fill("finance");
  await page.getByLabel("密码").fill("wrong");
  await page.getByRole("button", { name: "签署", exact: true }).click();
  await page.getByText("第二人的用户名、密码或 PIN 不正确").first().waitFor();
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "签署", exact: true }).click();
  await page.getByText("finance 已签署").waitFor();
  await look(t, page, "43-signed");
  await page
    .getByRole("button", { name: /浅色|深色|主题/ })
    .first()
    .click()
    .catch(() => {});
  await look(t, page, "44-signed-other-theme");
  const pdf = await page.request.get(server.url + (await page.getByRole("link", { name: "班次报表 PDF" }).getAttribute("href")));
  assert.equal((await pdf.body()).subarray(0, 5).toString(), "%PDF-");
  writeFileSync(join(t.shots, "counter-shift.pdf"), await pdf.body());
  assert.ok(existsSync(join(t.shots, "counter-shift.pdf")));
}

export const tests = [
  { name: "a counter sells by keys with a card that is typed", run: byKeys },
  { name: "a counter sells in three keys with a card reader, prints and reprints", run: withReader },
  { name: "a counter parks customers and says when their time is over", run: parked },
  { name: "a counter refunds by clicks and closes its shift with a difference", run: refundAndClose },
];
