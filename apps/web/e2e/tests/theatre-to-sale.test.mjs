// A theatre from nothing to a ticket: generated and drawn in the designer, numbered, published; a ticket map painted with
// zones and prices under the meter, kinds of ticket, opened; a buyer buys a seat of it, one as a student.
import { axe } from "../browser.mjs";
import { PASSWORD, startServer } from "../server.mjs";

let server = null;
export const close = async () => { await server?.stop(); };
const want = (ok, what) => { if (!ok) throw new Error(what); };
const TITLE = "新剧院开幕夜";
const EMPTY = `{"format":"parterre.plan","version":1,"name":"新剧院","unit":"mm","nextSeatId":1,"levels":[{"id":"L1","name":"池座","order":0}],"sections":[],"rows":[],"seatColumns":["id","row","number","x","y","kind","view","companionOf","entrance","note"],"seats":[],"bounds":[0,0,0,0]}`;
const PEOPLE = [["张三", "11010519491231002X"], ["李四", "440524188001010014"]];

async function caller(page) {
  return (method, path, body) => page.evaluate(async ([m, p, b]) => {
    const r = await fetch(p, { method: m, headers: { "content-type": typeof b === "string" ? "application/octet-stream" : "application/json", "x-parterre": "1", "idempotency-key": crypto.randomUUID() }, body: b === null ? undefined : typeof b === "string" ? b : JSON.stringify(b) });
    const text = await r.text(), answer = text === "" ? null : JSON.parse(text);
    if (r.status >= 300) throw new Error(`${m} ${p}: ${r.status} ${text.slice(0, 400)}`);
    return answer;
  }, [method, path, body ?? null]);
}

/** The designer: an auditorium by the generator, a side block by hand, numbers, published. */
async function design(t, page, call) {
  const venue = (await call("GET", "/api/v1/venues")).items[0], hall = await call("POST", `/api/v1/venues/${venue.id}/halls`, { name: "新剧院" });
  const made = await call("POST", `/api/v1/halls/${hall.id}/plans`, EMPTY);
  await page.goto(`${server.url}/manage/plans/${made.id}/design`);
  const canvas = page.getByTestId("canvas"), saved = () => page.locator('[data-testid="save-state"][data-state="saved"]').waitFor({ timeout: 30_000 });
  await canvas.waitFor();
  await page.getByRole("button", { name: "生成", exact: true }).click();
  await page.getByRole("button", { name: "放进座位图" }).click();
  await saved();
  const generated = (await call("GET", `/api/v1/plans/${made.id}`)).counts;
  want(generated.seats > 1000, `the generator made ${JSON.stringify(generated)}`);
  await canvas.focus();
  const box = await canvas.boundingBox(), at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(0.5, 0.5));
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, 240); // out, for room beside the hall
  await canvas.press("b");
  await page.mouse.move(...at(0.88, 0.4));
  await page.mouse.down();
  await page.mouse.move(...at(0.93, 0.5), { steps: 3 });
  await page.mouse.move(...at(0.97, 0.6), { steps: 3 });
  await page.mouse.up();
  await canvas.press("v");
  await canvas.press("Control+a");
  await canvas.press("e");
  await saved();
  await page.screenshot({ path: `${t.shots}/theatre-1-designed.png` });
  const drawn = (await call("GET", `/api/v1/plans/${made.id}`)).counts;
  want(drawn.seats > generated.seats && drawn.sections > generated.sections, `nothing was drawn beside the generated hall: ${JSON.stringify(drawn)}`);
  await page.getByRole("button", { name: "发布" }).click();
  await page.getByTestId("publish").click();
  await page.getByText(/已发布/).first().waitFor();
  return { hall: hall.id, plan: made.id, seats: drawn.seats };
}

/** A show with its approval and a session in the new hall. */
async function announce(call, made) {
  const type = (await call("GET", "/api/v1/codes/tables/performance-type")).entries[0].code;
  const show = await call("POST", "/api/v1/shows", { kind: "performance", title: TITLE, performanceType: type, organiser: "池座演艺集团", minutes: 120 });
  await call("POST", `/api/v1/shows/${show.id}/approvals`, { number: "京文演〔2026〕3001号", authority: "北京市文化和旅游局", audience: made.seats, validFrom: "2026-11-22", validTo: "2026-12-31" });
  const session = await call("POST", `/api/v1/shows/${show.id}/sessions`, { hallId: made.hall, planId: made.plan, startsAt: "2026-11-29T19:30:00+08:00" });
  await call("POST", `/api/v1/plans/${made.plan}/maps`, { name: TITLE, sessionId: session.id, approved: made.seats });
  return session.id;
}

