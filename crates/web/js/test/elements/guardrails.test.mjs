/** Tiles of hidden items, written by the server, on pages whose engine cannot rank. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { page as pageOf, tile } from "./pages.mjs";
import { Shop } from "./shop.mjs";
import { launch, order, visit } from "./visitor.mjs";

/** Hides milk everywhere and candy in a category. */
const POLICY = readFileSync(new URL("../../../../../tests/snapshots/policies/every-verb.swp", import.meta.url));
const IDS = ["soap", "milk", "butter", "candy"];
const TILES = IDS.map((id) => tile(id)).join("");
const BOOT = `<script type="module">
  import { createShelfwise } from "/package/index.js";
  import { connect, rerankElements, restoreElements } from "/package/shelf.js";
  const shelf = await createShelfwise({ snapshot: "/no-model.swm", policy: "/rules.swp", timeoutMs: 5000 });
  Object.assign(globalThis, { shelf, connect, rerankElements, restoreElements, list: document.querySelector("#list") });
  globalThis.isLoaded = true;
</script>`;
const AUTO = `<script type="module" src="/package/auto.js" data-snapshot="/no-model.swm" data-policy="/rules.swp" data-timeout-ms="5000"></script>`;

let browser, shop, visitor, page;
before(async () => {
  [browser, shop] = [await launch(), await Shop.open()];
  shop.put("/rules.swp", POLICY, { "content-type": "application/octet-stream" });
});
after(async () => (await browser?.close(), shop?.close()));
afterEach(() => visitor?.leave());

async function open(body, script) {
  shop.put("/", pageOf(body, { script }));
  visitor = await visit(browser, shop);
  page = visitor.page;
  await page.goto("/");
  if (script === BOOT) await page.waitForFunction(() => globalThis.isLoaded);
}

test("tiles of hidden items are not visible without an engine and return on restore", async () => {
  await open(`<ul id="list">${TILES}</ul>`, BOOT);
  assert.deepEqual(await order(page), IDS);
  const own = await page.evaluate(() => list.innerHTML);
  await page.evaluate(() => rerankElements(shelf, list));
  assert.deepEqual(await order(page), ["soap", "butter"]);
  await page.evaluate(() => rerankElements(shelf, list, { placement: "search" }));
  assert.deepEqual(await order(page), ["soap", "butter", "candy"], "another placement has other rules");
  await page.evaluate(() => restoreElements(list));
  assert.deepEqual([await order(page), await page.evaluate(() => list.innerHTML)], [IDS, own]);
});

test("list of hidden items alone shows nothing", async () => {
  await open(`<ul id="list">${tile("milk")}${tile("candy")}</ul>`, BOOT);
  await page.evaluate(() => rerankElements(shelf, list));
  assert.deepEqual(await order(page), []);
});

test("shelf without an engine hides tiles of hidden items", async () => {
  await open(`<shelfwise-shelf id="list" placement="category"><ul>${TILES}</ul></shelfwise-shelf>`, BOOT);
  await page.evaluate(async () => {
    const slate = new Promise((done) => list.addEventListener("shelfwise-slate", done, { once: true }));
    connect(shelf);
    await slate;
  });
  assert.deepEqual(await order(page), ["soap", "butter"]);
  await page.evaluate(() => list.restore());
  assert.deepEqual(await order(page), IDS);
});

test("shelf with slots without an engine hides the shops own choice of hidden items", async () => {
  const slots = IDS.map((id) => `<li data-shelfwise-slot data-item-id="${id}">${id}</li>`).join("");
  await open(`<shelfwise-shelf id="list" placement="category"><ul>${slots}</ul></shelfwise-shelf>`, BOOT);
  await page.evaluate(async () => {
    const slate = new Promise((done) => list.addEventListener("shelfwise-slate", done, { once: true }));
    list.render = ({ item_id }, slot) => (slot.textContent = item_id);
    connect(shelf);
    await slate;
  });
  assert.deepEqual(await order(page), ["soap", "butter"]);
  await page.evaluate(() => list.restore());
  assert.deepEqual(await order(page), IDS);
});

test("one tag without a model hides tiles of hidden items", async () => {
  await open(`<ul id="list" data-shelfwise="category">${TILES}</ul>`, AUTO);
  await page.waitForFunction(() => document.querySelector("#list").hasAttribute("data-shelfwise-settled"));
  assert.deepEqual(await order(page), ["soap", "butter"]);
});
