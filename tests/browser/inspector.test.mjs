import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";

import { SHOP, Visitor, launch } from "./visitor.mjs";

let browser;
let visitor;

before(async () => (browser = await launch()));
after(() => browser.close());
afterEach(() => visitor?.leave());

/** A visit with two products in the basket, opened in the inspector. */
async function inspectedVisit() {
  visitor = await Visitor.arrive(browser);
  await visitor.open("/");
  const starters = visitor.page.locator(".starters .add");
  const names = await visitor.page.locator(".starters .title").allTextContents();
  for (const at of [0, 1]) await visitor.ranked(() => starters.nth(at).click());
  await visitor.inspect();
  return names.slice(0, 2);
}

const figure = (name) => visitor.page.locator(`[data-figure=${name}]`).textContent();
const list = () => visitor.page.locator("[data-list] .title").allTextContents();
const events = () => visitor.page.locator("[data-events] label");

test("the inspector shows the visit's events, and opening it adds none", async () => {
  const names = await inspectedVisit();
  const kept = await visitor.kept();
  const shown = await events().locator("span").allTextContents();
  assert.deepEqual(shown, names.map((name) => `Added ${name}`).reverse());
  assert.deepEqual([await figure("mode"), await figure("isolation"), await figure("events")], ["session", "in a closed worker", "2"]);
  assert.equal(await visitor.page.locator("[data-raw]").textContent(), kept);
  assert.equal(await figure("bytes"), String(kept.length));
  await visitor.inspect();
  assert.equal(await figure("events"), "2");
});

test("the inspector shows the privacy claim word for word", async () => {
  await inspectedVisit();
  const claim = (await visitor.page.locator("h1").textContent()).trim();
  assert.equal(claim, "Shelfwise adds no flow, no identifier and no linkage beyond those in dataflow.json.");
  assert.equal(await visitor.page.locator("h1 a").getAttribute("href"), "/shelfwise/dataflow.json");
});

test("each product has its reasons, and the order without an event shows the moves", async () => {
  const [, second] = await inspectedVisit();
  const real = await list();
  assert.ok(real.length > 5);
  const pieces = await visitor.page.locator("[data-list] li").first().locator(".piece").count();
  assert.ok(pieces > 0, "what spoke for it is drawn");

  await events().first().locator("input").uncheck();
  await visitor.page.locator("[data-basis]", { hasText: "without 1 event" }).waitFor();
  await visitor.settle();
  const other = await list();
  assert.notDeepEqual(other, real);
  assert.ok((await visitor.page.locator(".moved:not(:empty)").count()) > 0);
  const reasons = await visitor.page.locator("[data-list] li .piece:not(.gone)").evaluateAll((nodes) => nodes.map(({ title }) => title));
  assert.ok(!reasons.some((reason) => reason.includes(second)), "it speaks no more");

  await events().first().locator("input").check();
  await visitor.settle();
  assert.deepEqual(await list(), real, "nothing was forgotten by that");
});

test("every placement of the shop can be selected", async () => {
  await inspectedVisit();
  const orders = [];
  for (const placement of ["home", "basket", "pdp", "category"]) {
    await visitor.page.locator("select[name=placement]").selectOption(placement);
    await visitor.settle();
    orders.push((await list()).join("|"));
    assert.ok((await list()).length > 0, placement);
  }
  assert.ok(new Set(orders).size > 1);
});

test("a product that the shopper hides leaves the list and is shown as removed by the shopper", async () => {
  await inspectedVisit();
  const [first] = await visitor.page.locator("[data-list] li").evaluateAll((nodes) => nodes.map(({ dataset }) => dataset.item));
  await visitor.page.locator(".never").first().click();
  await visitor.page.locator("[data-out] li", { hasText: "you hid it" }).waitFor();
  assert.equal(await visitor.page.locator(`[data-list] [data-item="${first}"]`).count(), 0);
});

test("every request is listed with its purpose, and none follows after the page is ready", async () => {
  await inspectedVisit();
  const asked = visitor.requests.filter(({ url }) => url.startsWith(SHOP));
  const opened = asked.slice(asked.findLastIndex(({ url }) => url.endsWith("/inspector/")));
  const rows = await visitor.page.locator("[data-network] tbody tr td:nth-child(2)").allTextContents();
  for (const { url } of opened) assert.ok(rows.includes(new URL(url).pathname), url);
  assert.equal(await visitor.page.locator("[data-network] td", { hasText: "unknown to this page" }).count(), 0);
  await events().first().locator("input").uncheck();
  await visitor.settle();
  assert.equal(await figure("requests"), "0");
  assert.deepEqual(await visitor.violations(), []);
  assert.deepEqual(visitor.errors, []);
});