/** Zones painted over the whole plan with prices, under the live meter; then a kind of ticket. */
async function dress(t, page, call, session) {
  await page.goto(`${server.url}/manage/sessions/${session}/map`);
  await page.locator(".designer-map canvas").first().waitFor();
  const meter = page.locator(".meter-view");
  await meter.waitFor();
  const sweep = async (x0, y0, x1, y1) => {
    const b = await page.locator(".designer-map").boundingBox();
    await page.mouse.move(b.x + b.width * x0, b.y + b.height * y0);
    await page.mouse.down();
    await page.mouse.move(b.x + b.width * (x0 + x1) / 2, b.y + b.height * (y0 + y1) / 2, { steps: 3 });
    await page.mouse.move(b.x + b.width * x1, b.y + b.height * y1, { steps: 3 });
    await page.mouse.up();
  };
  while (await page.locator(".zone-list .zone-pick b.swatch:not(.none):not(.hatch)").count() < 2) await page.getByRole("button", { name: "添加票档" }).click();
  const zones = page.locator(".zone-list").first().locator(".zone-pick");
  await zones.nth(0).click();
  await sweep(0.02, 0.02, 0.98, 0.94);
  await zones.nth(1).click();
  await sweep(0.02, 0.55, 0.98, 0.94);
  const fields = page.getByLabel(/的票价（元）$/);
  await fields.nth(0).fill("380");
  await fields.nth(0).press("Tab");
  await fields.nth(1).fill("180");
  await fields.nth(1).press("Tab");
  await meter.getByText("✓").first().waitFor();
  await page.screenshot({ path: `${t.shots}/theatre-2-painted.png` });
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await page.getByRole("button", { name: "已全部保存" }).waitFor();
  const { mapId } = await call("GET", `/api/v1/sessions/${session}`), map = await call("GET", `/api/v1/maps/${mapId}`);
  want(map.zones[0].price === 38_000 && map.zones[1].price === 18_000 && map.zones.slice(0, 2).every((z) => z.seats.length > 0), `painted: ${JSON.stringify(map.zones.map((z) => [z.price, z.seats.length]))}`);
  want((await call("GET", `/api/v1/maps/${mapId}/meter`)).publicOk, "too little is on public sale");
  await page.goto(`${server.url}/manage/sessions/${session}/prices`);
  await page.getByRole("combobox", { name: "添加票种" }).click();
  await page.locator(".ant-select-item-option", { hasText: "学生票" }).click();
  await page.getByRole("button", { name: "保存票种" }).click();
  await page.getByRole("rowheader", { name: "学生票" }).last().waitFor();
  await page.screenshot({ path: `${t.shots}/theatre-3-kinds.png`, fullPage: true });
  const found = await axe(page);
  want(found.length === 0, found.join("\n"));
}

/** A buyer on a phone takes two seats on the map, one as a student, pays and has the tickets. */
async function buy(t) {
  const page = await t.page({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, locale: "zh-CN", timezoneId: "Asia/Shanghai", hasTouch: true, isMobile: true, allowErrors: true });
  await page.goto(`${server.url}/shop/`);
  await page.getByRole("link", { name: TITLE }).click();
  await page.getByRole("link", { name: "选座购买" }).click();
  await page.locator(".stage canvas").first().waitFor();
  await page.getByRole("button", { name: "为我选座" }).click();
  const zone = page.locator("form.best select");
  if (await zone.count() > 0) await zone.selectOption({ index: 1 });
  else await page.locator("form.best").getByText("一档").first().click();
  await page.getByRole("button", { name: "选最佳座位" }).click();
  await page.getByRole("timer").waitFor();
  const kind = page.locator("fieldset.kinds select"), full = await page.locator(".people").innerText();
  await kind.nth(1).selectOption("student");
  await page.getByText("入场查验：学生证").waitFor();
  want((await page.locator(".people").innerText()) !== full, "the amount did not change");
  for (const [i, [name, number]] of PEOPLE.entries()) {
    await page.fill(`#name-${i}`, name);
    await page.fill(`#number-${i}`, number);
  }
  await page.fill("#phone", "13800001234");
  await page.screenshot({ path: `${t.shots}/theatre-4-kinds-shop.png`, fullPage: true });
  const found = await axe(page);
  want(found.length === 0, found.join("\n"));
  await page.getByLabel(/我已阅读并同意/).check();
  await page.getByRole("button", { name: "提交订单" }).click();
  await page.getByRole("button", { name: "去支付" }).click();
  await page.getByRole("button", { name: "确认支付" }).click();
  await page.getByText("入场时出示此码").first().waitFor();
  const id = /orders\/([0-9a-f-]{36})/.exec(page.url())[1], order = await page.evaluate(async (o) => (await fetch(`/api/v1/shop/orders/${o}`)).json(), id);
  const prices = order.tickets.map((x) => [x.kind, x.price]).sort();
  want(prices[0][0] === "full" && prices[1][0] === "student" && [19_000, 9_000].includes(prices[1][1]), `sold as ${JSON.stringify(prices)}`);
  await page.screenshot({ path: `${t.shots}/theatre-5-tickets.png`, fullPage: true });
}

export const tests = [{
  name: "a theatre from nothing is designed, dressed and sold",
  async run(t) {
    server = await startServer("2026-11-22T10:00:00+08:00");
    const page = await t.page({ allowErrors: true, viewport: { width: 1440, height: 900 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    await page.goto(`${server.url}/manage/`);
    await page.fill("input[name=login]", "manager");
    await page.fill("input[name=password]", PASSWORD);
    await page.click("button[type=submit]");
    await page.waitForSelector("header.bar nav");
    const call = await caller(page), made = await design(t, page, call), session = await announce(call, made);
    await dress(t, page, call, session).catch(async (e) => { await page.screenshot({ path: `${t.shots}/theatre-fault.png` }); throw e; });
    await page.goto(`${server.url}/manage/sessions/${session}`);
    await page.getByRole("button", { name: "开票", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^开\s?票$/ }).click();
    await page.getByText("在售", { exact: true }).first().waitFor();
    await buy(t).catch(async (e) => { for (const p of page.context().pages()) await p.screenshot({ path: `${t.shots}/theatre-fault.png` }).catch(() => {}); throw e; });
  },
}];
