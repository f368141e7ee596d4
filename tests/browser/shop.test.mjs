/** The demo shop, as a shopper meets it. */

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { SHOP, Visitor, launch } from "./visitor.mjs";

const TORTILLAS = /tortilla/i;

let browser;
let visitor;

before(async () => (browser = await launch()));
after(() => browser.close());
afterEach(() => visitor?.leave());

/** The aisle's path and the id of its first tortillas. */
async function aisleOfTortillas() {
  const catalog = await (await fetch(`${SHOP}/catalog.json`)).json();
  const [id] = Object.entries(catalog).find(([, [title]]) => TORTILLAS.test(title));
  const product = await (await fetch(`${SHOP}/product/${id}.html`)).text();
  const [, aisle] = product.match(/class="crumbs">.*?<a href="(\/aisle\/[^"]+)"/s);
  return { aisle, id };
}

function addButton(id) {
  return visitor.page.locator(`[data-tiles] > li[data-item="${id}"] .add`);
}

function ownOrder(aisle) {
  return fetch(SHOP + aisle)
    .then((answer) => answer.text())
    .then((html) => html.match(/<ul class="tiles" data-tiles>(.*?)<\/ul>/s)[1])
    .then((list) => [...list.matchAll(/<li class="tile" data-item="([^"]+)"/g)].map((match) => match[1]));
}

test("tortillas in the basket re-order the aisle, and moved tiles say why", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  assert.equal(await visitor.state(), "ready");
  const before = await visitor.aisle();
  assert.deepEqual(before, await ownOrder(aisle), "a new visit sees the shop's own order");
  await visitor.screenshot("aisle-before");

  await addButton(id).click();
  await visitor.settle();
  const after = await visitor.aisle();
  assert.notDeepEqual(after, before);
  assert.deepEqual([...after].sort(), [...before].sort(), "no product comes or goes");
  const reasons = await visitor.page.locator("[data-tiles] .why").allTextContents();
  assert.ok(reasons.some((why) => /^because you added .*tortilla/i.test(why)), reasons.filter(Boolean).join("; "));
  assert.equal(await visitor.page.locator("[data-basket-count]").textContent(), "1");
  await visitor.page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
  await visitor.screenshot("aisle-after");
});

test("what goes with the basket fills its shelf, and leaves out what is in the basket", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  await addButton(id).click();
  await visitor.settle();
  const here = visitor.page.locator("[data-shelf=basket]");
  assert.equal(await here.locator("h2").textContent(), "Goes with your basket");

  await visitor.open("/basket.html");
  const tiles = visitor.page.locator("[data-shelf=basket] .tiles > li");
  assert.equal(await visitor.page.locator("[data-shelf=basket] h2").textContent(), "Goes with your basket");
  const ids = await tiles.evaluateAll((nodes) => nodes.map((node) => node.dataset.item));
  const html = await (await fetch(`${SHOP}/basket.html`)).text();
  const places = html.match(/data-shelf="basket".*?<\/section>/s)[0].split('<li class="tile"').length - 1;
  assert.equal(new Set(ids).size, places, "as many as the page came with");
  assert.ok(!ids.includes(id));
  await visitor.screenshot("basket");
});

test("nothing jumps: neither while the page comes up nor while it is re-ordered", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  for (const path of ["/", aisle, `/product/${id}.html`, "/basket.html"]) {
    await visitor.open(path);
    await visitor.page.locator("main .add:visible").first().click();
    await visitor.settle();
    const { afterInput, withoutInput } = await visitor.shifts();
    assert.equal(withoutInput, 0, `${path} by itself`);
    // The basket's own page grows by the line that was asked for.
    if (path !== "/basket.html") assert.equal(afterInput, 0, `${path} after a click`);
  }
});

test("the shop asks for its own files only, and what is asked does not depend on the shopper", async () => {
  const { aisle, id } = await aisleOfTortillas();
  const urls = [];
  for (const wanted of [id, undefined]) {
    visitor = await Visitor.arrive(browser);
    await visitor.open(aisle);
    const ready = visitor.requests.length;
    if (wanted) await addButton(wanted).click();
    await visitor.settle();
    for (const { method, url, body } of visitor.requests) {
      assert.equal(method, "GET");
      assert.equal(body, null);
      assert.ok(url.startsWith(`${SHOP}/`) && !url.includes("?"), url);
    }
    const later = visitor.requests.slice(ready).map(({ url }) => new URL(url).pathname);
    assert.deepEqual(later.filter((path) => !/\.(svg|js|css|wasm)$/.test(path)), [], "after the page was ready");
    assert.deepEqual(visitor.failures(), []);
    assert.deepEqual(visitor.errors, []);
    urls.push([...new Set(visitor.requests.map(({ url }) => url))].sort());
    if (wanted) await visitor.leave();
  }
  assert.deepEqual(urls[0], urls[1]);
});

