/** The same in Firefox, which does not measure layout shifts: positions, focus and requests are compared instead. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, afterEach, before, test } from "node:test";

import { GOODS, put, ready, tag } from "./grocer.mjs";
import { ids, list, page as pageOf, tile, TOOLS } from "./pages.mjs";
import { Shop } from "./shop.mjs";
import { order, seenOrder } from "./visitor.mjs";

const puppeteer = createRequire(new URL("../../../../../tests/packaging/package.json", import.meta.url))("puppeteer-core");
const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

let browser, shop, page;
before(async () => {
  shop = await Shop.open();
  browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
});
after(async () => (await browser?.close(), shop?.close()));
afterEach(() => page?.close());

async function open(html) {
  shop.put("/", html);
  page = await browser.newPage();
  await page.setViewport({ width: 1000, height: 800 });
  await page.goto(shop.address);
  await page.waitForFunction(() => globalThis.isLoaded);
  return page;
}

const EVEN = pageOf(list(ids(24).map((id) => tile(id, { more: `<input value="1">` }))), { script: TOOLS });
const REVERSED = [...ids(24)].reverse();
const reverse = () => page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed()), list).then(() => undefined));

test("a ranked list has the slate's order in the document and on screen, and restores its own", async () => {
  await open(EVEN);
  await reverse();
  assert.deepEqual(await order(page), REVERSED);
  assert.deepEqual(await seenOrder(page), REVERSED);
  await page.evaluate(() => restoreElements(list));
  assert.deepEqual(await order(page), ids(24));
});

test("a focused field keeps its position, focus and selection during a ranking", async () => {
  await open(EVEN);
  const told = await page.evaluate(async () => {
    const field = document.querySelector('[data-item-id="sku-5"] input');
    field.value = "12345";
    field.focus();
    field.setSelectionRange(1, 4);
    const told = [];
    field.addEventListener("blur", () => told.push("blur"));
    await rerankElements(scripted((ids) => ids.toReversed()), list);
    return [document.activeElement === field, field.selectionStart, field.selectionEnd, ...told];
  });
  assert.deepEqual(told, [true, 1, 4]);
  assert.equal((await order(page)).indexOf("sku-5"), 5);
});

test("a ranking without input moves no visible tile, with equal and unequal sizes", async () => {
  for (const look of [() => "", (at) => `height: ${150 + (at % 5) * 23}px`]) {
    await open(pageOf(list(ids(24).map((id, at) => tile(id, { look: look(at) }))), { script: TOOLS }));
    const places = () =>
      page.evaluate(() =>
        [...list.children].map((one) => one.getBoundingClientRect()).filter(({ top }) => top < innerHeight).map(({ left, top, width, height }) => [left, top, width, height].join()),
      );
    const before = await places();
    await reverse();
    assert.deepEqual(await places(), before);
    assert.notDeepEqual(await order(page), ids(24));
    await page.close();
  }
});

test("a connected shelf is ranked and filled", async () => {
  await open(pageOf(`<shelfwise-shelf limit="2">${ids(4).map((id) => tile(id)).join("")}</shelfwise-shelf>`, { script: TOOLS }));
  await page.evaluate(async () => {
    const slate = new Promise((done) => document.querySelector("shelfwise-shelf").addEventListener("shelfwise-slate", () => done(), { once: true }));
    connect(scripted((ids) => ids.toReversed()));
    await slate;
  });
  assert.deepEqual(await order(page, "shelfwise-shelf"), ["sku-3", "sku-2"]);
});

/** The server's requests in a visit with the real package. */
async function imagesOf(id, options) {
  const style = ".tile { height: 1500px } #list { grid-template-columns: 1fr }";
  shop.asked = [];
  await open(pageOf(list(GOODS.map((one) => tile(one, { lazy: true }))), { style, script: tag({ mode: "session" }) }));
  assert.equal((await ready(page)).isolation, "worker");
  await put(page, id);
  await page.evaluate((options) => rerankElements(shelf, list, options).then(() => undefined), options);
  await page.waitForNetworkIdle({ idleTime: 500 });
  const seen = await order(page);
  await page.close();
  return { images: shop.asked.filter((path) => path.startsWith("/image/")).sort(), seen };
}

test("two visits request the same images, and different ones if rendering is declared", async () => {
  const [a, b] = [await imagesOf("bread", {}), await imagesOf("soap", {})];
  assert.notDeepEqual(a.seen, b.seen);
  assert.deepEqual(a.images, b.images);
  const [c, d] = [await imagesOf("bread", { rendering: "declared" }), await imagesOf("soap", { rendering: "declared" })];
  assert.notDeepEqual(c.images, d.images);
});
