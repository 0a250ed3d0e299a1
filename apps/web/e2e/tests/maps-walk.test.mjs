// The designer and the prices as a theatre uses them: an empty plan's beginning, numbers across sections, colours and
// entrances, the printed sheet, and why a price by rules is what it is, for a buyer and at the counter.
import { axe } from "../browser.mjs";
import { documentOf, draft, enter, gestures, openDesigner, saved, want } from "../designer.mjs";
import { PASSWORD } from "../server.mjs";

/** How many pages a PDF has. */
const pagesOf = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;

export const tests = [
  {
    name: "an empty plan offers ways to begin; blocks are numbered across, coloured, sent to entrances",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "走查");
      await openDesigner(page, t, plan);
      const g = gestures(page);
      await page.getByRole("heading", { name: "从这里开始" }).waitFor();
      await page.screenshot({ path: `${t.shots}/designer-begin.png` });
      want((await axe(page)).length === 0, `begin: ${await axe(page)}`);
      await page.locator('[data-begin="tool.block"]').click();
      await g.drag([0.2, 0.35], [0.45, 0.7]);
      await g.drag([0.55, 0.35], [0.8, 0.7]);
      want((await page.getByRole("heading", { name: "从这里开始" }).count()) === 0, "the beginning stands over the drawing");
      await g.canvas.focus();
      await g.key("v");
      await g.key("Control+Shift+A");
      await g.key("Shift+N");
      await page.getByText("跨区连编").click();
      await page.getByRole("button", { name: "编座号" }).click();
      await g.canvas.focus();
      await g.key("d");
      await page.getByLabel("种类").selectOption("entrance");
      await g.click(0.12, 0.5);
      await g.click(0.88, 0.5);
      await g.key("v");
      await g.key("Control+Shift+A");
      await g.key("Alt+e");
      await page.getByTestId("look").selectOption("entrance");
      await page.locator(".d-zones").getByText("1号门").waitFor();
      await page.locator(".d-zones").getByText("2号门").waitFor();
      await page.screenshot({ path: `${t.shots}/designer-entrances.png` });
      await saved(page);
      const doc = await documentOf(page, plan),
        of = (id) => doc.seats.filter((s) => doc.rows.find((r) => r.id === s[1])?.section === id).map((s) => Number(s[2]));
      want(doc.sections.length === 2, `${doc.sections.length} sections`);
      want(
        of(doc.sections[0].id).every((n) => n % 2 === 1) && of(doc.sections[1].id).every((n) => n % 2 === 0),
        "odd left and even right of the aisle between the sections",
      );
      want(doc.sections.map((s) => s.entrance).join() === "1号门,2号门", `entrances: ${doc.sections.map((s) => s.entrance)}`);
      // The brush shows what it paints, and its note is written with it.
      await g.canvas.focus();
      await g.key("p");
      await page.getByLabel("刷成").selectOption("view:partial");
      await page.getByLabel("说明").fill("立柱遮挡");
      await g.drag([0.2, 0.5], [0.4, 0.5]);
      await page.locator(".d-zones").getByText("部分遮挡").waitFor();
      await saved(page);
      const partial = (await documentOf(page, plan)).seats.filter((s) => s[6] === 1);
      want(partial.length > 2 && partial.every((s) => s[9] === "立柱遮挡"), `painted: ${JSON.stringify(partial.slice(0, 3))}`);
      await page.screenshot({ path: `${t.shots}/designer-view-brush.png` });
    },
  },
  {
    name: "the map on one printed sheet, lying or standing, with a legend",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t);
      const sheet = async () => {
        await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
        await page.getByTestId("print").waitFor({ state: "attached" });
        const words = await page.getByTestId("print").textContent(),
          pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
        const box = /\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/.exec(pdf.toString("latin1"));
        await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
        return { words, pages: pagesOf(pdf), lying: Number(box[1]) > Number(box[2]) };
      };
      for (const [kind, lying] of [
        ["影厅", true],
        ["扇形观众厅", false],
      ]) {
        await openDesigner(page, t, (await draft(api, "打印")).plan);
        await page.getByRole("button", { name: "生成", exact: true }).click();
        await page.getByLabel("类型", { exact: false }).last().selectOption({ label: kind });
        await page.getByRole("button", { name: "放进座位图" }).click();
        await saved(page);
        const s = await sheet();
        want(s.pages === 1, `${kind}: ${s.pages} pages`);
        want(s.lying === lying, `${kind}: the paper lies the wrong way`);
        for (const w of ["第 1 版草稿", "1排", "无障碍席位", kind === "影厅" ? "银幕" : "舞台"])
          want(s.words.includes(w), `${kind}: “${w}” is not on the sheet`);
      }
    },
  },
  {
    name: "why a price by rules: the same steps for a buyer and, with the counter's own, for a clerk (RL-15)",
    needs: "suite",
    async run(t) {
      const shop = await t.page({ allowErrors: true, locale: "zh-CN", viewport: { width: 390, height: 844 } }),
        get = async (p) => (await shop.request.get(`${t.suite}${p}`)).json(),
        s = (await get("/api/v1/shop/sessions?size=30")).items.find((x) => x.title === "城市之光巡回演唱会"),
        zone = (await get(`/api/v1/sessions/${s.id}/zones`)).zones[0],
        online = await get(`/api/v1/sessions/${s.id}/price?zone=${zone.no}`),
        counter = await get(`/api/v1/sessions/${s.id}/price?zone=${zone.no}&channel=counter`);
      want(online.steps.length >= 2 && online.steps.some((x) => x.rule === "early"), `no steps: ${JSON.stringify(online)}`);
      want(counter.price < online.price && counter.steps.some((x) => x.zh.includes("渠道为窗口")), JSON.stringify(counter));
      await shop.goto(`${t.suite}/shop/sessions/${s.id}/seats?lang=zh`);
      await shop.locator(".stage canvas").first().waitFor();
      await shop.evaluate(
        ([id, seat]) => sessionStorage.setItem(`parterre.shop.seats.${id}`, JSON.stringify([seat])),
        [s.id, zone.seats[0][0]],
      );
      await shop.reload();
      await shop
        .getByRole("button", { name: /为什么是这个价/ })
        .first()
        .click();
      for (const step of online.steps) await shop.getByRole("dialog").getByText(step.zh, { exact: true }).waitFor();
      await shop.screenshot({ path: `${t.shots}/why-rules-buyer.png` });
      want((await axe(shop)).length === 0, `buyer: ${await axe(shop)}`);

      const desk = await t.page({ allowErrors: true, locale: "zh-CN", viewport: { width: 1366, height: 768 } });
      await desk.goto(`${t.suite}/counter/?session=${s.id}`);
      await desk.fill("input[name=login]", "seller");
      await desk.fill("input[name=password]", PASSWORD);
      await desk.click("form button.main");
      await desk.locator(".best-bar .button").first().waitFor();
      await desk.keyboard.press("1");
      const ask = desk.getByRole("button", { name: /为什么是这个价/ }).first();
      await ask.waitFor();
      const shown = await ask.locator("b").textContent();
      await ask.click();
      const sheet = desk.getByRole("dialog");
      await sheet.getByText("渠道为窗口").first().waitFor();
      want(shown.includes("¥") && (await sheet.textContent()).includes(shown), `the counter shows ${shown}`);
      await desk.screenshot({ path: `${t.shots}/why-rules-counter.png` });
      want((await axe(desk)).length === 0, `counter: ${await axe(desk)}`);
      await desk.keyboard.press("Escape");
      await sheet.waitFor({ state: "hidden" });
      await desk.keyboard.press("F10");
    },
  },
  {
    name: "the prices page of a show by rules: every channel, a dry run, labels on a phone, both languages",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        show = (await api("GET", "/api/v1/shows")).body.items.find((x) => x.titleEn === "City Lights Tour"),
        session = (await api("GET", `/api/v1/sessions?show=${show.id}`)).body.items[0];
      await page.goto(`${t.suite}/manage/sessions/${session.id}/prices`);
      const table = page.getByRole("region", { name: "各渠道票价" });
      for (const c of ["线上", "窗口", "代理"])
        await table
          .getByRole("rowheader", { name: new RegExp(`^${c}`) })
          .first()
          .waitFor();
      want(await page.getByRole("button", { name: "启用" }).isDisabled(), "what is in force can be put in force again");
      await page.getByRole("button", { name: "开始试算" }).click();
      await page.getByText("实线为规则").waitFor();
      await page.screenshot({ path: `${t.shots}/prices-rules.png`, fullPage: true });
      await page.setViewportSize({ width: 390, height: 844 });
      // the charts take their new width a frame later
      await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
      const bare = await page.evaluate(
        () =>
          [...document.querySelectorAll("table.data tbody td.num, table.data td:has(input)")].filter(
            (td) => td.dataset.label === undefined && !td.querySelector("input[type=checkbox]"),
          ).length,
      );
      want(bare === 0, `${bare} cells without a label on a phone`);
      want((await axe(page)).length === 0, `phone: ${await axe(page)}`);
      await page.screenshot({ path: `${t.shots}/prices-rules-phone.png`, fullPage: true });
    },
  },
];
