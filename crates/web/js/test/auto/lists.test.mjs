/** Marked lists are put in order, with what the page told of itself; and what mode and consent allow is tracked. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./sources.mjs";

const { Lists } = await load("auto/lists.ts");
const { Listener } = await load("auto/listener.ts");
const { Page } = await load("auto/page.ts");

/** A container as far as it is looked at. */
function list(attributes, ids, itemAttribute = "data-item-id") {
  const nodes = ids.map((id) => ({ getAttribute: (name) => (name === itemAttribute ? id : null) }));
  return {
    getAttribute: (name) => attributes[name] ?? null,
    querySelectorAll: (selector) => (selector === `[${itemAttribute}]` ? nodes : []),
    nodes,
  };
}

/** Lists of a page, and what was asked for each. */
function shown(containers, { page = new Page(() => "/"), itemAttribute = "data-item-id", rerank } = {}) {
  const asked = [];
  const place = { root: { querySelectorAll: () => containers }, selector: "[data-shelfwise-list]", itemAttribute };
  const note = async (_shelf, container, options) => asked.push({ container, ...options });
  return { lists: new Lists({}, page, place, rerank ?? note), asked, page };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("each marked list is ranked under the placement that its mark names", async () => {
  const { lists, asked } = shown([
    list({ "data-shelfwise-list": "bestsellers" }, ["a"]),
    list({ "data-shelfwise": "category" }, ["b"]),
    list({ "data-shelfwise-list": "" }, ["c"]),
  ]);
  lists.refresh();
  await settled();
  assert.deepEqual(asked.map(({ placement }) => placement), ["bestsellers", "category", "category"]);
});

test("a burst of events is one ranking, and one more for what came while it ran", async () => {
  let ranked = 0;
  let finish;
  const rerank = () => new Promise((resolve) => ((ranked += 1), (finish = resolve)));
  const { lists } = shown([list({}, ["a"])], { rerank });
  for (let event = 0; event < 10_000; event += 1) lists.refresh();
  await settled();
  assert.equal(ranked, 1);
  for (let event = 0; event < 10_000; event += 1) lists.refresh();
  finish();
  await settled();
  assert.equal(ranked, 2);
  finish();
  await settled();
  lists.refresh();
  await settled();
  assert.equal(ranked, 3);
});

test("a list that cannot be ranked does not keep the others from it", async () => {
  const asked = [];
  const rerank = async (_shelf, container) => {
    asked.push(container);
    if (asked.length === 1) throw new Error("a list that is gone");
  };
  const { lists } = shown([list({}, ["a"]), list({}, ["b"])], { rerank });
  lists.refresh();
  await settled();
  assert.equal(asked.length, 2);
});

test("a selector that is none is not an error of the page", async () => {
  const root = { querySelectorAll: () => { throw new SyntaxError("not a selector"); } };
  const lists = new Lists({}, new Page(() => "/"), { root, selector: "[", itemAttribute: "data-item-id" }, async () => {});
  lists.refresh();
  await settled();
});

test("a list is of the category that the page told for these very items, not of the carousel beside it", async () => {
  const { lists, asked, page } = shown([list({}, ["a", "b"]), list({}, ["x"]), list({}, ["y"])]);
  page.showList(["a", "b"], "Women > Shirts");
  page.showList(["x", "z"], "Seen by others");
  lists.refresh();
  await settled();
  assert.deepEqual(asked.map(({ context }) => context.category), ["Women > Shirts", "Seen by others", undefined]);
});

test("the page's item counts until the shopper goes to another page of a shop that is one document", async () => {
  let address = "/product/a";
  const page = new Page(() => address);
  page.showItem("a");
  page.showList(["b"], "Shirts");
  assert.deepEqual(page.context(["b"]), { item: "a", category: "Shirts" });
  address = "/cart";
  assert.deepEqual(page.context(["b"]), {});
});

test("a page that shows lists without end is remembered by its last ones", () => {
  const page = new Page(() => "/");
  for (let at = 0; at < 1000; at += 1) page.showList([`${at}`], `list ${at}`);
  assert.equal(page.context(["999"]).category, "list 999");
  assert.equal(page.context(["0"]).category, undefined);
});

test("items are known by another attribute where the shop names one", async () => {
  const container = list({}, ["sku-1"], "data-sku");
  const { lists, asked } = shown([container], { itemAttribute: "data-sku" });
  lists.refresh();
  await settled();
  assert.equal(asked[0].item(container.nodes[0]), "sku-1");
  assert.equal(asked[0].item({ getAttribute: () => null }), undefined);
});

test("by its own attribute the package reads the tiles itself", async () => {
  const { lists, asked } = shown([list({}, ["a"])]);
  lists.refresh();
  await settled();
  assert.equal(asked[0].item, undefined);
});

/** A handle that holds a mode and notes what it is told. */
function listener(status) {
  const calls = [];
  const shelf = { status: { paused: false, ...status }, track: (...call) => calls.push(call), setConsent: (state) => calls.push([state]) };
  return { calls, hears: new Listener(shelf, new Page(() => "/"), () => calls.push(["changed"])) };
}

test("mode decides how far is read", () => {
  assert.equal(listener({ mode: "off" }).hears.reach(), "nothing");
  assert.equal(listener({ mode: "contextual" }).hears.reach(), "page");
  assert.equal(listener({ mode: "session" }).hears.reach(), "visit");
  assert.equal(listener({ mode: "session", paused: true }).hears.reach(), "page");
});

test("an event goes on with ids alone", () => {
  const { calls, hears } = listener({ mode: "session" });
  hears.event("purchase", ["a", "b"]);
  hears.event("view_cart", []);
  hears.consent("denied");
  assert.deepEqual(calls, [["purchase", { items: [{ item_id: "a" }, { item_id: "b" }] }], ["view_cart", { items: [] }], ["denied"]]);
});

test("what the page tells of itself asks for a new order", () => {
  const { calls, hears } = listener({ mode: "contextual" });
  hears.item("a");
  hears.list(["a"], "Shirts");
  assert.deepEqual(calls, [["changed"], ["changed"]]);
});
