// What is done to a session's map as a whole, on its page: channel allotments by brush and by dialog, a price of one
// channel by hand, sub-zones by quality, another plan version, other sessions; and what the shop then tells of a price.
import assert from "node:assert/strict";
import { axe } from "../browser.mjs";
import { PASSWORD, startServer } from "../server.mjs";

let server = null;
export const close = async () => {
  await server?.stop();
};

const DESKTOP = { width: 1440, height: 900 },
  PHONE = { width: 390, height: 844 };

/** Pictures in both widths, and what must hold of each. */
async function look(t, page, name) {
  for (const [width, size] of [
    ["desktop", DESKTOP],
    ["phone", PHONE],
  ]) {
    await page.setViewportSize(size);
    await page.waitForTimeout(400); // a dialog flies in; nothing is measured by it
    await page.screenshot({ path: `${t.shots}/map-tools-${name}-${width}.png` });
    assert.deepEqual(await axe(page), [], `${name}, ${width}`);
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
      `${name} scrolls sideways, ${width}`,
    );
  }
  await page.setViewportSize(DESKTOP);
  await page.waitForTimeout(200);
}

async function signedIn(t) {
  const url = (server ??= await startServer("2026-11-22T10:00:00+08:00")).url,
    page = await t.page({ allowErrors: true, locale: "zh-CN", timezoneId: "Asia/Shanghai", viewport: DESKTOP });
  await page.goto(`${url}/manage/`);
  await page.fill("input[name=login]", "manager");
  await page.fill("input[name=password]", PASSWORD);
  await page.click("button[type=submit]");
  await page.waitForSelector("header.bar nav");
  const call = async (method, path, body) => {
    const answer = await page.evaluate(
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
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  };
  return { url, page, call };
}

/** A session of its own that is not on sale yet, with a map like that of the one on sale, and another for the series. */
async function chosen(call, first) {
  const [like] = (await call("GET", "/api/v1/sessions?size=100")).items.filter(
    (s) => /[1-9a-f]/.test(s.mapId ?? "") && s.state === "on_sale",
  );
  const made = [];
  for (const day of [first, first + 1])
    made.push(
      await call("POST", `/api/v1/shows/${like.showId}/sessions`, {
        hallId: like.hallId,
        planId: like.planId,
        startsAt: new Date(new Date(like.startsAt).getTime() + day * 86_400_000).toISOString(),
      }),
    );
  const map = await call("POST", `/api/v1/plans/${like.planId}/maps`, {
    name: `第 ${first} 场`,
    sessionId: made[0].id,
    approved: (await call("GET", `/api/v1/maps/${like.mapId}`)).approved,
    from: like.mapId,
  });
  return { session: made[0], map: await call("GET", `/api/v1/maps/${map.id}`) };
}

async function open(page, tool) {
  await page.locator(".designer-head .ant-select").click();
  await page.locator(".ant-select-item-option", { hasText: tool }).last().click();
  await page.locator(".ant-modal-title", { hasText: tool }).waitFor();
}
const shut = (page) => page.locator(".ant-modal .ant-modal-close").click();
const places = (a) => a.seats.reduce((n, [x, y]) => n + y - x + 1, 0);

async function brush(t) {
  const { url, page, call } = await signedIn(t),
    { session, map } = await chosen(call, 1);
  await page.goto(`${url}/manage/sessions/${session.id}/map`);
  const layer = page.getByRole("region", { name: "渠道配额" }).or(page.locator("section[aria-label='渠道配额']")).first();
  await page.locator(".designer-map canvas").first().waitFor();
  await layer.getByRole("button", { name: "新配额" }).click();
  await layer.getByLabel("名称").fill("同程代理");
  await layer.getByLabel("释放时间").fill("2026-11-25T12:00");
  // A rectangle in the middle of the plan: the seats under it go to the agents.
  const canvas = page.locator(".designer-map [role=application]"),
    box = await canvas.boundingBox();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "框选", exact: false }).first().click();
  await page.mouse.move(box.x + box.width * 0.42, box.y + box.height * 0.4);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.58, box.y + box.height * 0.55, { steps: 6 });
  await page.mouse.up();
  const count = layer.locator("li.on .zone-row > .quiet");
  await page.waitForFunction(
    () => Number(document.querySelector("section[aria-label='渠道配额'] li.on .zone-row > .quiet").textContent.replace(/\D/g, "")) > 0,
  );
  // The stroke's rectangle goes with it, in the next frame.
  await page.waitForFunction(() => {
    const c = document.querySelector(".designer-map canvas[data-layer=overlay]");
    return !c
      .getContext("2d")
      .getImageData(0, 0, c.width, c.height)
      .data.some((v, i) => i % 4 === 3 && v > 8);
  });
  const painted = Number((await count.textContent()).replace(/\D/g, ""));
  await page.getByRole("button", { name: "撤销", exact: true }).click();
  assert.equal(Number((await count.textContent()).replace(/\D/g, "")), 0, "undo left seats in the allotment");
  await page.getByRole("button", { name: "重做", exact: true }).click();
  // A price of one channel by hand, beside the zone's.
  await page.locator(".zone-pick").first().click();
  const zone = map.zones[0],
    price = page.getByLabel(`${zone.name} 代理`, { exact: false }).first();
  await price.fill(String((zone.price - 1000) / 100));
  await price.blur();
  await look(t, page, "brush");
  await page.keyboard.press("Control+s");
  await page.getByText("已全部保存").waitFor();
  const saved = await call("GET", `/api/v1/maps/${map.id}`),
    mine = saved.allotments.find((a) => a.name === "同程代理");
  assert.equal(places(mine), painted);
  assert.equal(mine.channel, "agent");
  assert.equal(new Date(mine.release).toISOString(), "2026-11-25T04:00:00.000Z");
  assert.deepEqual(
    saved.prices.filter((p) => p.zone === zone.no && p.channel === "agent" && p.kind === "full").map((p) => p.price),
    [zone.price - 1000],
  );
  assert.deepEqual(
    saved.holds.map((h) => [h.no, places(h)]),
    map.holds.map((h) => [h.no, places(h)]),
    "holds changed",
  );
  const why = await call("GET", `/api/v1/maps/${map.id}/price?zone=${zone.no}&channel=agent`),
    online = await call("GET", `/api/v1/maps/${map.id}/price?zone=${zone.no}`);
  assert.deepEqual([why.onSale, online.onSale], [zone.price - 1000, zone.price]);
  // Read back it is the same; empty again the price follows the zone's.
  await page.reload();
  await page.locator(".zone-pick").first().click();
  await page.getByText("同程代理").waitFor();
  assert.equal(Number(await price.inputValue()), (zone.price - 1000) / 100);
  await price.fill("");
  await price.blur();
  await page.keyboard.press("Control+s");
  await page.getByText("已全部保存").waitFor();
  const after = await call("GET", `/api/v1/maps/${map.id}`);
  assert.equal((after.prices ?? []).filter((p) => p.zone === zone.no && p.channel === "agent" && p.kind === "full").length, 0);
  assert.equal(places(after.allotments.find((a) => a.name === "同程代理")), painted, "saving a price took seats from the allotment");
}

