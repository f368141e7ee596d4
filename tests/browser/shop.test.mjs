import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { SHOP, Visitor, isLook, launch } from "./visitor.mjs";

const TORTILLAS = /tortilla/i;
const TILES = "[data-tiles] > li";
const ROW = "shelfwise-shelf:not([placement=category])";

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
  return visitor.page.locator(`${TILES}[data-item-id="${id}"] .add`);
}

function heading() {
  return visitor.page.locator(".shelf h2").textContent();
}

function ownOrder(aisle) {
  return fetch(SHOP + aisle)
    .then((answer) => answer.text())
    .then((html) => html.match(/<ul class="tiles" data-tiles>(.*?)<\/ul>/s)[1])
    .then((list) => [...list.matchAll(/<li class="tile" data-item-id="([^"]+)"/g)].map((match) => match[1]));
}

test("tortillas in the basket re-order the aisle, and moved tiles show the reason", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  assert.equal(await visitor.state(), "ready");
  const before = await visitor.aisle();
  assert.deepEqual(before, await ownOrder(aisle), "a new visit sees the shop's own order");
  await visitor.screenshot("aisle-before");

  await visitor.ranked(() => addButton(id).click());
  const after = await visitor.aisle();
  assert.notDeepEqual(after, before);
  assert.deepEqual([...after].sort(), [...before].sort(), "no product comes or goes");
  const reasons = await visitor.page.locator(`${TILES} .why`).allTextContents();
  assert.ok(reasons.some((why) => /^because you added .*tortilla/i.test(why)), reasons.filter(Boolean).join("; "));
  assert.equal(await visitor.page.locator("[data-basket-count]").textContent(), "1");
  await visitor.page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
  await visitor.screenshot("aisle-after");
});

test("the basket's shelf shows matching products, on the next page too, without those in the basket", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  await visitor.ranked(() => addButton(id).click());
  assert.match(await heading(), /^Goes with your basket(, and what everybody buys)?$/);

  await visitor.open("/basket.html");
  assert.match(await heading(), /^Goes with your basket(, and what everybody buys)?$/);
  const tiles = visitor.page.locator(`${ROW} .tiles > li`);
  const ids = await tiles.evaluateAll((nodes) => nodes.map((node) => node.dataset.itemId));
  const html = await (await fetch(`${SHOP}/basket.html`)).text();
  const places = html.match(/<shelfwise-shelf placement="basket".*?<\/shelfwise-shelf>/s)[0].split("data-shelfwise-slot").length - 1;
  assert.equal(new Set(ids).size, places, "as many as the page came with");
  assert.ok(!ids.includes(id));
  await visitor.screenshot("basket");
});

test("no layout shifts while the page loads or is re-ordered", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  for (const path of ["/", aisle, `/product/${id}.html`, "/basket.html", aisle]) {
    await visitor.open(path);
    await visitor.page.locator("main .add:visible").first().click();
    await visitor.settle();
    const { afterInput, withoutInput } = await visitor.shifts();
    assert.deepEqual(withoutInput, [], `${path} by itself`);
    // The basket's own page grows by the line that the shopper added.
    if (path !== "/basket.html") assert.deepEqual(afterInput, [], `${path} after a click`);
  }
});

test("requests are for the shop's own files, for releases alone after ready, and independent of the shopper", async () => {
  const { aisle, id } = await aisleOfTortillas();
  const urls = [];
  for (const wanted of [id, undefined]) {
    visitor = await Visitor.arrive(browser);
    await visitor.open(aisle);
    const ready = visitor.requests.length;
    if (wanted) await visitor.ranked(() => addButton(wanted).click());
    for (const { method, url, body } of visitor.requests) {
      assert.equal(method, "GET");
      assert.equal(body, null);
      assert.ok(url.startsWith(`${SHOP}/`) && !url.includes("?"), url);
    }
    assert.deepEqual(visitor.requests.slice(ready).map(({ url }) => url).filter((url) => !isLook(url)), [], "after the page was ready");
    assert.equal(await visitor.page.locator("[data-panel=requests]").textContent(), "0", "as the browser counts");
    assert.deepEqual(visitor.failures(), []);
    assert.deepEqual(visitor.errors, []);
    urls.push([...new Set(visitor.requests.map(({ url }) => url))].sort());
    if (wanted) await visitor.leave();
  }
  assert.deepEqual(urls[0], urls[1]);
});

