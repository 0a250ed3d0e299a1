// Screenshots of the page shells without a server: desktop and phone, light and dark, into e2e/shots/.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { axe, launch, serveFolder, SHOTS, WEB } from "./browser.mjs";

mkdirSync(SHOTS, { recursive: true });
const served = await serveFolder(join(WEB, "dist")),
  browser = await launch();
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
let faults = 0;
for (const page of ["manage", "counter", "shop", "gate", "lab"]) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const theme of ["light", "dark"]) {
      for (const [state, signedIn] of page === "shop" || page === "gate"
        ? [["page", true]]
        : [
            ["sign-in", false],
            ["page", true],
          ]) {
        const context = await browser.newContext({ viewport, deviceScaleFactor: size === "phone" ? 2 : 1 });
        await context.addInitScript(
          ([t, s]) => {
            localStorage.setItem("parterre.theme", t);
            if (s) localStorage.setItem("parterre.signed-in", "1");
          },
          [theme, signedIn],
        );
        const tab = await context.newPage();
        tab.on("pageerror", (e) => {
          faults++;
          console.error(page, e.message);
        });
        await tab.goto(`${served.url}/${page}/`);
        await tab.waitForSelector("#root > *");
        await tab.screenshot({ path: join(SHOTS, `${page}-${state}-${size}-${theme}.png`) });
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        const found = [...(wide ? ["scrolls sideways"] : []), ...(await axe(tab))];
        for (const f of found) {
          faults++;
          console.error(`${page} ${state} ${size} ${theme}: ${f}`);
        }
        await context.close();
      }
    }
  }
}
await browser.close();
await served.close();
console.log(`shots in ${SHOTS}, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
