/** `<shelfwise-slot>`: shows one of the page's own options, still, silently, and with the shop's own where it cannot. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { ready } from "./grocer.mjs";
import { page as pageOf } from "./pages.mjs";
import { Shop } from "./shop.mjs";
import { launch, shift, visit } from "./visitor.mjs";

const POLICY = readFileSync(new URL("../../../../../tests/snapshots/policies/content.swp", import.meta.url));
const STRICT = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; worker-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types shelfwise";
/** A shop's script; the tests find the handle as `shelf`. */
const boot = (options, before = "") => `
  import { createShelfwise } from "/package/index.js";
  import { connect } from "/package/shelf.js";
  globalThis.shelf = await createShelfwise({ snapshot: "/model.swm", policy: "/policy.swp", mode: "session", timeoutMs: 20000, ...${JSON.stringify(options)} });
  ${before}
  connect(shelf);
  globalThis.isLoaded = true;
`;
const option = (id, { own = false, look = "height: 120px", more = "" } = {}) =>
  `<a data-content-id="${id}" href="#${id}" style="${look}"${own ? "" : " hidden"}>` +
  `<img src="/image/${id}" alt="" width="100" height="80" loading="lazy"><b data-shelfwise-text="title">Own text</b> <i data-shelfwise-reason></i>${more}</a>`;
/** Without a `display` that would show what is hidden. */
const STYLE = "[data-content-id]:not([hidden]) { display: block }";
const HERO = ["autumn", "brunch", "sweets"];
const slot = (options, { attributes = 'placement="hero"', top = 0 } = {}) =>
  `<div style="height: ${top}px"></div><shelfwise-slot ${attributes} style="display: block; min-height: 120px">${options}</shelfwise-slot><p>Below</p>`;
const hero = (how = {}) => HERO.map((id, at) => option(id, { own: at === 0, ...how[id] })).join("");

let browser, shop, visitor, page;
before(async () => {
  [browser, shop] = [await launch(), await Shop.open()];
  shop.put("/policy.swp", POLICY, { "content-type": "application/octet-stream" });
});
after(async () => (await browser?.close(), shop?.close()));
afterEach(() => visitor?.leave());

/** Opens a page; `bought` is in the basket before the slot is connected. */
async function open(body, { bought, options = {}, headers, before = "" } = {}) {
  const put = bought ? `shelf.track("add_to_cart", { items: [{ item_id: "${bought}" }] });` : "";
  shop.put("/boot.js", boot(options, put + before), { "content-type": "text/javascript" });
  shop.put("/", pageOf(body, { style: STYLE, script: '<script type="module" src="/boot.js"></script>' }), headers);
  shop.asked = [];
  visitor = await visit(browser, shop);
  page = visitor.page;
  await page.goto("/");
  await ready(page);
}

const settled = () => page.waitForSelector("shelfwise-slot[data-shelfwise-settled]", { state: "attached" });
const seen = () => page.evaluate(() => [...document.querySelectorAll("[data-content-id]")].filter((node) => node.checkVisibility()).map((node) => node.dataset.contentId));
const text = (id) => page.evaluate((id) => document.querySelector(`[data-content-id="${id}"] b`).textContent, id);
const images = () => shop.asked.filter((path) => path.startsWith("/image/")).sort();

test("the option that the visit leads to is shown with the policy's text and a reason, the others are hidden, and nothing shifts", async () => {
  await open(slot(hero()), { bought: "candy" });
  await settled();
  assert.deepEqual(await seen(), ["sweets"]);
  assert.equal(await text("sweets"), "Sweets");
  assert.equal(await page.textContent('[data-content-id="sweets"] i'), "Goes with your basket");
  assert.equal(await shift(page), 0);
});

test("three different shoppers see different options and cause the same requests", async () => {
  const visits = [];
  for (const bought of ["candy", "bread", undefined]) {
    await open(slot(hero(), { top: 3000 }), { bought });
    await settled();
    await page.waitForLoadState("networkidle");
    visits.push({ images: images(), seen: await seen() });
    await visitor.leave();
  }
  const [first, ...others] = visits;
  assert.deepEqual(first.images, HERO.map((id) => `/image/${id}`).sort());
  for (const other of others) assert.deepEqual(other.images, first.images);
  assert.deepEqual(visits.slice(0, 2).map(({ seen }) => seen), [["sweets"], ["brunch"]]);
});

