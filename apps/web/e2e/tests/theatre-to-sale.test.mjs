// A theatre from nothing to a ticket, through the pages all the way: a hall, its plan generated and drawn in the designer,
// numbered, published; a show with its approval and a session; a ticket map painted with zones and prices under the meter, kinds of
// ticket, opened. One buyer picks two seats on the map by touch, one as a student; another takes two from the list by keyboard alone.
// The API is asked only whether what the pages say is so.
import { axe } from "../browser.mjs";
import { PASSWORD, startServer } from "../server.mjs";

let server = null;
export const close = async () => {
  await server?.stop();
};
const want = (ok, what) => {
  if (!ok) throw new Error(what);
};
const TITLE = "新剧院开幕夜";
const HALL = "新剧院",
  DAY = "2026-11-29";
const PEOPLE = [
    ["张三", "11010519491231002X"],
    ["李四", "440524188001010014"],
  ],
  OTHERS = [
    ["王五", "34052419800101001X"],
    ["赵六", "370101190102039973"],
  ];
const china = { locale: "zh-CN", timezoneId: "Asia/Shanghai" };

/** A choice in a console's select, by what it says. */
async function choose(page, label, text) {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: text }).first().click();
}
async function fillDate(page, label, text) {
  const input = page.getByLabel(label, { exact: true });
  await input.click();
  await input.fill(text);
  await input.press("Tab"); // leaving takes the value; Enter would send the form
}
/** Presses a dialog's button until it is gone: it may still be flying in on a slow machine and lose a click. */
async function confirm(page, name) {
  const asked = page.getByRole("dialog"),
    yes = asked.getByRole("button", { name });
  await yes.click();
  await asked.waitFor({ state: "hidden", timeout: 10_000 }).catch(() => yes.click());
}

async function caller(page) {
  return (method, path, body) =>
    page.evaluate(
      async ([m, p, b]) => {
        const r = await fetch(p, {
          method: m,
          headers: {
            "content-type": typeof b === "string" ? "application/octet-stream" : "application/json",
            "x-parterre": "1",
            "idempotency-key": crypto.randomUUID(),
          },
          body: b === null ? undefined : typeof b === "string" ? b : JSON.stringify(b),
        });
        const text = await r.text(),
          answer = text === "" ? null : JSON.parse(text);
        if (r.status >= 300) throw new Error(`${m} ${p}: ${r.status} ${text.slice(0, 400)}`);
        return answer;
      },
      [method, path, body ?? null],
    );
}

/** A hall of the venue, from its page; the designer: an auditorium by the generator, a side block by hand, numbers, published. */
async function design(t, page, call) {
  await page.getByRole("navigation").getByRole("link", { name: "场馆", exact: true }).click();
  await page.getByRole("link", { name: "池座大剧院" }).first().click();
  await page.getByRole("button", { name: "添加厅室" }).first().click();
  const asked = page.getByRole("dialog");
  await asked.getByLabel("厅名").fill(HALL);
  await confirm(page, "添加厅室");
  await page.getByRole("link", { name: HALL, exact: true }).click();
  await page.getByRole("heading", { name: HALL, level: 1 }).waitFor();
  await page.screenshot({ path: `${t.shots}/theatre-0-hall.png` });
  await page.getByRole("button", { name: "从零设计" }).first().click();
  await page.waitForURL(/\/plans\/[0-9a-f-]{36}\/design$/);
  const made = { id: page.url().split("/").at(-2) };
  const canvas = page.getByTestId("canvas"),
    saved = () => page.locator('[data-testid="save-state"][data-state="saved"]').waitFor({ timeout: 30_000 });
  await canvas.waitFor();
  await page.getByRole("button", { name: "生成", exact: true }).click();
  await page.getByRole("button", { name: "放进座位图" }).click();
  await saved();
  const generated = (await call("GET", `/api/v1/plans/${made.id}`)).counts;
  want(generated.seats > 1000, `the generator made ${JSON.stringify(generated)}`);
  await canvas.focus();
  const box = await canvas.boundingBox(),
    at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(0.5, 0.5));
  for (let i = 0; i < 2; i++) await page.mouse.wheel(0, 240); // out, for room beside the hall
  await canvas.press("b");
  await page.mouse.move(...at(0.84, 0.4));
  await page.mouse.down();
  await page.mouse.move(...at(0.86, 0.43), { steps: 3 });
  await page.mouse.move(...at(0.88, 0.46), { steps: 3 });
  await page.mouse.up();
  await canvas.press("v");
  await canvas.press("Control+a");
  await canvas.press("e");
  await saved();
  await page.screenshot({ path: `${t.shots}/theatre-1-designed.png` });
  const drawn = (await call("GET", `/api/v1/plans/${made.id}`)).counts;
  want(
    drawn.seats > generated.seats && drawn.sections > generated.sections,
    `nothing was drawn beside the generated hall: ${JSON.stringify(drawn)}`,
  );
  await page.getByRole("button", { name: "发布" }).click();
  await page.getByTestId("publish").click();
  await page
    .getByText(/已发布/)
    .first()
    .waitFor();
  return { plan: made.id, seats: drawn.seats };
}

