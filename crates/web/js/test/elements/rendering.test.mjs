/** Rendering is a side channel: a page's requests must not reveal the visit. With the real package. */

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { GOODS, put, ready, tag } from "./grocer.mjs";
import { list, page as pageOf, tile, TOOLS } from "./pages.mjs";
import { Shop } from "./shop.mjs";
import { launch, order, visit } from "./visitor.mjs";

let browser, shop;
before(async () => ([browser, shop] = [await launch(), await Shop.open()]));
after(async () => (await browser?.close(), shop?.close()));
afterEach(() => (shop.imageMs = () => 0));

/** One product fills the window, so that most of them are far away and their lazy images are not requested. */
const TALL = ".tile { height: 1500px } #list { grid-template-columns: 1fr }";
const LAZY = list(GOODS.map((id) => tile(id, { lazy: true })));

/** The images requested in a visit with `basket` in the basket, and the order shown. */
async function imagesOf(basket, mode, options) {
  shop.put("/", pageOf(LAZY, { style: TALL, script: tag({ mode }) }));
  shop.asked = [];
  const { page, leave } = await visit(browser, shop);
  await page.goto("/");
  const status = await ready(page);
  assert.ok(status.ready, JSON.stringify(status));
  await page.waitForLoadState("networkidle");
  for (const id of basket) await put(page, id);
  await page.evaluate((options) => rerankElements(shelf, list, options), options);
  await page.evaluate(() => rest());
  await page.waitForLoadState("networkidle");
  const seen = await order(page);
  await leave();
  return { images: shop.asked.filter((path) => path.startsWith("/image/")).sort(), seen };
}

const BASKETS = [["bread"], ["soap"], ["brie", "bananas"]];

test("three different visits of one page request the same images", async (t) => {
  const visits = [];
  for (const basket of BASKETS) visits.push(await imagesOf(basket, "session", {}));
  const [first, ...others] = visits;
  assert.equal(first.images.length, GOODS.length);
  for (const other of others) {
    assert.notDeepEqual(other.seen, first.seen, "the visits are shown different orders");
    assert.deepEqual(other.images, first.images);
  }
  t.diagnostic(`${first.images.length} images in each of ${visits.length} visits`);
});

test("visits with rendering declared request different images, so the test above can fail", async (t) => {
  const visits = [];
  for (const basket of BASKETS) visits.push(await imagesOf(basket, "session", { rendering: "declared" }));
  const sets = visits.map(({ images }) => images.join());
  assert.equal(new Set(sets).size, BASKETS.length);
  assert.ok(visits.every(({ images }) => images.length < GOODS.length));
  t.diagnostic(`images: ${visits.map(({ images }) => images.length).join(", ")}; three sets`);
});

test("contextual mode requests the same images for any basket, and lazy ones stay lazy", async () => {
  const [a, b] = [await imagesOf(["bread"], "contextual", {}), await imagesOf(["soap"], "contextual", {})];
  assert.deepEqual(a.images, b.images);
  assert.deepEqual(a.seen, b.seen);
  assert.ok(a.images.length < GOODS.length);
});

test("tiles move only after the last image loaded or failed, lazy frames included", async () => {
  shop.imageMs = () => 300;
  shop.put("/frame", "<p>A film</p>");
  const more = (id) => ({ lazy: true, more: `<iframe loading="lazy" src="/frame?${id}"></iframe><img src="/nowhere/${id}" loading="lazy" alt=""><img alt="">` });
  shop.put("/", pageOf(list(GOODS.map((id) => tile(id, more(id)))), { style: TALL, script: TOOLS }));
  const { page, leave } = await visit(browser, shop);
  await page.goto("/");
  await page.waitForFunction(() => globalThis.isLoaded);
  const missing = await page.evaluate(async () => {
    let missing;
    new MutationObserver(() => (missing ??= [...list.querySelectorAll("img")].filter((image) => !image.complete).length)).observe(list, { childList: true });
    await rerankElements(scripted((ids) => ids.toReversed(), { mode: "session" }), list);
    return missing;
  });
  assert.equal(missing, 0);
  assert.equal(shop.asked.filter((path) => path.startsWith("/frame")).length, GOODS.length);
  await leave();
});

test("a mode that becomes session during a ranking has strict rendering", async () => {
  shop.put("/", pageOf(LAZY, { style: TALL, script: TOOLS }));
  shop.asked = [];
  const { page, leave } = await visit(browser, shop);
  await page.goto("/");
  await page.waitForFunction(() => globalThis.isLoaded);
  await page.evaluate(async () => {
    const shelf = scripted((ids) => ids.toReversed());
    let free;
    shelf.wait = new Promise((done) => (free = done));
    const ranking = rerankElements(shelf, list);
    shelf.status.mode = "session";
    free();
    await ranking;
  });
  assert.equal(shop.asked.filter((path) => path.startsWith("/image/")).length, GOODS.length);
  assert.deepEqual(await order(page), [...GOODS].reverse());
  await leave();
});

test("an image above the time limit leaves the shop's own order, and the next ranking applies", async () => {
  shop.imageMs = (path) => (path === "/image/bread" ? 6000 : 0);
  shop.put("/", pageOf(LAZY, { style: TALL, script: TOOLS }));
  const { page, leave } = await visit(browser, shop);
  await page.goto("/", { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.isLoaded);
  const rank = () => page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed(), { mode: "session" }), list).then((slate) => slate.basis));
  assert.equal(await rank(), "shop_order");
  assert.deepEqual(await order(page), GOODS);
  assert.equal(await rank(), "session");
  assert.deepEqual(await order(page), [...GOODS].reverse());
  await leave();
});

test("a list whose images came too late is ranked once they are loaded", async () => {
  let free;
  const slow = new Promise((done) => (free = done));
  shop.put("/", pageOf(LAZY, { style: TALL, script: TOOLS }));
  const { page, leave } = await visit(browser, shop);
  await page.route("**/image/bread", async (route) => (await slow, route.continue()));
  await page.goto("/", { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.isLoaded);
  await page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed(), { mode: "session" }), list));
  assert.deepEqual(await order(page), GOODS, "after four seconds the shop's own order stands");
  free();
  await page.waitForFunction((last) => list.firstElementChild.dataset.itemId === last, GOODS.at(-1));
  await leave();
});
