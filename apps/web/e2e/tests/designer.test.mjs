// Designs a small theatre from nothing by gestures, numbers it, publishes it; breaks the line and the page on the way.
import { axe } from "../browser.mjs";
import { draft, enter, gestures, openDesigner, saved, want } from "../designer.mjs";

export const tests = [
  {
    name: "a small theatre from nothing: drawn, numbered, published",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "小剧场");
      await openDesigner(page, t, plan);
      const g = gestures(page);
      await g.canvas.focus();
      await g.key("d");
      await g.drag([0.3, 0.12], [0.7, 0.25]);
      await g.key("b");
      await g.drag([0.25, 0.4], [0.48, 0.8]);
      await g.drag([0.52, 0.4], [0.75, 0.8]);
      await g.key("v");
      await page.screenshot({ path: `${t.shots}/designer-drawn.png` });
      await g.key("Control+a");
      await g.key("e");
      await saved(page);
      await page.screenshot({ path: `${t.shots}/designer-numbered.png` });
      const drawn = (await api("GET", `/api/v1/plans/${plan}`)).body;
      want(drawn.counts.seats > 100 && drawn.counts.sections === 2, `the draft has ${JSON.stringify(drawn.counts)}`);
      await g.key("Control+z");
      await g.key("Control+Shift+Z");
      const found = await axe(page);
      want(found.length === 0, found.join("\n"));
      await saved(page);
      await page.getByRole("button", { name: "发布" }).click();
      await page.getByTestId("publish").click();
      await page
        .getByText(/已发布/)
        .first()
        .waitFor();
      want((await api("GET", `/api/v1/plans/${plan}`)).body.state === "published", "the plan is not published");
      await page.screenshot({ path: `${t.shots}/designer-published.png` });
    },
  },
  {
    name: "a lost line and a closed page lose nothing",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "断线");
      await openDesigner(page, t, plan);
      const g = gestures(page),
        context = page.context();
      await g.canvas.focus();
      await g.key("r");
      await g.drag([0.3, 0.4], [0.7, 0.4]);
      await saved(page);
      await context.route(`**/api/v1/plans/${plan}?version=*`, (route) => route.abort());
      await g.drag([0.3, 0.55], [0.7, 0.55]);
      await page.locator('[data-state="offline"]').waitFor();
      await page.screenshot({ path: `${t.shots}/designer-offline.png` });
      const before = (await api("GET", `/api/v1/plans/${plan}`)).body.counts;
      want(before.rows === 1, `the server has ${before.rows} rows while the line is down`);
      await page.close({ runBeforeUnload: false }); // as a crash: nothing is asked
      await context.unroute(`**/api/v1/plans/${plan}?version=*`);
      const again = await context.newPage(),
        told = again.getByText(/已找回上次未保存/).waitFor(); // said once, perhaps before the page is ready
      told.catch(() => undefined); // heard below
      await openDesigner(again, t, plan);
      await told;
      await saved(again);
      await again.getByText("已找回").first().waitFor();
      const after = await again.evaluate(async (id) => (await fetch(`/api/v1/plans/${id}`)).json(), plan);
      want(after.counts.rows === 2, `the server has ${after.counts.rows} rows after the recovery, wants 2`);
    },
  },
  {
    name: "two designers: the second is told and merges",
    needs: "suite",
    async run(t) {
      const one = await enter(t),
        { plan } = await draft(one.api, "两人"),
        two = await enter(t);
      await openDesigner(one.page, t, plan);
      await openDesigner(two.page, t, plan);
      const a = gestures(one.page),
        b = gestures(two.page);
      await a.canvas.focus();
      await a.key("b");
      await a.drag([0.2, 0.3], [0.4, 0.6]);
      await saved(one.page);
      await b.canvas.focus();
      await b.key("b");
      await b.drag([0.6, 0.3], [0.8, 0.6]);
      await two.page.getByTestId("conflict").waitFor();
      await two.page.screenshot({ path: `${t.shots}/designer-conflict.png` });
      const theirs = (await one.api("GET", `/api/v1/plans/${plan}`)).body.counts.seats;
      await two.page.getByRole("button", { name: "合并", exact: true }).click();
      await saved(two.page);
      const both = (await one.api("GET", `/api/v1/plans/${plan}`)).body.counts;
      want(both.seats > theirs && both.sections === 2, `after merging: ${JSON.stringify(both)}, before ${theirs} seats`);
    },
  },
  {
    name: "generates a hall, looks from a seat, checks, prints",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "生成");
      await openDesigner(page, t, plan);
      const g = gestures(page);
      await page.getByRole("button", { name: "生成", exact: true }).click();
      await page.screenshot({ path: `${t.shots}/designer-generate.png` });
      await page.getByRole("button", { name: "放进座位图" }).click();
      await saved(page);
      const made = (await api("GET", `/api/v1/plans/${plan}`)).body;
      want(
        made.counts.seats > 1200 && (made.problems ?? []).filter((p) => p.severity === "error").length === 0,
        `generated: ${JSON.stringify(made.counts)} ${JSON.stringify(made.problems?.slice(0, 3))}`,
      );
      await page.getByRole("button", { name: "视角" }).click();
      await g.canvas.focus();
      await g.click(0.5, 0.52);
      await page.getByRole("tab", { name: /检查/ }).click();
      await page.screenshot({ path: `${t.shots}/designer-sight.png` });
      const found = await axe(page);
      want(found.length === 0, found.join("\n"));
      await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
      await page.locator(".d-print > svg").waitFor({ state: "attached" });
      const sheet = await page.pdf({ preferCSSPageSize: true });
      want(sheet.length > 20_000, `the printed sheet has ${sheet.length} bytes`);
      await g.canvas.focus();
      await g.key("Control+k");
      await page.keyboard.type("镜像");
      await page.screenshot({ path: `${t.shots}/designer-palette.png` });
    },
  },
];
