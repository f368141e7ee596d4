/** Pages that arrive in pieces, over a slow line: what is painted already does not move. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./piecemeal.mjs";
import { SHOP, Visitor, launch } from "./visitor.mjs";

const PAGES = ["/", "/aisle/bakery.html", "/product/1127831.html", "/basket.html", "/inspector/"];
const WINDOWS = [[1280, 900], [1000, 700], [390, 844]];

let browser;
let slow;

before(async () => {
  [browser, slow] = await Promise.all([launch(), open(SHOP)]);
});
after(async () => {
  await browser?.close();
  slow?.close();
});

for (const [width, height] of WINDOWS) {
  test(`a page ${width} pixels wide does not shift while it arrives`, async () => {
    const shifts = await Promise.all(PAGES.map((path) => shiftsOf(path, { width, height })));
    for (const [at, path] of PAGES.entries()) assert.deepEqual(shifts[at], [], path);
  });
}

/** Layout shifts until the page was complete. It is painted long before, unless it waits for its script, as the basket does. */
async function shiftsOf(path, viewport) {
  const visitor = await Visitor.arrive(browser, { baseURL: slow.address, viewport });
  await visitor.look(path);
  await visitor.settle();
  assert.deepEqual(visitor.failures(), [], path);
  const waits = (await visitor.page.locator("script[blocking=render]").count()) > 0;
  assert.equal(await visitor.page.evaluate(wasDrawnEarly), !waits, `${path} is drawn before it is whole`);
  const { withoutInput } = await visitor.shifts();
  await visitor.leave();
  return withoutInput;
}

/** In the page: whether it was painted in the first half of the time that it took to arrive. */
function wasDrawnEarly() {
  const [{ responseStart, responseEnd }] = performance.getEntriesByType("navigation");
  const [{ startTime }] = performance.getEntriesByName("first-contentful-paint");
  return startTime < (responseStart + responseEnd) / 2;
}
