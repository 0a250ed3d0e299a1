// Price rules on the page: begin from the prices on sale, change one, save, activate, confirm what is proposed, see it
// reach the seats, ask why, and play a dry run with its chart.
import { axe } from "../browser.mjs";
import { PASSWORD, startServer } from "../server.mjs";

let server = null;
export const close = async () => { await server?.stop(); };
const want = (ok, what) => { if (!ok) throw new Error(what); };

export const tests = [{
  name: "price rules from the page to the seats",
  async run(t) {
    server = await startServer("2026-06-01T10:00:00+08:00");
    const page = await t.page({ allowErrors: true, locale: "zh-CN" });
    await page.goto(`${server.url}/manage/`);
    await page.fill("input[name=login]", "manager");
    await page.fill("input[name=password]", PASSWORD);
    await page.click("button[type=submit]");
    await page.waitForSelector("header.bar nav");
    const call = (method, path, body) => page.evaluate(async ([m, p, b]) => {
      const r = await fetch(p, { method: m, headers: { "content-type": "application/json", "x-parterre": "1", "idempotency-key": crypto.randomUUID() }, body: b === null ? undefined : JSON.stringify(b) });
      return { status: r.status, body: await r.json().catch(() => null) };
    }, [method, path, body ?? null]);
    const session = (await call("GET", "/api/v1/sessions")).body.items[0], map = (await call("GET", `/api/v1/maps/${session.mapId}`)).body, zone = map.zones[0];
    await page.goto(`${server.url}/manage/sessions/${session.id}/prices`);
    const button = (name) => page.getByRole("button", { name, exact: true });
    await button("从当前票价开始").click();
    const editor = page.locator("textarea.mono");
    await button("＋ 上座加价").click();
    const program = JSON.parse(await editor.inputValue());
    want(program.rules.length === 1 && program.zones[0].base === zone.price, "the program does not start from the prices on sale");
    // A floor above its cap is told where it is, and cannot be saved.
    await editor.fill(JSON.stringify({ ...program, zones: [{ ...program.zones[0], floor: 999_999_000 }] }));
    await page.getByText("zones[0].floor").waitFor();
    want(await button("存为新版本").isDisabled(), "a wrong program can be saved");
    program.zones[0].base = zone.price + 5000;
    await editor.fill(JSON.stringify(program, null, 2));
    await page.getByText("zones[0].floor").waitFor({ state: "hidden" });
    await button("存为新版本").click();
    await button("启用").click();
    await button("立即计算").click();
    await button("确认调价").click();
    await button("确认调价").waitFor({ state: "hidden" });
    const changed = Math.round((zone.price + 5000) / 1000) * 1000;
    for (let n = 0; ; n++) { // the engine follows within a moment
      const why = (await call("GET", `/api/v1/maps/${map.id}/price?zone=${zone.no}`)).body;
      if (why.onSale === changed && why.applied.revision === why.revision) break;
      want(n < 100, `not in force: ${JSON.stringify(why).slice(0, 400)}`);
      await page.waitForTimeout(100);
    }
    const hold = await call("POST", "/api/v1/shop/holds", { id: crypto.randomUUID(), session: session.id, want: { count: 1, zones: [zone.no] } });
    if (hold.status < 300) want(hold.body.amount === changed, `a new hold costs ${hold.body.amount}`);
    await page.reload();
    await page.getByText("基价").first().waitFor();
    await button("开始试算").click();
    await page.locator("[role=img] canvas").waitFor();
    await page.screenshot({ path: `${t.shots}/prices.png`, fullPage: true });
    const found = await axe(page);
    want(found.length === 0, found.join("\n"));
  },
}];
