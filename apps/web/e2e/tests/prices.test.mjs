// Price rules on the page: begin from the prices on sale, change one, save, activate, confirm what is proposed, see it
// reach the seats, ask why, and play a dry run with its chart.
import { axe } from "../browser.mjs";
import { PASSWORD, startServer } from "../server.mjs";

let server = null;
export const close = async () => {
  await server?.stop();
};
const want = (ok, what) => {
  if (!ok) throw new Error(what);
};

export const tests = [
  {
    name: "price rules from the page to the seats",
    async run(t) {
      server = await startServer("2026-06-01T10:00:00+08:00");
      const page = await t.page({ allowErrors: true, locale: "zh-CN" });
      await page.goto(`${server.url}/manage/`);
      await page.fill("input[name=login]", "manager");
      await page.fill("input[name=password]", PASSWORD);
      await page.click("button[type=submit]");
      await page.waitForSelector("header.bar nav");
      const call = (method, path, body) =>
        page.evaluate(
          async ([m, p, b]) => {
            const r = await fetch(p, {
              method: m,
              headers: { "content-type": "application/json", "x-parterre": "1", "idempotency-key": crypto.randomUUID() },
              body: b === null ? undefined : JSON.stringify(b),
            });
            return { status: r.status, body: await r.json().catch(() => null) };
          },
          [method, path, body ?? null],
        );
      const session = (await call("GET", "/api/v1/sessions")).body.items[0],
        map = (await call("GET", `/api/v1/maps/${session.mapId}`)).body,
        zone = map.zones[0];
      await page.goto(`${server.url}/manage/sessions/${session.id}/prices`);
      const button = (name) => page.getByRole("button", { name, exact: true });
      await button("从当前票价开始").click();
      // The form: a sample rule, one of its own by channel, moved by keyboard and by drag, told in words.
      await button("＋ 上座加价").click();
      await button("＋ 添加规则").click();
      const rules = page.locator("ol.rules > li");
      want((await rules.count()) === 2, "two rules were added");
      await rules.nth(1).getByLabel("规则名称").fill("窗口优惠");
      await rules.nth(1).getByRole("combobox", { name: "添加条件" }).click();
      await page
        .getByRole("option", { name: "渠道" })
        .or(page.locator(".ant-select-item-option", { hasText: "渠道" }))
        .last()
        .click();
      await rules.nth(1).getByRole("combobox", { name: "渠道" }).click();
      await page.locator(".ant-select-item-option", { hasText: "窗口" }).last().click();
      await page.keyboard.press("Escape");
      await rules.nth(1).getByLabel("原价的百分比").fill("95");
      await rules.nth(1).getByText("当渠道为窗口：优惠 5%。").waitFor();
      await rules.nth(1).locator(".handle").focus();
      await page.keyboard.press("ArrowUp");
      await rules.nth(0).getByText("当渠道为窗口").waitFor();
      want(
        await rules
          .nth(0)
          .locator(".handle")
          .evaluate((e) => e === document.activeElement),
        "the handle lost the focus",
      );
      await rules.nth(0).locator(".handle").dragTo(rules.nth(1));
      await rules.nth(1).getByText("当渠道为窗口").waitFor();
      // A floor above its cap is told where it is, and cannot be saved.
      const name = `${zone.letter} ${zone.name}`,
        base = page.getByLabel(`${name} 基价`),
        floor = page.getByLabel(`${name} 底价`),
        keep = await floor.inputValue();
      await floor.fill("9999999");
      await page.getByText("底价高于封顶价").waitFor();
      want(await button("存为新版本").isDisabled(), "a wrong program can be saved");
      await floor.fill(keep);
      await page.getByText("底价高于封顶价").waitFor({ state: "hidden" });
      await page.locator("[role=img][aria-label^='价格预览图'] canvas").waitFor();
      // Experts see and change the document.
      await page.getByText("JSON", { exact: true }).click();
      const editor = page.locator("textarea.mono"),
        program = JSON.parse(await editor.inputValue());
      want(
        program.rules.length === 2 &&
          program.rules[1].when.channels[0] === "counter" &&
          program.rules[1].effect.permille === 950 &&
          program.zones[0].base === zone.price,
        `the document is not what the form shows: ${JSON.stringify(program.rules)}`,
      );
      program.zones[0].base = zone.price + 5000;
      await editor.fill(JSON.stringify(program, null, 2));
      await page.getByText("表单", { exact: true }).click();
      want(Number(await base.inputValue()) * 100 === zone.price + 5000, "the form does not show the document");
      await page.screenshot({ path: `${t.shots}/prices-form.png`, fullPage: true });
      await page.getByLabel("这一版改了什么、为什么").fill("周末提价，窗口让利");
      await button("存为新版本").click();
      await page.getByText("周末提价，窗口让利").waitFor();
      await button("启用").click();
      await button("立即计算").click();
      await button("确认调价").click();
      await button("确认调价").waitFor({ state: "hidden" });
      const changed = Math.round((zone.price + 5000) / 1000) * 1000;
      for (let n = 0; ; n++) {
        // the engine follows within a moment
        const why = (await call("GET", `/api/v1/maps/${map.id}/price?zone=${zone.no}`)).body;
        if (why.onSale === changed && why.applied.revision === why.revision) break;
        want(n < 100, `not in force: ${JSON.stringify(why).slice(0, 400)}`);
        await page.waitForTimeout(100);
      }
      const desk = (await call("GET", `/api/v1/counter/sessions/${session.id}/prices`)).body.zones.find((z) => z.zone === zone.no).prices[0]
        .price;
      want(desk === Math.round(((zone.price + 5000) * 0.95) / 1000) * 1000, `the counter's price is ${desk}`);
      const hold = await call("POST", "/api/v1/shop/holds", {
        id: crypto.randomUUID(),
        session: session.id,
        want: { count: 1, zones: [zone.no] },
      });
      if (hold.status < 300) want(hold.body.amount === changed, `a new hold costs ${hold.body.amount}`);
      await page.reload();
      await page.getByText("基价").first().waitFor();
      await button("开始试算").click();
      await page.locator("[role=img][aria-label^='票价与售出走势'] canvas").waitFor();
      await page.getByRole("combobox", { name: "与哪一版比较" }).click();
      await page.locator(".ant-select-item-option", { hasText: "第 1 版" }).last().click();
      await button("开始试算").click();
      await page.getByRole("columnheader", { name: "第 1 版" }).first().waitFor();
      await page.screenshot({ path: `${t.shots}/prices.png`, fullPage: true });
      const found = await axe(page);
      want(found.length === 0, found.join("\n"));
    },
  },
];
