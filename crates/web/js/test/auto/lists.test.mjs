/** Marked lists are ranked with the facts that the page reported, and events are tracked as mode and consent allow. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./sources.mjs";

const { Lists } = await load("auto/lists.ts");
const { Listener } = await load("auto/listener.ts");
const { Page } = await load("auto/page.ts");

/** The part of a container that the code reads. */
function list(attributes, ids, itemAttribute = "data-item-id") {
  const nodes = ids.map((id) => ({ getAttribute: (name) => (name === itemAttribute ? id : null) }));
  return {
    getAttribute: (name) => attributes[name] ?? null,
    querySelectorAll: (selector) => (selector === `[${itemAttribute}]` ? nodes : []),
    nodes,
  };
}

/** A page's document: an address, and a clock. */
function host(state = {}) {
  const all = { address: "/", now: 0, ...state };
  return { state: all, address: () => all.address, now: () => all.now };
}
const pageOf = (state) => new Page(host(state));
const LIST = {};

/** Lists of a page, and the requests for each. */
function shown(containers, { page = pageOf(), itemAttribute = "data-item-id", rerank, mode = "contextual" } = {}) {
  const asked = [];
  const place = { root: { querySelectorAll: () => containers }, selector: "[data-shelfwise-list]", itemAttribute, rendering: "strict" };
  const note = async (_shelf, container, options) => asked.push({ container, ...options });
  return { lists: new Lists({ status: { mode } }, page, place, rerank ?? note), asked, page };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("each marked list is ranked under the placement in its attribute", async () => {
  const { lists, asked } = shown([
    list({ "data-shelfwise-list": "bestsellers" }, ["a"]),
    list({ "data-shelfwise": "category" }, ["b"]),
    list({ "data-shelfwise-list": "" }, ["c"]),
  ]);
  lists.refresh();
  await settled();
  assert.deepEqual(asked.map(({ placement }) => placement), ["bestsellers", "category", "category"]);
});

test("events that arrive during a ranking cause exactly one more ranking", async () => {
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

test("a list that fails to rank does not stop the others", async () => {
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

test("an invalid selector throws nothing on the page", async () => {
  const root = { querySelectorAll: () => { throw new SyntaxError("not a selector"); } };
  const lists = new Lists({ status: {} }, pageOf(), { root, selector: "[", itemAttribute: "data-item-id" }, async () => {});
  lists.refresh();
  await settled();
});

test("a list's category is that of the reported list with the same items, not of another list on the page", async () => {
  const { lists, asked, page } = shown([list({}, ["a", "b"]), list({}, ["x"]), list({}, ["y"])]);
  page.showList(["a", "b"], "Women > Shirts");
  page.showList(["x", "z"], "Seen by others");
  lists.refresh();
  await settled();
  assert.deepEqual(asked.map(({ context }) => context.category), ["Women > Shirts", "Seen by others", undefined]);
});

test("the page's item counts until the address changes in a single-page shop", async () => {
  const document = host({ address: "/product/a" });
  const page = new Page(document);
  page.showItem("a");
  page.showList(["b"], "Shirts");
  assert.deepEqual(page.context(LIST, ["b"], "page"), { item: "a", category: "Shirts" });
  document.state.address = "/cart";
  assert.deepEqual(page.context({}, ["b"], "page"), {});
  assert.deepEqual(page.context({}, ["b"], "visit"), {});
});

test("page facts reported while the engine loads count however long loading takes", () => {
  const document = host();
  const page = new Page(document);
  document.state.now = 60_000;
  page.showItem("own");
  page.loaded();
  assert.deepEqual(page.context(LIST, ["b"], "page"), { item: "own" });
});

/** After the page has loaded, a shopper's action is pushed like a page's own item, so only time and input tell them apart. */
for (const [what, later] of [
  ["the page has loaded for a while", ({ state, page }) => (page.loaded(), (state.now = 600))],
  ["the shopper did something", ({ page }) => page.touch()],
]) {
  test(`quick view after ${what} is not the page item`, () => {
    const document = host();
    const page = new Page(document);
    page.showItem("own");
    later({ state: document.state, page });
    assert.equal(page.isOpen, false);
    page.showItem("quick view");
    page.showList(["b"], "Looked at");
    assert.deepEqual(page.context(LIST, ["b"], "page"), { item: "own" });
    assert.deepEqual(page.context(LIST, ["b"], "visit"), { item: "quick view", category: "Looked at" });
  });
}

test("quick view with its own address does not rank the list behind it", () => {
  const document = host({ address: "/shirts" });
  const page = new Page(document);
  assert.deepEqual(page.context(LIST, ["a", "b", "c"], "page"), {});
  page.touch();
  document.state.address = "/product/a";
  page.showItem("a");
  assert.deepEqual(page.context(LIST, ["a", "b", "c", "further"], "page"), {}, "the same list");
  assert.deepEqual(page.context({}, ["a", "b"], "page"), { item: "a" }, "a list of the new page");
  assert.deepEqual(page.context(LIST, ["x", "y", "z"], "page"), { item: "a" }, "other items in the same container");
});

test("page after navigation in the same document reads page facts again", () => {
  const document = host({ address: "/a" });
  const page = new Page(document);
  page.touch();
  assert.equal(page.isOpen, false);
  document.state.address = "/b";
  assert.equal(page.isOpen, true);
  page.touch();
  assert.equal(page.isOpen, false);
});

test("a page with unlimited lists keeps only the most recent ones", () => {
  const page = pageOf();
  for (let at = 0; at < 1000; at += 1) page.showList([`${at}`], `list ${at}`);
  assert.equal(page.context({}, ["999"], "page").category, "list 999");
  assert.equal(page.context({}, ["0"], "page").category, undefined);
});

test("lists outside session mode are ranked by page facts alone", async () => {
  for (const [mode, item] of [["contextual", "own"], ["session", "looked at"]]) {
    const page = pageOf();
    page.showItem("own");
    page.touch();
    page.showItem("looked at");
    const { lists, asked } = shown([list({}, ["a"])], { page, mode });
    lists.refresh();
    await settled();
    assert.equal(asked[0].context.item, item, mode);
  }
});

test("a shop's own attribute identifies its items", async () => {
  const container = list({}, ["sku-1"], "data-sku");
  const { lists, asked } = shown([container], { itemAttribute: "data-sku" });
  lists.refresh();
  await settled();
  assert.equal(asked[0].item(container.nodes[0]), "sku-1");
  assert.equal(asked[0].item({ getAttribute: () => null }), undefined);
});

test("with the package's own attribute the tiles are read by the package", async () => {
  const { lists, asked } = shown([list({}, ["a"])]);
  lists.refresh();
  await settled();
  assert.equal(asked[0].item, undefined);
});

/** A handle with a mode that records its calls. */
function listener(status, page = pageOf()) {
  const calls = [];
  const shelf = { status: { paused: false, ...status }, track: (...call) => calls.push(call), setConsent: (state) => calls.push([state]) };
  return { calls, hears: new Listener(shelf, page, () => calls.push(["changed"])) };
}

test("each mode reads no more events than it allows", () => {
  assert.equal(listener({ mode: "off" }).hears.reach(), "nothing");
  assert.equal(listener({ mode: "contextual" }).hears.reach(), "page");
  assert.equal(listener({ mode: "session" }).hears.reach(), "visit");
  assert.equal(listener({ mode: "session", paused: true }).hears.reach(), "page");
});

test("page facts after a shopper action are not read outside session mode", () => {
  const page = pageOf();
  page.touch();
  assert.equal(listener({ mode: "contextual" }, page).hears.reach(), "nothing");
  assert.equal(listener({ mode: "session", paused: true }, page).hears.reach(), "nothing");
  assert.equal(listener({ mode: "session" }, page).hears.reach(), "visit");
});

test("a tracked event has item ids and no other field", () => {
  const { calls, hears } = listener({ mode: "session" });
  hears.event("purchase", ["a", "b"]);
  hears.event("view_cart", []);
  hears.consent("denied");
  assert.deepEqual(calls, [["purchase", { items: [{ item_id: "a" }, { item_id: "b" }] }], ["view_cart", { items: [] }], ["denied"]]);
});

test("a reported page item ranks the lists again", () => {
  const { calls, hears } = listener({ mode: "contextual" });
  hears.item("a");
  hears.list(["a"], "Shirts");
  assert.deepEqual(calls, [["changed"], ["changed"]]);
});
