import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { PASSWORD, startServer } from "../server.mjs";

let server = null;
export const close = async () => {
  await server?.stop();
};

async function look(t, page, name) {
  await page.waitForTimeout(400); // a dialog's opening; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `agents-${name}.png`), fullPage: true });
  assert.deepEqual(await axe(page), [], name);
}

export const tests = [
  {
    name: "an agent is registered, gets a key that is shown once, and loses it",
    async run(t) {
      server ??= await startServer("2026-11-22T10:00:00+08:00");
      const { url } = server,
        page = await t.page({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true });
      await page.goto(`${url}/manage/agents`);
      await page.fill("input[name=login]", "manager");
      await page.fill("input[name=password]", PASSWORD);
      await page.click("form button.main");
      await page.getByRole("heading", { name: "还没有代理商" }).waitFor();
      await look(t, page, "none");
      await page.getByRole("button", { name: "登记代理商" }).first().click();
      await page.getByLabel("名称").fill("好票网");
      await page.getByRole("dialog").getByRole("button", { name: "登记代理商" }).click();
      await page.getByRole("heading", { name: "好票网", level: 1 }).waitFor();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "生成密钥" }).last().click();
      await page.getByRole("dialog").getByRole("button", { name: "生成密钥" }).click();
      const secret = await page.locator("output.pre").textContent();
      const me = () => page.request.get(`${url}/api/v1/agent/me`, { headers: { Authorization: `Bearer ${secret}`, Cookie: "" } });
      assert.equal((await (await me()).json()).name, "好票网", "the key sells for this agent");
      await look(t, page, "key");
      await page.getByRole("button", { name: "我已保存" }).click();
      await page.getByText("有效", { exact: true }).waitFor();
      await page.locator("output.pre").waitFor({ state: "detached" }); // goes with the dialog
      assert.ok(!(await page.content()).includes(secret), "the secret stays on the page");
      await look(t, page, "one");
      await page.getByRole("button", { name: "吊销" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /吊\s?销/ })
        .click();
      await page.getByText("已吊销").waitFor();
      assert.equal((await me()).status(), 401, "a revoked key still works");
      await page.setViewportSize({ width: 390, height: 844 });
      await look(t, page, "phone");
      assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
        "the page scrolls sideways",
      );
    },
  },
];