test("a request after the page is ready is counted and marked", async () => {
  await inspectedVisit();
  await visitor.page.evaluate(() => fetch("/catalog.json").then((answer) => answer.text()));
  await visitor.page.locator("[data-figure=requests]", { hasText: "1" }).waitFor();
  assert.equal(await visitor.page.locator("[data-network] tr.later").count(), 1);
});

test("a module that differs from the shipped one is reported", async () => {
  await inspectedVisit();
  assert.equal(await figure("module"), "as shipped");
  await visitor.page.route("**/shelfwise_bg.wasm", async (route) => {
    const bytes = await (await route.fetch()).body();
    await route.fulfill({ contentType: "application/wasm", body: Buffer.concat([bytes, Buffer.from([0, 1, 0])]) });
  });
  await visitor.inspect();
  assert.equal(await figure("module"), "differs");
});

test("scripts are listed with their owners", async () => {
  await inspectedVisit();
  const lines = await visitor.page.locator("[data-scripts] li").allTextContents();
  for (const wanted of ["/inspector/inspector.js", "/shelfwise/dist/index.js"]) assert.ok(lines.some((line) => line.startsWith(wanted)), wanted);
  assert.ok(lines.every((line) => line.endsWith("first party")));
});

test("the export is a JSON file with all state", async () => {
  const names = await inspectedVisit();
  const download = visitor.page.waitForEvent("download");
  await visitor.page.locator("[data-export]").click();
  const data = JSON.parse(await readFile(await (await download).path(), "utf8"));
  assert.equal(data.profile.events.length, names.length);
  assert.equal(data.stored.text, await visitor.kept());
  assert.equal(data.status.mode, "session");
});

test("forget empties memory and storage, as the dump shows", async () => {
  await inspectedVisit();
  await visitor.page.locator("[data-forget]").click();
  await visitor.page.locator("[data-dump-heading]", { hasText: "after forgetting" }).waitFor();
  await visitor.settle();
  const left = JSON.parse(await visitor.page.locator("[data-dump]").textContent());
  assert.deepEqual([left.profile.events, left.profile.cart, left.stored, left.remembered, left.storage], [[], [], null, null, { sessionStorage: null, localStorage: null }]);
  assert.equal(await visitor.kept(), null);
  assert.equal(await figure("events"), "0");
  await visitor.open("/");
  assert.equal(await visitor.page.locator("[data-panel=events]").textContent(), "Nothing yet.");
});

test("the inspector grants, shows, mutes and forgets what is remembered", async () => {
  await inspectedVisit();
  const said = (name) => visitor.page.locator(`[data-${name}]`).textContent();
  assert.match(await said("memory"), /Receiptnone: you have granted nothing/);
  await visitor.page.locator("[data-grant]").click();
  await visitor.page.locator("[data-figure=mode]", { hasText: "remembered" }).waitFor();
  await visitor.page.locator("[data-remembered] button").first().waitFor();
  assert.match(await said("memory"), /Receiptlarder-demo-.*Ends\d{4}-\d\d-\d\d, however often you come/);
  await visitor.page.locator("[data-remembered] button", { hasText: "Mute" }).first().click();
  await visitor.page.locator("[data-remembered] button", { hasText: "Show again" }).waitFor();
  assert.ok(await visitor.page.locator("[data-grant]").isDisabled());
  await visitor.page.locator("[data-forget]").click();
  await visitor.page.locator("[data-figure=mode]", { hasText: "session" }).waitFor();
  assert.equal(await visitor.page.evaluate(() => localStorage.length), 0);
});

test("a mode lowered in the inspector applies in the shop", async () => {
  await inspectedVisit();
  await visitor.page.locator("[data-modes] label", { hasText: "Off" }).click();
  await visitor.page.locator("[data-figure=mode]", { hasText: "off" }).waitFor();
  assert.equal(await visitor.kept(), null);
  await visitor.open("/");
  assert.equal(await visitor.page.locator("[data-panel=modes] :checked").inputValue(), "off");
});

test("the inspector shows the reason if the engine cannot run", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.page.route("**/model/snapshot-*.swm", (route) => route.fulfill({ status: 404, body: "" }));
  await visitor.inspect();
  assert.match(await visitor.page.locator("[data-problem]").textContent(), /not_found.*404/);
  assert.deepEqual(visitor.errors, []);
});