test("a strict policy with Trusted Types is never violated", async () => {
  const { aisle, id } = await aisleOfTortillas();
  const policy = (await fetch(`${SHOP}/`)).headers.get("content-security-policy");
  for (const rule of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "require-trusted-types-for 'script'", "trusted-types shelfwise"]) {
    assert.ok(policy.split(/;\s*/).includes(rule), `${rule} in ${policy}`);
  }
  visitor = await Visitor.arrive(browser);
  for (const path of ["/", aisle, `/product/${id}.html`, "/basket.html", "/no-such-shelf"]) {
    await visitor.open(path);
    assert.equal(await visitor.state(), "ready");
    await visitor.page.locator("main .add:visible").first().click();
    await visitor.settle();
    assert.deepEqual(await visitor.violations(), [], path);
  }
});

test("a sensitive product is never tracked", async () => {
  const catalog = await (await fetch(`${SHOP}/catalog.json`)).json();
  const [id] = Object.entries(catalog).find(([, row]) => row[5] === 1);
  visitor = await Visitor.arrive(browser);
  await visitor.open(`/product/${id}.html`);
  await visitor.page.locator("article.product .add").click();
  await visitor.settle();
  assert.equal(await visitor.page.locator("[data-basket-count]").textContent(), "1");
  assert.equal(await visitor.page.locator("[data-panel=events]").textContent(), "Nothing yet.");
});

test("the panel names the rule of every moved tile, and a paid place says so in its tile", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.open("/");
  for (const at of [0, 1]) await visitor.ranked(() => visitor.page.locator(".starters .add").nth(at).click());
  const paid = visitor.page.locator("shelfwise-shelf[placement=home] .tile", { has: visitor.page.locator(".sponsored:not(:empty)") });
  assert.equal(await paid.count(), 1);
  assert.ok(await paid.locator(".sponsored").isVisible());
  assert.equal(await paid.locator(".sponsored").textContent(), "Sponsored");
  await visitor.openPanel();
  const title = await paid.locator(".title").textContent();
  await visitor.page.locator("[data-panel=rules] li", { hasText: title }).filter({ hasText: /is paid for by Store brand, and says “Sponsored”/ }).waitFor();
  const lines = await visitor.page.locator("[data-panel=rules] .deed").allTextContents();
  assert.ok(lines.some((line) => /^\d+ places? up: “[a-z ]+”/.test(line)), lines.join("; "));
  await visitor.page.locator("[data-panel=rules]").scrollIntoViewIfNeeded();
  await visitor.screenshot("rules-in-the-panel");
  const seen = await visitor.page.evaluate(() => document.body.textContent);
  assert.doesNotMatch(seen, /margin/i, "a secret is told to nobody");
});

test("no file of the release tells the margin, neither as a word nor as a column", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.open("/");
  const files = visitor.requests.map(({ url }) => url).filter((url) => new URL(url).pathname.startsWith("/model/"));
  assert.ok(files.length >= 3, files.join(" "));
  for (const url of new Set(files)) {
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    assert.ok(!bytes.includes("margin"), url);
  }
});

test("forget restores the shop's own order and empties the tab's storage", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  await visitor.ranked(() => addButton(id).click());
  assert.notEqual(await visitor.page.locator("[data-panel=events] > li:not(.none)").count(), 0);
  assert.notEqual(await visitor.kept(), null);
  await visitor.openPanel();
  await visitor.ranked(() => visitor.page.locator("[data-panel=forget]").click());
  assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
  assert.equal(await visitor.page.locator("[data-panel=events] > li:not(.none)").count(), 0);
  assert.equal(await visitor.kept(), null);
});