/** A show with its approval and a session in the new hall, from the show's pages. */
async function announce(t, page, made) {
  await page.goto(`${server.url}/manage/shows`);
  await page.getByRole("link", { name: "新建演出" }).first().click();
  await page.getByLabel("中文名称").fill(TITLE);
  await choose(page, "演出类型", "话剧");
  await page.getByLabel("主办方").fill("池座演艺集团");
  await page.getByRole("button", { name: "建立演出" }).click();
  await page.getByRole("heading", { name: TITLE, level: 1 }).waitFor();
  await page.getByRole("button", { name: "登记批文" }).first().click();
  await page.getByLabel("批文号").fill("京文演〔2026〕3001号");
  await page.getByLabel("批准机关").fill("北京市文化和旅游局");
  await page.getByLabel("核准人数").fill(String(made.seats));
  await fillDate(page, "有效期自", "2026-11-22");
  await fillDate(page, "有效期至", "2026-12-31");
  await confirm(page, "保存批文");
  await page.getByText("京文演〔2026〕3001号").first().waitFor();
  await page.screenshot({ path: `${t.shots}/theatre-1a-show.png` });
  await page.getByRole("link", { name: "新建场次" }).first().click();
  await choose(page, "厅", HALL);
  await fillDate(page, "开演", `${DAY} 19:30`);
  await fillDate(page, "开门", `${DAY} 18:30`);
  await page.screenshot({ path: `${t.shots}/theatre-1b-session-form.png`, fullPage: true });
  await page.getByRole("button", { name: "建立场次" }).click();
  await page.waitForURL(/\/manage\/sessions\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "设计票图" }).waitFor();
  await page.screenshot({ path: `${t.shots}/theatre-1c-session.png` });
  return page.url().split("/").at(-1);
}

/** Zones painted over the whole plan with prices, under the live meter; then a kind of ticket. */
async function dress(t, page, call, session) {
  await page.getByRole("link", { name: "设计票图" }).click();
  await page.locator(".designer-map canvas").first().waitFor();
  const meter = page.locator(".meter-view");
  await meter.waitFor();
  const sweep = async (x0, y0, x1, y1) => {
    const b = await page.locator(".designer-map").boundingBox();
    await page.mouse.move(b.x + b.width * x0, b.y + b.height * y0);
    await page.mouse.down();
    await page.mouse.move(b.x + (b.width * (x0 + x1)) / 2, b.y + (b.height * (y0 + y1)) / 2, { steps: 3 });
    await page.mouse.move(b.x + b.width * x1, b.y + b.height * y1, { steps: 3 });
    await page.mouse.up();
  };
  while ((await page.locator(".zone-list .zone-pick b.swatch:not(.none):not(.hatch)").count()) < 2)
    await page.getByRole("button", { name: "添加票档" }).click();
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
  const { mapId } = await call("GET", `/api/v1/sessions/${session}`),
    map = await call("GET", `/api/v1/maps/${mapId}`);
  want(
    map.zones[0].price === 38_000 && map.zones[1].price === 18_000 && map.zones.slice(0, 2).every((z) => z.seats.length > 0),
    `painted: ${JSON.stringify(map.zones.map((z) => [z.price, z.seats.length]))}`,
  );
  want((await call("GET", `/api/v1/maps/${mapId}/meter`)).publicOk, "too little is on public sale");
  await page.goto(`${server.url}/manage/sessions/${session}`);
  await page.getByRole("link", { name: "价格规则", exact: true }).click();
  await page.getByRole("combobox", { name: "添加票种" }).click();
  await page.locator(".ant-select-item-option", { hasText: "学生票" }).click();
  await page.getByRole("button", { name: "保存票种" }).click();
  await page.getByRole("rowheader", { name: "学生票" }).last().waitFor();
  await page.screenshot({ path: `${t.shots}/theatre-3-kinds.png`, fullPage: true });
  const found = await axe(page);
  want(found.length === 0, found.join("\n"));
}

