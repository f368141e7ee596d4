import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { SHOP, Visitor, launch } from "./visitor.mjs";

/** The shop's own server, without the edge in front of it. */
const WITHOUT_EDGE = process.env.SHOP_WITHOUT_EDGE ?? "http://127.0.0.1:8080";
/** Strawberries go with many products of other aisles. */
const PRODUCT = "/product/1127831.html";
const ROW = "shelfwise-shelf[placement=pdp] [data-shelfwise-slot]";
const CHOSEN = "Goes well with this";
const OWN = "On the same shelf";

let browser;
let visitor;

before(async () => (browser = await launch()));
after(() => browser.close());
afterEach(() => visitor?.leave());

const html = async (address) => (await fetch(address)).text();
const idsIn = (text) => [...text.matchAll(/<li class="tile" data-shelfwise-slot data-item-id="([^"]+)"/g)].map(([, id]) => id);
const ids = () => visitor.page.locator(ROW).evaluateAll((nodes) => nodes.map((node) => node.dataset.itemId));
const titles = () => visitor.page.locator(`${ROW} .title`).allTextContents();
const heading = () => visitor.page.locator(".shelf h2").textContent();
const catalog = async () => (await fetch(`${SHOP}/catalog.json`)).json();

/** The answer of the edge's own route for the page, without products that the shop does not sell. */
async function chosenByEdge(places) {
  const item = PRODUCT.match(/(\d+)/)[1];
  const slate = await (await fetch(`${SHOP}/v1/recommend?placement=pdp&item=${item}&limit=22`)).json();
  assert.deepEqual([slate.basis, slate.fallback_used], ["context", false]);
  const sold = await catalog();
  return slate.items.map(({ item_id }) => item_id).filter((id) => sold[id]).slice(0, places);
}

test("a product's page without scripts shows products chosen by the edge", async () => {
  visitor = await Visitor.arrive(browser, { javaScriptEnabled: false });
  await visitor.look(PRODUCT);
  assert.equal(await heading(), CHOSEN);
  const shown = await ids();
  const own = idsIn(await html(WITHOUT_EDGE + PRODUCT));
  assert.equal(shown.length, own.length);
  assert.deepEqual(shown, await chosenByEdge(own.length));
  assert.notDeepEqual(shown, own);
  const sold = await catalog();
  assert.deepEqual(await titles(), shown.map((id) => sold[id][0]), "each tile shows the product whose it is");
  const links = await visitor.page.locator(`${ROW} .face`).evaluateAll((nodes) => nodes.map((node) => node.getAttribute("href")));
  assert.deepEqual(links, shown.map((id) => `/product/${id}.html`));
  await visitor.screenshot("edge-without-javascript");
});

test("a first visit with the browser's engine shows the edge's products without a shift", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.page.addInitScript(() => {
    document.addEventListener("readystatechange", () => {
      globalThis.cameWith ??= [...document.querySelectorAll("[data-shelfwise-slot]")].map((node) => node.dataset.itemId);
    });
  });
  await visitor.open(PRODUCT);
  assert.equal(await visitor.state(), "ready");
  const cameWith = await visitor.page.evaluate(() => globalThis.cameWith);
  assert.ok(cameWith.length > 0);
  assert.deepEqual(await ids(), cameWith);
  assert.equal(await heading(), CHOSEN);
  assert.deepEqual(await visitor.shifts(), { afterInput: [], withoutInput: [] });
  assert.deepEqual([await visitor.violations(), visitor.errors, visitor.failures()], [[], [], []]);
  await visitor.screenshot("edge-taken-over");
});

test("a visit with a product in the basket is ranked in the browser without a shift", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.open("/");
  for (const at of [0, 1]) await visitor.ranked(() => visitor.page.locator(".starters .add").nth(at).click());
  await visitor.open(PRODUCT);
  assert.equal(await heading(), "Goes well with this, and with your basket");
  assert.notDeepEqual(await ids(), await chosenByEdge((await ids()).length));
  assert.deepEqual((await visitor.shifts()).withoutInput, []);
});

test("one press replaces the edge's choice by the shop's own order, on the next page too", async () => {
  const own = idsIn(await html(WITHOUT_EDGE + PRODUCT));
  visitor = await Visitor.arrive(browser);
  await visitor.open(PRODUCT);
  await visitor.openPanel();
  await visitor.page.locator("[data-panel=order]").click();
  await visitor.settle();
  assert.deepEqual([await ids(), await heading()], [own, OWN]);
  await visitor.open(PRODUCT);
  assert.deepEqual([await ids(), await heading()], [own, OWN]);
  await visitor.openPanel();
  await visitor.ranked(() => visitor.page.locator("[data-panel=order]").click());
  assert.equal(await heading(), CHOSEN);
});

test("a browser that cannot run the engine keeps the edge's choice, and the panel names its source", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.page.route("**/model/snapshot-*.swm", (route) => route.fulfill({ status: 404, body: "" }));
  await visitor.open(PRODUCT);
  assert.equal(await visitor.state(), "off");
  assert.deepEqual(await ids(), await chosenByEdge((await ids()).length));
  assert.match(await visitor.page.locator("[data-panel=state]").textContent(), /what the edge chose for this page.* not used: ./s);
});

test("a page without the edge shows the shop's own order until the browser ranks", async () => {
  visitor = await Visitor.arrive(browser, { javaScriptEnabled: false });
  await visitor.page.goto(WITHOUT_EDGE + PRODUCT, { waitUntil: "load" });
  assert.equal(await heading(), OWN);
  assert.deepEqual(await ids(), idsIn(await html(WITHOUT_EDGE + PRODUCT)));
});

test("pages without a product and pages of sensitive products equal the shop's own bytes", async () => {
  const [sensitive] = Object.entries(await catalog()).find(([, row]) => row[5] === 1);
  for (const path of ["/", "/aisle/mexican-world.html", "/basket.html", "/no-such-shelf", "/scripts/shop.js", `/product/${sensitive}.html`]) {
    assert.equal(await html(SHOP + path), await html(WITHOUT_EDGE + path), path);
  }
});

test("an undecodable address gets the answer of the shop's own server", async () => {
  for (const path of ["/product/%ff.html", "/product/%E0%A4%A.html", "/product/constructor.html"]) {
    const [edge, own] = await Promise.all([fetch(SHOP + path), fetch(WITHOUT_EDGE + path)]);
    assert.deepEqual([edge.status, await edge.text()], [own.status, await own.text()], path);
  }
});

test("requests with different cookies and headers get the same page from the edge", async () => {
  const pages = [];
  for (const headers of [{}, { cookie: "visitor=7" }, { "user-agent": "crawler" }, { referer: `${SHOP}/basket.html` }]) {
    pages.push(await (await fetch(SHOP + PRODUCT, { headers })).text());
  }
  assert.equal(new Set(pages).size, 1);
});
