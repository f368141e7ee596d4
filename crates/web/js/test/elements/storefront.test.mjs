/** The real package, its engine in a worker, under the strictest policy that a page can have. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { join } from "node:path";

import { GOODS, put, ready, script, tag } from "./grocer.mjs";
import { list, page as pageOf, STYLE, tile } from "./pages.mjs";
import { DIST, Shop } from "./shop.mjs";
import { launch, order, seenOrder, shift, visit } from "./visitor.mjs";

let browser, shop, visitor, page;
before(async () => ([browser, shop] = [await launch(), await Shop.open()]));
after(async () => (await browser?.close(), shop?.close()));
afterEach(() => visitor?.leave());

/** Refuses everything that is not named: no inline style or script, and no string that becomes a script. */
const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types shelfwise",
].join("; ");

const TILES = GOODS.map((id) => tile(id).replace(' style=""', "")).join("");
const SHELF = `<shelfwise-shelf placement="category" limit="8"><ul class="tiles">${TILES.replaceAll('id="', 'id="')}</ul></shelfwise-shelf>`;

async function open(body, { options, csp } = {}) {
  const head = csp ? `<link rel="stylesheet" href="/shop.css">` : `<style>${STYLE}</style>`;
  const code = csp ? `<script type="module" src="/shop.js"></script>` : tag(options);
  shop.put("/shop.css", STYLE, { "content-type": "text/css" });
  shop.put("/shop.js", script(options), { "content-type": "text/javascript" });
  const html = `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="/image/icon">${head}<button id="go">Go</button>${body}${code}</html>`;
  shop.put("/", html, csp ? { "content-security-policy": csp } : {});
  visitor = await visit(browser, shop);
  page = visitor.page;
  await page.addInitScript(() => {
    globalThis.refused = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, sample }) => refused.push(`${effectiveDirective} ${sample}`));
  });
  await page.goto("/");
  const status = await ready(page);
  await page.evaluate(() => rest());
  return status;
}
const rank = () => page.evaluate(() => rerankElements(shelf, list).then((slate) => rest().then(() => slate)));
/** The first item of the list once bread is in the basket. */
const WITH_BREAD = ["butter", "cheddar", "bread", "milk"];

test("bread in the basket moves butter up without a shift, and mode off restores the order", async () => {
  const status = await open(list(GOODS.map((id) => tile(id))), { options: { mode: "session" } });
  assert.deepEqual(status, { ready: true, mode: "session", isolation: "worker", error: null });
  await rank();
  assert.deepEqual(await order(page), GOODS);
  await put(page, "bread");
  await rank();
  assert.deepEqual((await order(page)).slice(0, 4), WITH_BREAD);
  assert.deepEqual(await seenOrder(page), await order(page));
  assert.equal(await shift(page), 0);
  await page.evaluate(() => shelf.lessLike("candy"));
  await rank();
  assert.ok(!(await order(page)).includes("candy"), "what the shopper does not want to see is not seen");
  await page.evaluate(() => shelf.setMode("off"));
  await rank();
  assert.deepEqual(await order(page), GOODS);
  assert.deepEqual(visitor.said, []);
});

test("a click on a tile's button ranks the list around that tile", async () => {
  await open(list(GOODS.map((id) => tile(id))), { options: { mode: "session" } });
  await page.evaluate(() => {
    list.onclick = ({ target }) => {
      const { itemId } = target.closest("[data-item-id]").dataset;
      shelf.track("add_to_cart", { items: [{ item_id: itemId }] });
      void rerankElements(shelf, list, { hold: target }).then(() => (globalThis.isRanked = true));
    };
  });
  await page.click('[data-item-id="oranges"] button');
  await page.waitForFunction(() => globalThis.isRanked);
  assert.equal((await order(page)).indexOf("oranges"), GOODS.indexOf("oranges"));
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Add oranges");
  assert.equal(await shift(page), 0);
});

test("lists and shelves are ranked under a strict policy with Trusted Types, without a violation", async () => {
  const status = await open(list(GOODS.map((id) => tile(id).replace(' style=""', ""))) + SHELF, { options: { mode: "session" }, csp: STRICT });
  assert.equal(status.isolation, "worker", JSON.stringify(status));
  await page.evaluate(async () => {
    connect(shelf);
    const slate = new Promise((done) => document.querySelector("shelfwise-shelf").addEventListener("shelfwise-slate", done, { once: true }));
    shelf.lessLike("MILK");
    shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
    await slate;
    await rest();
  });
  await rank();
  assert.deepEqual((await order(page)).slice(0, 4), WITH_BREAD);
  assert.equal((await order(page)).length, GOODS.length - 1);
  assert.deepEqual((await order(page, "shelfwise-shelf")).slice(0, 4), WITH_BREAD);
  assert.equal((await order(page, "shelfwise-shelf")).length, 8);
  assert.deepEqual(await page.evaluate(() => refused), []);
  assert.deepEqual(visitor.said, []);
});

test("a shelf without an engine shows the shop's own choice", async () => {
  const status = await open(SHELF, { options: { mode: "session", snapshot: "/nowhere.swm" } });
  assert.equal(status.ready, false);
  await page.evaluate(async () => {
    const element = document.querySelector("shelfwise-shelf");
    const slate = new Promise((done) => element.addEventListener("shelfwise-slate", done, { once: true }));
    connect(shelf);
    await slate;
  });
  assert.deepEqual(await order(page, "shelfwise-shelf"), GOODS.slice(0, 8));
});

test("the file imported without a document throws nothing", () => {
  const code = `const m = await import(${JSON.stringify(join(DIST, "shelf.js"))}); console.log(typeof m.rerankElements, typeof m.connect);`;
  assert.equal(execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" }).trim(), "function function");
});