test("with rendering declared only what is seen is loaded, so the test above can fail", async () => {
  const sets = [];
  for (const bought of ["candy", "bread"]) {
    await open(slot(hero(), { attributes: 'placement="hero" rendering="declared"' }), { bought });
    await settled();
    await page.waitForLoadState("networkidle");
    sets.push(images().join());
    await visitor.leave();
  }
  assert.notEqual(sets[0], sets[1]);
});

test("an option with a picture of a style sheet is not shown: it would tell", async () => {
  await open(slot(hero({ sweets: { look: "height: 120px; background-image: url(/image/behind)" } })), { bought: "candy" });
  await page.evaluate(() => rest());
  assert.deepEqual(await seen(), ["autumn"]);
  assert.ok(!images().includes("/image/behind"));
  assert.ok(visitor.said.some((line) => line.includes('option "sweets" has a picture of a style sheet')), visitor.said.join());
});

test("an option higher than its place is not shown, nothing moves, and its showing is taken back", async () => {
  await open(slot(hero({ sweets: { look: "height: 400px" } })), { bought: "candy" });
  await settled();
  assert.deepEqual(await seen(), ["autumn"]);
  assert.equal(await shift(page), 0);
  assert.ok(visitor.said.some((line) => line.includes("give the slot a min-height")), visitor.said.join());
  const { events } = await page.evaluate(() => shelf.profile());
  assert.deepEqual(events.map(({ event }) => event), ["add_to_cart"]);
});

test("a click is recorded, and a dismissed message goes for the visit", async () => {
  const more = '<button type="button" data-shelfwise-dismiss>×</button>';
  await open(slot(option("closing", { more }) + option("few-left"), { attributes: 'placement="notice"' }));
  await settled();
  assert.deepEqual(await seen(), ["closing"]);
  await page.click('[data-content-id="closing"] b');
  await page.click('[data-content-id="closing"] button');
  await page.waitForFunction(() => ![...document.querySelectorAll("[data-content-id]")].some((node) => node.checkVisibility()));
  const { events, hidden } = await page.evaluate(() => shelf.profile());
  assert.deepEqual(events.map(({ event }) => event), ["view_promotion", "select_promotion", "hide_item"]);
  assert.deepEqual(hidden, ["closing"]);
  assert.equal(await shift(page), 0);
});

test("a message that somebody holds the focus in stays", async () => {
  await open(slot(hero(), { top: 0 }), { bought: "candy", before: 'document.querySelector("[data-content-id=autumn]").focus();' });
  await settled();
  assert.deepEqual(await seen(), ["autumn"]);
});

test("mode off, and a page without an engine, keep what the shop wrote", async () => {
  await open(slot(hero()), { bought: "candy" });
  await settled();
  await page.evaluate(() => shelf.setMode("off"));
  await page.waitForFunction(() => document.querySelector("[data-content-id=autumn]").checkVisibility());
  assert.deepEqual([await seen(), await text("sweets")], [["autumn"], "Own text"]);
  await visitor.leave();
  await open(slot(hero()), { options: { snapshot: "/no-model.swm" } });
  await page.evaluate(() => rest());
  assert.deepEqual(await seen(), ["autumn"]);
});

test("a strict policy with Trusted Types is never violated", async () => {
  await open(slot(hero()).replaceAll(/ style="[^"]*"/g, ""), { bought: "candy", headers: { "content-security-policy": STRICT } });
  await settled();
  assert.deepEqual(await seen(), ["sweets"]);
  assert.deepEqual(visitor.said.filter((line) => /Content Security|Trusted/i.test(line)), []);
});

test("a reason that was set before the element was defined applies", async () => {
  const early = '<script>document.querySelector("shelfwise-slot").reason = () => "said early";</script>';
  await open(slot(hero()) + early, { bought: "candy", headers: {} });
  await settled();
  assert.equal(await page.textContent('[data-content-id="sweets"] i'), "said early");
});
