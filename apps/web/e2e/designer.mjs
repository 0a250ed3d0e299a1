// What the designer's browser tests share: signing in with a caller of the API, an empty draft, gestures on the canvas.
const LOGIN = process.env.PARTERRE_LOGIN ?? "manager",
  PASSWORD = process.env.PARTERRE_PASSWORD ?? "Chizuo#2026";

/** Signs in on the page and gives a caller of the API with the page's cookies. */
export async function enter(t, options = {}) {
  const page = await t.page({ allowErrors: true, ...options });
  await page.goto(`${t.suite}/manage/`);
  const answer = await page.evaluate(
    async ([login, password]) => {
      const r = await fetch("/api/v1/auth/sign-in", {
        method: "POST",
        headers: { "content-type": "application/json", "x-parterre": "1", "idempotency-key": crypto.randomUUID() },
        body: JSON.stringify({ login, password }),
      });
      localStorage.setItem("parterre.signed-in", "1");
      return r.status;
    },
    [LOGIN, PASSWORD],
  );
  if (answer >= 300) throw new Error(`sign-in answered ${answer}`);
  const api = (method, path, body) =>
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
        const text = await r.text();
        return { status: r.status, body: text === "" ? null : JSON.parse(text) };
      },
      [method, path, body ?? null],
    );
  return { page, api };
}

export const want = (ok, what) => {
  if (!ok) throw new Error(what);
};
const EMPTY = (name) =>
  `{"format":"parterre.plan","version":1,"name":"${name}","unit":"mm","nextSeatId":1,"levels":[{"id":"L1","name":"池座","order":0}],"sections":[],"rows":[],"seatColumns":["id","row","number","x","y","kind","view","companionOf","entrance","note"],"seats":[],"bounds":[0,0,0,0]}`;

/** A hall without a plan and an empty draft in it. */
export async function draft(api, words) {
  const name = `${words} ${Date.now().toString(36)}`; // the suite may be an old one
  const venues = (await api("GET", "/api/v1/venues")).body.items;
  const hall = await api("POST", `/api/v1/venues/${venues[0].id}/halls`, { name });
  want(hall.status === 201, `hall: ${JSON.stringify(hall)}`);
  const plan = await api("POST", `/api/v1/halls/${hall.body.id}/plans`, EMPTY(name));
  want(plan.status === 201, `plan: ${JSON.stringify(plan)}`);
  return { hall: hall.body.id, plan: plan.body.id };
}

/** Gestures on the canvas by shares of its width and height. */
export function gestures(page) {
  const canvas = page.getByTestId("canvas");
  const at = async (x, y) => {
    const b = await canvas.boundingBox();
    return [b.x + x * b.width, b.y + y * b.height];
  };
  return {
    canvas,
    async drag(from, to) {
      const [a, b] = await at(...from),
        [c, d] = await at(...to);
      await page.mouse.move(a, b);
      await page.mouse.down();
      await page.mouse.move((a + c) / 2, (b + d) / 2, { steps: 3 });
      await page.mouse.move(c, d, { steps: 3 });
      await page.mouse.up();
    },
    async click(x, y) {
      await page.mouse.click(...(await at(x, y)));
    },
    key: (k) => canvas.press(k),
  };
}

export const saved = (page) => page.locator('[data-testid="save-state"][data-state="saved"]').waitFor({ timeout: 30_000 });

export async function openDesigner(page, t, plan) {
  await page.goto(`${t.suite}/manage/plans/${plan}/design`);
  await page.getByTestId("canvas").waitFor();
}
/** The draft as the server keeps it. */
export const documentOf = (page, plan) => page.evaluate(async (id) => (await fetch(`/api/v1/plans/${id}/document`)).json(), plan);