test("a sensitive product is never told to the engine", async () => {
  const catalog = await (await fetch(`${SHOP}/catalog.json`)).json();
  const [id] = Object.entries(catalog).find(([, row]) => row[5] === 1);
  visitor = await Visitor.arrive(browser);
  await visitor.open(`/product/${id}.html`);
  await visitor.page.locator("article.product .add").click();
  await visitor.settle();
  assert.equal(await visitor.page.locator("[data-basket-count]").textContent(), "1");
  assert.equal(await visitor.page.locator("[data-panel=events]").textContent(), "Nothing yet.");
});

test("forgetting the visit brings the shop's own order back", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  await addButton(id).click();
  await visitor.settle();
  assert.notEqual(await visitor.page.locator("[data-panel=events] > li:not(.none)").count(), 0);
  await visitor.page.locator("[data-panel=forget]").click();
  await visitor.settle();
  assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
  assert.equal(await visitor.page.locator("[data-panel=events] > li:not(.none)").count(), 0);
});

test("a shopper with a keyboard only gets from the shelf to the pretended purchase", async () => {
  const { aisle } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  const { keyboard } = visitor.page;
  await keyboard.press("Tab");
  assert.ok(await visitor.page.evaluate(() => document.activeElement.matches(".skip")), "the first stop skips the menu");
  await keyboard.press("Enter");
  await visitor.tabTo("[data-tiles] .add");
  const pressed = await visitor.page.evaluate(() => document.activeElement.closest("li").dataset.item);
  await keyboard.press("Enter");
  await visitor.settle();
  const focused = await visitor.page.evaluate(() => document.activeElement.closest("li")?.dataset.item);
  assert.equal(focused, pressed, "the pressed button keeps the focus");
  await visitor.screenshot("keyboard");

  await visitor.tabTo(".to-basket", 400);
  await keyboard.press("Enter");
  await visitor.page.waitForURL("**/basket.html");
  await visitor.page.locator("[data-panel=state][data-is=ready]").waitFor({ state: "attached" });
  await visitor.tabTo("[data-step='1']");
  await keyboard.press("Enter");
  assert.equal(await visitor.page.locator(".lines .quantity").textContent(), "2");
  await visitor.tabTo("[data-basket-buy]");
  await keyboard.press("Enter");
  await visitor.page.locator("[data-basket-empty]").waitFor({ state: "visible" });
});

test("without JavaScript every product is there, in the shop's own order", async () => {
  const { aisle } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser, { javaScriptEnabled: false });
  await visitor.look(aisle);
  const shown = await visitor.page.locator("[data-tiles] > li .title").count();
  assert.equal(shown, (await ownOrder(aisle)).length);
  assert.ok(await visitor.page.locator("main noscript, main .note").first().isVisible());
  await visitor.screenshot("without-javascript");
});

for (const { what, path, answer } of [
  { what: "a damaged snapshot", path: "/model/model.swm", answer: { body: Buffer.from("no snapshot") } },
  { what: "a missing snapshot", path: "/model/model.swm", answer: { status: 404, body: "" } },
  { what: "a damaged policy", path: "/model/policy.swp", answer: { body: Buffer.from([255, 255, 255]) } },
  { what: "a damaged engine", path: "/engine/shelfwise_bg.wasm", answer: { contentType: "application/wasm", body: "no module" } },
]) {
  test(`${what} leaves the shop's own order, says so, and the basket works`, async () => {
    const { aisle, id } = await aisleOfTortillas();
    visitor = await Visitor.arrive(browser);
    await visitor.page.route(`**${path}`, (route) => route.fulfill(answer));
    await visitor.open(aisle);
    assert.equal(await visitor.state(), "off");
    assert.match(await visitor.page.locator("[data-panel=state]").textContent(), /the shop's own order/);
    await addButton(id).click();
    await visitor.settle();
    assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
    assert.equal(await visitor.page.locator("[data-basket-count]").textContent(), "1");
    assert.deepEqual(visitor.errors, []);
    await visitor.screenshot(what.replaceAll(" ", "-"));
  });
}

test("narrow and dark windows show the same shop", async () => {
  visitor = await Visitor.arrive(browser, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await visitor.open("/");
  const overflow = await visitor.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than the window`);
  await visitor.screenshot("home-narrow-dark");
});