test("one press shows the shop's own order, and another one the ranked order", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  await visitor.ranked(() => addButton(id).click());
  const personal = await visitor.aisle();
  await visitor.openPanel();
  await visitor.page.locator("[data-panel=order]").click();
  await visitor.settle();
  assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
  await visitor.ranked(() => visitor.page.locator("[data-panel=order]").click());
  assert.deepEqual([...(await visitor.aisle())].sort(), [...personal].sort());
  assert.notDeepEqual(await visitor.aisle(), await ownOrder(aisle));
});

test("a lowered mode keeps no visit, on the next page either", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  await visitor.ranked(() => addButton(id).click());
  await visitor.openPanel();
  await visitor.ranked(() => visitor.page.locator("[data-panel=modes] label", { hasText: "This page" }).click());
  assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
  assert.equal(await visitor.kept(), null);

  await visitor.open(`/product/${id}.html`);
  await visitor.page.locator("article.product .add").click();
  await visitor.settle();
  assert.equal(await visitor.page.locator("[data-panel=events]").textContent(), "Nothing yet.");
  assert.equal(await visitor.page.locator("[data-panel=modes] :checked").inputValue(), "contextual");
  assert.equal(await visitor.kept(), null);
});

test("after a grant the next visit is ranked by the last one, a mute hides, and forgetting ends both", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  await visitor.ranked(() => addButton(id).click());
  await visitor.openPanel();
  await visitor.page.locator("[data-panel=grant]").click();
  await visitor.page.locator("[data-panel=remembered] button").first().waitFor();
  assert.match(await visitor.page.locator("[data-panel=memory]").textContent(), /^Granted on .*, gone on .*Receipt: larder-demo-/);

  // Another visit: what the tab kept is gone.
  await visitor.page.evaluate(() => sessionStorage.clear());
  await visitor.open(aisle);
  assert.equal(await visitor.page.locator("[data-panel=events]").textContent(), "Nothing yet.");
  assert.notDeepEqual(await visitor.aisle(), await ownOrder(aisle));
  await visitor.openPanel();
  await visitor.ranked(() => visitor.page.locator("[data-panel=remembered] button", { hasText: "Never show" }).first().click());
  assert.ok(!(await visitor.aisle()).includes(id));
  await visitor.ranked(() => visitor.page.locator("[data-panel=remembered] button", { hasText: "Show again" }).click());
  assert.ok((await visitor.aisle()).includes(id));
  await visitor.ranked(() => visitor.page.locator("[data-panel=forget]").click());
  assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
  assert.equal(await visitor.page.evaluate(() => localStorage.length), 0);
});

test("Global Privacy Control lowers the mode, and the panel names it", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
  await visitor.open(aisle);
  await addButton(id).click();
  await visitor.settle();
  assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
  assert.match(await visitor.page.locator("[data-panel=why-mode]").textContent(), /Global Privacy Control/);
  assert.ok(await visitor.page.locator("[data-panel=modes] [value=session]").isDisabled());
  assert.equal(await visitor.kept(), null);
});