async function dialogs(t) {
  const { url, page, call } = await signedIn(t),
    { session, map } = await chosen(call, 3);
  const version = await call("POST", `/api/v1/plans/${map.planId}/revise`),
    draft = await call("GET", `/api/v1/plans/${version.id ?? version.plan?.id}`);
  await call("POST", `/api/v1/plans/${draft.id}/publish?version=${draft.version}`);
  await page.goto(`${url}/manage/sessions/${session.id}/map`);
  await page.locator(".designer-map canvas").first().waitFor();
  await open(page, "渠道配额");
  await look(t, page, "allot");
  const back = page.locator(".ant-modal tbody button").first();
  if ((await back.count()) > 0) {
    await back.click();
    await page.locator(".ant-modal").waitFor({ state: "hidden" });
    assert.equal(((await call("GET", `/api/v1/maps/${map.id}`)).allotments ?? []).length, Math.max(0, (map.allotments ?? []).length - 1));
    await page.locator(".designer-map canvas").first().waitFor();
  } else await shut(page);
  await open(page, "按座位品质分档");
  await look(t, page, "split");
  await page.locator(".ant-modal button.main").click();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  assert.equal((await call("GET", `/api/v1/maps/${map.id}`)).zones.length, map.zones.length + 1);
  await page.locator(".designer-map canvas").first().waitFor();
  await open(page, "应用到其他场次");
  await look(t, page, "series");
  await shut(page);
  await open(page, "换座位图版本");
  await page.locator(".ant-modal .ant-select").click();
  await page.locator(".ant-select-item-option").last().click();
  await page.locator(".ant-modal input[type=checkbox]").waitFor();
  await look(t, page, "move");
  assert.ok(await page.locator(".ant-modal button.main").isDisabled(), "moved without being sure");
  await page.locator(".ant-modal input[type=checkbox]").check();
  await page.locator(".ant-modal button.main").click();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  assert.notEqual((await call("GET", `/api/v1/sessions/${session.id}`)).planId, session.planId);
}

