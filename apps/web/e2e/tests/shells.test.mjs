import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 }, handheld: { width: 360, height: 640 } };

/** Each page as it stands without a server: no errors, axe content, nothing wider than the screen, in both languages. */
const shell = (page) => ({
  name: `${page} in both languages, sizes and themes`,
  async run(t) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      if (size === "handheld" && page !== "gate") continue;
      for (const [theme, lang] of [
        ["light", "zh"],
        ["dark", "en"],
      ]) {
        const tab = await t.page({ withoutServer: true, viewport, storage: { "parterre.theme": theme, "parterre.signed-in": "1" } });
        await tab.goto(`${t.pages}/${page}/?lang=${lang}`);
        await tab.waitForSelector("h1, h2");
        await tab.screenshot({ path: join(t.shots, `${page}-${size}-${theme}-${lang}.png`) });
        const fits = await tab.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
        assert.ok(fits, `${page} ${size} ${lang} scrolls sideways`);
        assert.deepEqual(await axe(tab), [], `${page} ${size} ${theme} ${lang}`);
        assert.equal(await tab.evaluate(() => document.documentElement.lang), lang === "zh" ? "zh-CN" : "en");
        const text = await tab.innerText("body");
        assert.ok(!/\b(app|action|state|nav|manage|counter|shop|gate|lab)\.[a-z]/.test(text), `a text key shows on ${page}: ${text}`);
        if (lang === "en") assert.ok(!/[\u4e00-\u9fff]/.test(text.replace("中文", "")), `Chinese on the English ${page}: ${text}`);
      }
    }
  },
});

export const tests = [
  ...["manage", "counter", "shop", "gate", "lab"].map(shell),
  {
    name: "sign-in keeps what was typed when it is refused",
    async run(t) {
      const tab = await t.page({ allowErrors: true });
      await tab.route("**/api/v1/auth/sign-in", (route) =>
        route.fulfill({
          status: 401,
          contentType: "application/problem+json",
          body: JSON.stringify({ status: 401, code: "access.wrong_password", zh: "账号或密码不正确。", en: "Wrong account or password." }),
        }),
      );
      await tab.goto(`${t.pages}/manage/`);
      await tab.click("button[type=submit]");
      assert.equal(await tab.getAttribute("input[name=login]", "aria-invalid"), "true");
      assert.equal(await tab.evaluate(() => document.activeElement.getAttribute("name")), "login");
      await tab.fill("input[name=login]", "manager");
      await tab.fill("input[name=password]", "not this");
      await tab.keyboard.press("Enter");
      await tab.waitForSelector(".note.danger");
      assert.match(await tab.innerText(".note.danger"), /账号或密码不正确/);
      assert.deepEqual([await tab.inputValue("input[name=login]"), await tab.inputValue("input[name=password]")], ["manager", "not this"]);
      assert.deepEqual(await axe(tab), []);
      await tab.screenshot({ path: join(t.shots, "sign-in-refused.png") });
    },
  },
  {
    name: "pages inside an entry open directly, and an unknown one says so",
    async run(t) {
      const tab = await t.page({ withoutServer: true });
      await tab.goto(`${t.pages}/shop/orders`);
      await tab.waitForSelector('nav a[aria-current="page"]');
      assert.match(await tab.innerText('nav a[aria-current="page"]'), /我的订单/);
      await tab.click("nav a >> nth=0");
      assert.equal(new URL(tab.url()).pathname, "/shop/");
      await tab.goBack();
      assert.equal(new URL(tab.url()).pathname, "/shop/orders");
      await tab.goto(`${t.pages}/shop/no/such`);
      assert.match(await tab.innerText("main"), /没有这个页面/);
    },
  },
  {
    name: "language and theme stay after a reload",
    async run(t) {
      const tab = await t.page({ withoutServer: true });
      await tab.goto(`${t.pages}/shop/`);
      await tab.click('button:has-text("English")');
      await tab.click('button[aria-label="Switch to dark"]');
      await tab.reload();
      assert.match(await tab.innerText("body"), /My orders/);
      assert.equal(await tab.evaluate(() => document.documentElement.dataset.theme), "dark");
    },
  },
];
