/**
 * A finger on a seat map: taps place after place, from the bottom row up, until enough() says so. A tap on a seat that is
 * drawn too small goes nearer first, as for people. map: the locator of the map's box; where: the part of its height to tap in.
 */
export async function tapSeats(page, map, enough, [top, bottom] = [0.05, 0.95]) {
  await map.locator("canvas").first().waitFor();
  await map.scrollIntoViewIfNeeded();
  const box = await map.boundingBox();
  for (let y = bottom * box.height; y > top * box.height; y -= 14)
    for (let x = 30; x < box.width - 80; x += 14) {
      if (await enough()) return;
      await page.mouse.click(box.x + x, box.y + y);
      await page.waitForTimeout(30); // a map that goes nearer moves under the finger
    }
  if (!(await enough())) throw new Error("no seat could be tapped");
}