test("a shopper with a keyboard alone gets from the shelf to the simulated purchase", async () => {
  const { aisle } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.open(aisle);
  const { keyboard } = visitor.page;
  await keyboard.press("Tab");
  assert.ok(await visitor.page.evaluate(() => document.activeElement.matches(".skip")), "the first stop skips the menu");
  await keyboard.press("Enter");
  await visitor.tabTo("[data-tiles] .add");
  const pressed = await visitor.page.evaluate(() => document.activeElement.closest("li").dataset.itemId);
  await visitor.ranked(() => keyboard.press("Enter"));
  const focused = await visitor.page.evaluate(() => document.activeElement.closest("li")?.dataset.itemId);
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

test("the panel and the aisles open and close by keyboard", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.open("/");
  for (const [button, sheet] of [[".menu", "#aisles"], [".device", "#panel"]]) {
    await visitor.tabTo(button);
    await visitor.page.keyboard.press("Enter");
    assert.ok(await visitor.page.locator(sheet).isVisible(), sheet);
    await visitor.page.keyboard.press("Escape");
    assert.ok(await visitor.page.locator(sheet).isHidden(), sheet);
    assert.ok(await visitor.page.evaluate((wanted) => document.activeElement.matches(wanted), button), "the focus comes back");
  }
});

test("a page without JavaScript shows every product in the shop's own order", async () => {
  const { aisle } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser, { javaScriptEnabled: false });
  await visitor.look(aisle);
  const shown = await visitor.page.locator(`${TILES} .title`).count();
  assert.equal(shown, (await ownOrder(aisle)).length);
  assert.ok(await visitor.page.locator("main noscript, main .note").first().isVisible());
  await visitor.screenshot("without-javascript");
});

const OCTETS = "application/octet-stream";
for (const { what, path, answer } of [
  { what: "a damaged release", path: "/model/release", answer: { contentType: OCTETS, body: Buffer.from("no release") } },
  { what: "a missing release", path: "/model/release", answer: { status: 404, body: "" } },
  { what: "a damaged snapshot", path: "/model/snapshot-*.swm", answer: { contentType: OCTETS, body: Buffer.from("no snapshot") } },
  { what: "a missing snapshot", path: "/model/snapshot-*.swm", answer: { status: 404, body: "" } },
  { what: "a damaged policy", path: "/model/policy-*.swp", answer: { contentType: OCTETS, body: Buffer.from([255, 255, 255]) } },
  { what: "a damaged engine", path: "/shelfwise/dist/shelfwise_bg.wasm", answer: { contentType: "application/wasm", body: "no module" } },
  { what: "a missing worker", path: "/shelfwise/dist/worker.js", answer: { status: 404, body: "" } },
  { what: "a missing package", path: "/shelfwise/dist/index.js", answer: { status: 404, body: "" } },
  { what: "a missing verifier", path: "/shelfwise/dist/shelfwise_release.wasm", answer: { status: 404, body: "" } },
  { what: "a damaged list of keys", path: "/pins.js", answer: { contentType: "text/javascript", body: "export const" } },
]) {
  test(`${what} leaves the shop's own order with a message, and the basket works`, async () => {
    const { aisle, id } = await aisleOfTortillas();
    visitor = await Visitor.arrive(browser);
    await visitor.page.route(`**${path}`, (route) => route.fulfill(answer));
    await visitor.open(aisle);
    assert.equal(await visitor.state(), "off");
    assert.match(await visitor.page.locator("[data-panel=state]").textContent(), /the shop's own order.* not used: ./s);
    await addButton(id).click();
    await visitor.settle();
    assert.deepEqual(await visitor.aisle(), await ownOrder(aisle));
    assert.equal(await visitor.page.locator("[data-basket-count]").textContent(), "1");
    assert.deepEqual(visitor.errors, []);
    await visitor.screenshot(what.replaceAll(" ", "-"));
  });
}

test("a shop without its catalog keeps the shelves in its pages", async () => {
  const { aisle, id } = await aisleOfTortillas();
  visitor = await Visitor.arrive(browser);
  await visitor.page.route("**/catalog.json", (route) => route.fulfill({ status: 500, body: "" }));
  await visitor.open(aisle);
  const before = await visitor.page.locator(`${ROW} .title`).allTextContents();
  await visitor.ranked(() => addButton(id).click());
  assert.deepEqual((await visitor.page.locator(`${ROW} .title`).allTextContents()).sort(), before.sort());
  assert.notDeepEqual(await visitor.aisle(), await ownOrder(aisle), "the aisle needs no catalog");
  assert.deepEqual(visitor.errors, []);
});