/** Zooms in and taps places until so many are chosen. */
async function pickOnMap(page, n) {
  const zoom = page.getByRole("button", { name: "放大" }),
    box = await page.locator(".stage").boundingBox();
  for (let i = 0; i < 3; i++) await zoom.click();
  for (let y = 0.3; y < 0.9; y += 0.05) {
    for (let x = 0.15; x < 0.9; x += 0.06) {
      await page.touchscreen.tap(box.x + box.width * x, box.y + box.height * y);
      if ((await page.locator(".chosen li").count()) === n) return;
    }
  }
  throw new Error("no seats could be tapped on the map");
}

/** A buyer on a phone takes two seats on the map, one as a student, pays and has the tickets. */
async function buy(t) {
  const page = await t.page({
    ...china,
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    allowErrors: true,
  });
  await page.goto(`${server.url}/shop/`);
  await page.getByRole("link", { name: TITLE }).click();
  await page.getByRole("link", { name: "选座购买" }).click();
  await page.locator(".stage canvas").first().waitFor();
  await page.screenshot({ path: `${t.shots}/theatre-4a-map.png` });
  want(!(await page.innerText("main")).includes("¥0"), "price zones that nobody can buy are shown");
  await pickOnMap(page, 2);
  await page.screenshot({ path: `${t.shots}/theatre-4b-picked.png` });
  const picked = await page.locator(".chosen li").allInnerTexts();
  await page.getByRole("button", { name: /去填写观众/ }).click();
  await page.getByRole("timer").waitFor();
  const kind = page.locator("fieldset.kinds select"),
    full = await page.locator(".people").innerText();
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
  const id = /orders\/([0-9a-f-]{36})/.exec(page.url())[1],
    order = await page.evaluate(async (o) => (await fetch(`/api/v1/shop/orders/${o}`)).json(), id);
  const prices = order.tickets.map((x) => [x.kind, x.price]).sort();
  want(
    prices[0][0] === "full" && prices[1][0] === "student" && [19_000, 9_000].includes(prices[1][1]),
    `sold as ${JSON.stringify(prices)}`,
  );
  const seats = order.tickets.map((x) => x.text ?? x.place?.text ?? ""),
    taken = picked.join(" ");
  want(
    seats.every((x) => x === "" || taken.includes(x.split(" ").at(-1))),
    `picked ${taken}, sold ${seats.join(" ")}`,
  );
  await page.screenshot({ path: `${t.shots}/theatre-5-tickets.png`, fullPage: true });
}

/** Goes on with Tab until the element at hand has that tag, role or id, and that text or name. */
async function tabTo(page, what, text) {
  for (let i = 0; i < 90; i++) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate(
      ([w, x]) => {
        const e = document.activeElement,
          by = e.getAttribute("aria-labelledby"),
          name = `${e.getAttribute("aria-label") ?? ""} ${by === null ? e.textContent : document.getElementById(by)?.textContent}`;
        return (e.id === w || e.tagName.toLowerCase() === w || e.getAttribute("role") === w) && name.includes(x);
      },
      [what, text],
    );
    if (there) return;
  }
  throw new Error(`Tab does not come to the ${what} ${text}`);
}

