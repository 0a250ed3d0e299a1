import assert from "node:assert/strict";
import { join } from "node:path";
import { axe } from "../browser.mjs";
import { Staff, startServer } from "../server.mjs";

const MORNING = "2026-11-22T10:00:00+08:00",
  PHONE = { width: 390, height: 844 },
  CROWD = 6;
const zh = { locale: "zh-CN", timezoneId: "Asia/Shanghai", allowErrors: true };

let server = null;
export const close = async () => {
  await server?.stop();
};

/** A picture, and what must hold of every page. */
async function look(t, page, name) {
  await page.waitForTimeout(200); // the first frame; nothing is measured by it
  await page.screenshot({ path: join(t.shots, `queue-${name}.png`) });
  assert.deepEqual(await axe(page), [], name);
  assert.ok(
    await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
    `${name} scrolls sideways`,
  );
}

const number = (words, pattern) => Number(pattern.exec(words)?.[1]?.replaceAll(",", "") ?? NaN);

/** Where a page stands, in its own words. */
async function standing(page) {
  await page.locator('.queue[data-state="waiting"], .chooser').first().waitFor();
  if ((await page.locator(".chooser").count()) > 0) return { place: 0, ahead: 0 };
  await page.locator('.proof [data-good="true"]').waitFor({ state: "attached" });
  const words = await page.innerText(".queue");
  return { place: number(words, /第 ([\d,]+) 位/), ahead: number(words, /前面还有\s*([\d,]+)/) };
}

/** A hold sent past the page. */
const hold = (page, url, session, pass) =>
  page.request.post(`${url}/api/v1/shop/holds`, {
    headers: { "X-Parterre": "1", "Idempotency-Key": crypto.randomUUID(), ...(pass === undefined ? {} : { "X-Queue-Pass": pass }) },
    data: { id: crypto.randomUUID().replace(/^(.{14})./, "$17"), session, best: { n: 1 } },
  });

export const tests = [
  {
    name: "a rush: fair places that can be checked, and no hold without a pass (FC-5.1.2, SEC-ASVS-2.4.1)",
    async run(t) {
      server ??= await startServer(MORNING);
      const { url } = server,
        boss = new Staff((await t.page(zh)).request, url, "manager");
      const { id } = (await boss.call("GET", "/api/v1/shop/sessions?size=30")).items.find((s) => s.title === "牡丹亭"),
        at = `/api/v1/sessions/${id}/queue`;
      const now = Date.parse((await boss.call("GET", `/api/v1/shop/sessions/${id}`)).now),
        opensAt = new Date(now + 600_000).toISOString();
      const set = async (change) =>
        boss.call("PUT", at, {
          enabled: true,
          opensAt,
          measured: false,
          low: 1,
          high: 600,
          inside: 1,
          passMinutes: 10,
          ...change,
          version: (await boss.call("GET", at)).version,
        });
      await set({});

      const pages = [];
      for (let i = 0; i < CROWD; i++) {
        const page = await t.page({ ...zh, viewport: PHONE });
        await page.goto(`${url}/shop/sessions/${id}/seats`);
        await page.locator('.queue[data-state="draw"]').waitFor(); // the map is not shown, the line is
        assert.match(page.url(), /\/queue$/);
        pages.push(page);
      }
      await look(t, pages[0], "draw");
      const promised = await pages[0].locator(".values code").first().textContent();
      assert.match(promised, /^[0-9a-f]{64}$/);
      assert.equal((await hold(pages[0], url, id)).status(), 409, "a hold without a pass");

      // A second tab of the same browser and a reload are no second lot.
      const second = await pages[0].context().newPage();
      await second.goto(`${url}/shop/sessions/${id}/queue`);
      await second.locator('.queue[data-state="draw"]').waitFor();
      await pages[1].reload();
      await pages[1].locator('.queue[data-state="draw"]').waitFor();
      assert.equal((await boss.call("GET", at)).meter.came, CROWD);

      await boss.call("POST", "/lab/api/clock", { to: new Date(Date.parse(opensAt) + 1000).toISOString() });
      await Promise.all([...pages, second].map((p) => p.reload()));
      const places = [];
      for (const page of pages) places.push(await standing(page));
      const first = places.findIndex((p) => p.place <= 1),
        ranks = places.map((p) => p.place || 1);
      assert.deepEqual(
        [...ranks].sort((a, b) => a - b),
        Array.from({ length: CROWD }, (_, i) => i + 1),
        "each has a place of its own",
      );
      const back = pages[ranks.indexOf(CROWD)];
      await back.locator("summary").click();
      assert.equal(await back.locator(".values code").first().textContent(), promised, "the value told before the draw");
      await look(t, back, "waiting");
      assert.equal((await hold(back, url, id)).status(), 409, "the last in line");

      // One may be inside: the first in line, whose pass is good for a hold, and for nobody else's.
      const lucky = pages[first];
      await lucky.locator(".chooser").waitFor();
      await lucky.getByRole("timer").filter({ hasText: "选座时间" }).waitFor();
      await look(t, lucky, "inside");
      const pass = JSON.parse(await lucky.evaluate((key) => localStorage.getItem(key), `parterre.shop.queue.${id}`)).pass;
      assert.equal((await hold(back, url, id, pass)).status(), 409, "another's pass");
      await lucky.getByRole("button", { name: "为我选座" }).click();
      await lucky.getByRole("button", { name: "选最佳座位" }).click();
      await lucky.waitForURL(/\/people$/);
      for (const [i, page] of pages.entries())
        if (i !== first) assert.equal(await page.locator(".chooser").count(), 0, `place ${ranks[i]} is in before its turn`);

      // Room for two more: places 2 and 3, not 4.
      await set({ inside: 3 });
      for (const rank of [2, 3]) await pages[ranks.indexOf(rank)].locator(".chooser").waitFor();
      await pages[ranks.indexOf(4)].reload();
      assert.equal((await standing(pages[ranks.indexOf(4)])).ahead, 0);
      const meter = (await boss.call("GET", at)).meter;
      assert.deepEqual([meter.inside, meter.passed, meter.came], [3, 3, CROWD]);

      // The pass ends: back to the line, with a word about why.
      await boss.call("POST", "/lab/api/clock", { to: new Date(Date.parse(opensAt) + 700_000).toISOString() });
      const late = pages[ranks.indexOf(2)];
      await late.getByRole("button", { name: "为我选座" }).click();
      await late.getByRole("button", { name: "选最佳座位" }).click();
      await late.locator(".queue").waitFor();

      // Closed by the manager's page, and everybody may choose.
      const desk = await t.page({ ...zh, viewport: { width: 1440, height: 900 } });
      await desk.goto(`${url}/manage/sessions/${id}/queue`);
      await desk.fill("input[name=login]", "manager");
      await desk.fill("input[name=password]", "Chizuo#2026");
      await desk.click("form button.main");
      await desk.getByRole("button", { name: "关闭排队" }).waitFor();
      await look(t, desk, "staff");
      await desk.getByRole("button", { name: "关闭排队" }).click();
      await desk.getByRole("dialog").getByRole("button", { name: "关闭排队" }).click();
      await desk.getByText("未开启排队").waitFor();
      await back.reload();
      await back.locator(".chooser").waitFor();
    },
  },
];
