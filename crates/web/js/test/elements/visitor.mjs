/** A visitor in Chromium, with a record of the page's layout shifts, by the browser's own measure. */

import { createRequire } from "node:module";
import { after, afterEach, before } from "node:test";

import { page as pageOf, TOOLS } from "./pages.mjs";
import { Shop } from "./shop.mjs";
import { start } from "../../../../../tests/chromium.mjs";

const { chromium } = createRequire(new URL("../../../../../tests/packaging/package.json", import.meta.url))("playwright-core");

/** One browser for a file of tests; close it after the last one. */
export const launch = () => start(chromium);

/** A new visit of the shop. `options` are playwright's, such as `reducedMotion`. */
export async function visit(browser, shop, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, baseURL: shop.address, ...options });
  const page = await context.newPage();
  const said = [];
  page.on("pageerror", (error) => said.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
  await page.addInitScript(() => {
    globalThis.shifts = [];
    const note = (list) => globalThis.shifts.push(...list.getEntries().map(({ value, hadRecentInput }) => ({ value, hadRecentInput })));
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
    globalThis.frames = (count) => new Promise((done) => (count ? requestAnimationFrame(() => frames(count - 1).then(done)) : done()));
    globalThis.rest = async () => {
      await frames(2);
      await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})));
      await frames(2);
      await new Promise((done) => setTimeout(done, 50));
    };
  });
  return { page, said, leave: () => context.close() };
}

/**
 * One browser and one shop for a file of tests. `open(body, options)` visits a page with this body and the tools of the tests;
 * the visit ends with the test.
 */
export function visits() {
  let browser, visitor;
  const file = {
    async open(body, options) {
      file.shop.put("/", pageOf(body, { script: TOOLS, ...options }));
      visitor = await visit(browser, file.shop);
      await visitor.page.goto("/");
      await visitor.page.waitForFunction(() => globalThis.isLoaded);
      return visitor;
    },
  };
  before(async () => ([browser, file.shop] = [await launch(), await Shop.open()]));
  after(async () => (await browser?.close(), file.shop?.close()));
  afterEach(() => visitor?.leave());
  return file;
}

/** The sum of all shifts without recent input: what Cumulative Layout Shift consists of. */
export const shift = (page) =>
  page.evaluate(() => rest().then(() => shifts.filter((one) => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)));

/** Ids of the visible tiles, in document order. */
export const order = (page, list = "#list") =>
  page.evaluate((selector) => {
    const tiles = [...document.querySelectorAll(`${selector} [data-item-id]`)];
    return tiles.filter((tile) => tile.getClientRects().length > 0).map((tile) => tile.dataset.itemId);
  }, list);

/** Ids of the visible tiles in visual order: line by line. */
export const seenOrder = (page, list = "#list") =>
  page.evaluate((selector) => {
    const tiles = [...document.querySelectorAll(`${selector} [data-item-id]`)].map((tile) => [tile.dataset.itemId, tile.getBoundingClientRect()]);
    const drawn = tiles.filter(([, place]) => place.width > 0);
    return drawn.sort(([, a], [, b]) => a.top - b.top || a.left - b.left).map(([id]) => id);
  }, list);