/** A buyer asks why: in the basket, from the keyboard too, in both languages. */
async function why(t) {
  const url = (server ??= await startServer("2026-11-22T10:00:00+08:00")).url;
  for (const [name, viewport, locale] of [
    ["phone", PHONE, "zh-CN"],
    ["desktop", DESKTOP, "en-US"],
  ]) {
    const page = await t.page({ allowErrors: true, locale, timezoneId: "Asia/Shanghai", viewport }),
      zh = locale === "zh-CN";
    const s = (await (await page.request.get(`${url}/api/v1/shop/sessions?size=30`)).json()).items.find((x) => x.title === "牡丹亭");
    await page.goto(`${url}/shop/sessions/${s.id}/seats?lang=${zh ? "zh" : "en"}`);
    await page.locator(".stage canvas").first().waitFor();
    const told = async (zone) => (await page.request.get(`${url}/api/v1/sessions/${s.id}/price?zone=${zone}`)).json();
    const detail = await (await page.request.get(`${url}/api/v1/shop/sessions/${s.id}`)).json(),
      zones = (await (await page.request.get(`${url}/api/v1/sessions/${s.id}/zones`)).json()).zones,
      zone = detail.zones.find((z) => z.free > 0 && zones.some((x) => x.no === z.no && x.seats.length > 0));
    await page.evaluate(
      ([id, seat]) => sessionStorage.setItem(`parterre.shop.seats.${id}`, JSON.stringify([seat])),
      [s.id, zones.find((x) => x.no === zone.no).seats.at(-1)[1]],
    );
    await page.reload();
    const ask = page.getByRole("button", { name: zh ? /为什么是这个价/ : /Why this price/ });
    await ask.first().focus();
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("dialog"),
      facts = await told(zone.no);
    await sheet.getByText(zh ? `票价第 ${facts.revision} 版` : `price revision ${facts.revision}`).waitFor();
    for (const step of facts.steps)
      await sheet
        .getByText(zh ? step.zh : step.en, { exact: true })
        .first()
        .waitFor();
    if (facts.steps.length === 0) await sheet.getByText(zh ? "没有自动调价规则" : "no rule changes it").waitFor();
    await page.screenshot({ path: `${t.shots}/why-${name}.png` });
    assert.deepEqual(await axe(page), [], name);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    assert.ok(await ask.first().evaluate((e) => e === document.activeElement), "the focus is lost after the explanation");
    await page.close();
  }
}

export const tests = [
  { name: "allotments by brush and a channel's price by hand, on the map's page", run: brush },
  { name: "allotments, sub-zones, series and plan moves in their dialogs", run: dialogs },
  { name: "the shop tells why a price is what it is (RL-15)", run: why },
];