/** A buyer at a desk takes two seats from the list without a pointer, pays and has the tickets. */
async function buyByKeyboard(t) {
  const page = await t.page({ ...china, viewport: { width: 1280, height: 800 }, allowErrors: true }),
    key = (k) => page.keyboard.press(k);
  await page.goto(`${server.url}/shop/`);
  await page.getByRole("link", { name: TITLE }).waitFor();
  await tabTo(page, "a", TITLE);
  await key("Enter");
  await page.getByRole("link", { name: "选座购买" }).waitFor();
  await tabTo(page, "a", "选座购买");
  await key("Enter");
  await page.locator(".stage canvas").first().waitFor();
  await tabTo(page, "button", "座位列表");
  await key("Enter");
  await page.screenshot({ path: `${t.shots}/theatre-6-list.png` });
  await tabTo(page, "listbox", "排");
  for (let i = 0; i < 3; i++) await key("ArrowDown");
  await tabTo(page, "listbox", "座位列表");
  for (let i = 0; i < 60 && (await page.locator(".chosen li").count()) < 2; i++) {
    await key("Enter");
    await key("ArrowDown");
  }
  want((await page.locator(".chosen li").count()) === 2, "two seats could not be taken from the list");
  await page.screenshot({ path: `${t.shots}/theatre-7-list-picked.png` });
  await tabTo(page, "button", "去填写观众");
  await key("Enter");
  await page.locator("#phone").waitFor();
  for (const [i, [name, number]] of OTHERS.entries()) {
    await tabTo(page, `name-${i}`, "");
    await page.keyboard.type(name);
    await tabTo(page, `number-${i}`, "");
    await page.keyboard.type(number);
  }
  await tabTo(page, "phone", "");
  await page.keyboard.type("13800001234");
  await tabTo(page, "consent", "");
  await key("Space");
  await tabTo(page, "button", "提交订单");
  await key("Enter");
  await page.getByRole("button", { name: /^去支付/ }).waitFor();
  await tabTo(page, "button", "去支付");
  await key("Enter");
  await page.getByRole("button", { name: "确认支付" }).waitFor();
  await tabTo(page, "button", "确认支付");
  await key("Enter");
  await page.getByText("入场时出示此码").first().waitFor();
}

export const tests = [
  {
    name: "a theatre from nothing is designed, dressed and sold",
    async run(t) {
      server = await startServer("2026-11-22T10:00:00+08:00");
      const page = await t.page({
        allowErrors: true,
        viewport: { width: 1440, height: 900 },
        locale: "zh-CN",
        timezoneId: "Asia/Shanghai",
      });
      await page.goto(`${server.url}/manage/`);
      await page.fill("input[name=login]", "manager");
      await page.fill("input[name=password]", PASSWORD);
      await page.click("button[type=submit]");
      await page.waitForSelector("header.bar nav");
      const call = await caller(page),
        shot = (work) =>
          work.catch(async (e) => {
            await page.screenshot({ path: `${t.shots}/theatre-fault.png` });
            throw e;
          });
      const made = await shot(design(t, page, call)),
        session = await shot(announce(t, page, made));
      await dress(t, page, call, session).catch(async (e) => {
        await page.screenshot({ path: `${t.shots}/theatre-fault.png` });
        throw e;
      });
      await page.goto(`${server.url}/manage/sessions/${session}`);
      await page.getByRole("button", { name: "开票", exact: true }).click();
      await confirm(page, /^开\s?票$/);
      await page.getByText("在售", { exact: true }).first().waitFor();
      await buy(t).catch(async (e) => {
        for (const p of page.context().pages()) await p.screenshot({ path: `${t.shots}/theatre-fault.png` }).catch(() => {});
        throw e;
      });
      await buyByKeyboard(t);
      const live = await call("GET", `/api/v1/shop/sessions/${session}`);
      want(live.counts.sold === 4 && live.counts.held === 0, `the session counts ${JSON.stringify(live.counts)}`);
    },
  },
];
