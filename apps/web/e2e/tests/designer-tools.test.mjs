// The designer's tools in the browser: boxes, brush, corners, handles, keys alone, a picture that survives a reload,
// rakes, generator on the canvas, clashes compared, a phone's width.
import { axe } from "../browser.mjs";
import { documentOf, draft, enter, gestures, openDesigner, saved, want } from "../designer.mjs";

export const tests = [
  {
    name: "boxes, brush, corners and handles",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "工具");
      await openDesigner(page, t, plan);
      const g = gestures(page);
      await g.canvas.focus();
      await g.key("d");
      await g.drag([0.3, 0.1], [0.7, 0.2]);
      await g.key("b");
      await g.drag([0.3, 0.35], [0.7, 0.6]);
      await g.key("o");
      await g.drag([0.1, 0.35], [0.2, 0.5]);
      await g.key("v");
      await page.screenshot({ path: `${t.shots}/designer-box.png` });
      await page.getByText("轮廓 4 个角").click();
      await page.getByRole("button", { name: "在角 1 后加角" }).click();
      await page.getByText("轮廓 5 个角").waitFor();
      await page.screenshot({ path: `${t.shots}/designer-corners.png` });
      await g.canvas.focus();
      await g.key("Control+Shift+A");
      await page.getByRole("button", { name: "新建票档" }).click();
      await g.key("p");
      await page.getByLabel("刷成").selectOption({ index: 0 });
      await g.drag([0.3, 0.36], [0.7, 0.36]);
      await saved(page);
      const doc = await documentOf(page, plan);
      want(
        doc.version === 2 && doc.boxes.length === 1 && doc.boxes[0].outline.length === 5 && doc.boxes[0].seats.length === 4,
        `boxes: ${JSON.stringify(doc.boxes)}`,
      );
      want((doc.categories[0].seats ?? []).length > 0, "the brush painted nothing");
      await g.canvas.focus();
      await g.key("v");
      await g.key("Control+a");
      await page.screenshot({ path: `${t.shots}/designer-handles.png` });
      await g.key("F1");
      await page.getByRole("heading", { name: "快捷键" }).waitFor();
      await page.screenshot({ path: `${t.shots}/designer-keys.png` });
      const found = await axe(page);
      want(found.length === 0, found.join("\n"));
      want((await api("GET", `/api/v1/plans/${plan}`)).body.changedBy?.length > 0, "the plan does not say who changed it");
    },
  },
  {
    name: "a row and a walk by keys alone, said aloud",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "键盘");
      await openDesigner(page, t, plan);
      const g = gestures(page);
      await g.canvas.focus();
      await g.key("r");
      for (const k of ["Shift+ArrowLeft", "Shift+Space", "Shift+ArrowRight", "Shift+ArrowRight", "Space"]) await g.key(k);
      await saved(page);
      const seats = (await api("GET", `/api/v1/plans/${plan}`)).body.counts.seats;
      want(seats >= 2, `keys alone drew ${seats} seats`);
      await g.key("Control+Shift+A");
      await g.key("c");
      await g.key("ArrowRight");
      await g.key("Space");
      await page
        .getByTestId("spoken")
        .getByText(/1排.*已选.*共选 1 座/)
        .waitFor({ state: "attached" });
      await page.screenshot({ path: `${t.shots}/designer-cursor.png` });
    },
  },
  {
    name: "a picture to trace survives a reload, scaled by two places",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "描图");
      await openDesigner(page, t, plan);
      const g = gestures(page);
      await page.getByRole("button", { name: "描图" }).click();
      const png = Buffer.from(
        await page.evaluate(async () => {
          const c = document.createElement("canvas");
          c.width = 400;
          c.height = 300;
          const x = c.getContext("2d");
          x.fillStyle = "#fff";
          x.fillRect(0, 0, 400, 300);
          x.strokeStyle = "#c00";
          x.lineWidth = 6;
          x.strokeRect(50, 50, 300, 200);
          return c.toDataURL("image/png").split(",")[1];
        }),
        "base64",
      );
      await page.getByTestId("trace-file").setInputFiles({ name: "drawing.png", mimeType: "image/png", buffer: png });
      await page.getByTestId("trace-scale").waitFor();
      await page.getByTestId("trace-file").setInputFiles({
        name: "drawing.png",
        mimeType: "image/png",
        buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
      });
      await page.getByRole("alert").waitFor();
      await g.canvas.focus();
      await g.key("m");
      await g.drag([0.4, 0.5], [0.6, 0.5]);
      await page.getByLabel("实际长度（毫米）").fill("6000");
      const placed = page.waitForResponse((r) => r.request().method() === "PATCH");
      await page.getByRole("button", { name: "定比例" }).click();
      const scale = await page.getByTestId("trace-scale").textContent();
      want((await placed).ok(), "the place was not saved");
      await page.screenshot({ path: `${t.shots}/designer-trace.png` });
      await openDesigner(page, t, plan);
      await page.getByRole("button", { name: "描图" }).click();
      await page.getByTestId("trace-scale").waitFor();
      want((await page.getByTestId("trace-scale").textContent()) === scale, "the picture lies otherwise after the reload");
      const bytes = await page.evaluate(async (id) => {
        const r = await fetch(`/api/v1/plans/${id}/underlay/picture?level=`);
        return { type: r.headers.get("content-type"), size: (await r.arrayBuffer()).byteLength };
      }, plan);
      want(bytes.type === "image/png" && bytes.size > 100, JSON.stringify(bytes));
    },
  },
  {
    name: "generator on the canvas, rakes, and a phone's width",
    needs: "suite",
    async run(t) {
      const { page, api } = await enter(t),
        { plan } = await draft(api, "起坡");
      await openDesigner(page, t, plan);
      const g = gestures(page);
      await page.getByRole("button", { name: "生成", exact: true }).click();
      await page.getByRole("button", { name: "放进座位图" }).waitFor();
      await page.screenshot({ path: `${t.shots}/designer-ghost.png` });
      await page.getByRole("button", { name: "放进座位图" }).click();
      await saved(page);
      await page.getByRole("button", { name: "视角" }).click();
      await g.canvas.focus();
      await g.click(0.5, 0.52);
      await page.getByText("按图上的起坡计算").waitFor(); // the generator says how its floors rise
      await page.getByRole("button", { name: "不填起坡" }).click();
      await page.getByRole("button", { name: "填写起坡" }).click();
      await page.getByText("按图上的起坡计算").waitFor();
      await page.screenshot({ path: `${t.shots}/designer-rake.png` });
      await saved(page);
      want(
        (await documentOf(page, plan)).levels.some((l) => l.rake !== undefined),
        "the rake is not in the document",
      );
      const found = await axe(page);
      want(found.length === 0, found.join("\n"));
      await page.setViewportSize({ width: 390, height: 780 });
      await page.screenshot({ path: `${t.shots}/designer-phone.png` });
      await page.getByRole("button", { name: "收起面板" }).click();
      await page.screenshot({ path: `${t.shots}/designer-phone-shut.png` });
    },
  },
  {
    name: "two designers' clashes are compared one by one",
    needs: "suite",
    async run(t) {
      const one = await enter(t),
        { plan } = await draft(one.api, "比较");
      await openDesigner(one.page, t, plan);
      const a = gestures(one.page);
      await a.canvas.focus();
      await a.key("b");
      await a.drag([0.3, 0.3], [0.6, 0.6]);
      await saved(one.page);
      const two = await enter(t);
      await openDesigner(two.page, t, plan);
      const name = async (page, text) => {
        const field = page.getByLabel("名称", { exact: true }).first();
        await field.fill(text);
        await field.press("Enter");
      };
      await a.key("Escape");
      await a.key("Escape");
      await a.key("Control+Shift+A");
      await name(one.page, "对方的名字");
      await saved(one.page);
      await name(two.page, "我的名字");
      await two.page.getByTestId("conflict").waitFor();
      await two.page.getByRole("button", { name: "逐处比较" }).click();
      await two.page.getByTestId("merge-list").getByText("对方的名字 / 我的名字").waitFor();
      await two.page.getByTestId("merge-list").getByLabel("我的").first().check();
      await two.page.screenshot({ path: `${t.shots}/designer-merge.png` });
      await two.page.getByRole("button", { name: "合并", exact: true }).click();
      await saved(two.page);
      want((await documentOf(two.page, plan)).name === "我的名字", "mine was chosen and does not stand");
    },
  },
];
