/** The dataLayer belongs to the shop and to Google's tags: reading it must not change anything for them. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Notes, shopWindow } from "./page.mjs";
import { load } from "./sources.mjs";

const { DataLayer } = await load("auto/data-layer.ts");
const { listenToLayer } = await load("auto/layer.ts");

const view = (id) => ({ event: "view_item", ecommerce: { items: [{ item_id: id }] } });
const viewed = (notes) => notes.events.map(([, id]) => id);

/** Reads a window's dataLayer until the test is over. */
function listen(context, scope, reach) {
  mock.timers.enable({ apis: ["setInterval"] });
  const notes = new Notes(reach);
  const end = new DataLayer({ scope, name: "dataLayer", consent: "not read" }).listen(notes);
  context.after(() => {
    end();
    mock.timers.reset();
  });
  return notes;
}

test("a wrapped push passes on the receiver, the arguments and the return value", (context) => {
  const scope = { dataLayer: [] };
  const calls = [];
  scope.dataLayer.push = function (...entries) {
    calls.push({ self: this, entries });
    return "what Tag Manager returns";
  };
  const notes = listen(context, scope);
  assert.equal(scope.dataLayer.push(view("a"), view("b")), "what Tag Manager returns");
  assert.equal(calls[0].self, scope.dataLayer);
  assert.deepEqual(calls[0].entries, [view("a"), view("b")]);
  assert.deepEqual(viewed(notes), ["a", "b"]);
});

test("a push on a plain array returns the new length", (context) => {
  const scope = shopWindow();
  listen(context, scope);
  assert.equal(scope.dataLayer.push(view("a")), 1);
  assert.equal(scope.dataLayer.push(view("b"), {}), 3);
});

test("an exception of the wrapped push reaches the page unchanged", (context) => {
  const scope = { dataLayer: [] };
  const thrown = new Error("Tag Manager's own");
  scope.dataLayer.push = () => {
    throw thrown;
  };
  const notes = listen(context, scope);
  assert.throws(() => scope.dataLayer.push(view("a")), (error) => error === thrown);
  assert.deepEqual(viewed(notes), ["a"]);
});

test("an event pushed after Tag Manager wrapped push again is read once", (context) => {
  const scope = shopWindow();
  scope.dataLayer.push(view("before both"));
  const notes = listen(context, scope);
  const ours = scope.dataLayer.push;
  const processed = [];
  scope.dataLayer.push = function () {
    const entries = [].slice.call(arguments, 0);
    const result = ours.apply(scope.dataLayer, entries);
    while (scope.dataLayer.length > 300) scope.dataLayer.shift();
    processed.push(...entries);
    return result;
  };
  scope.dataLayer.push(view("after both"));
  mock.timers.tick(3000);
  assert.deepEqual(viewed(notes), ["before both", "after both"]);
  assert.equal(processed.length, 1);
});

test("nested pushes are read in the order of the pushes", (context) => {
  const scope = { dataLayer: [] };
  scope.dataLayer.push = function (entry) {
    Array.prototype.push.call(this, entry);
    if (entry.event === "view_item") this.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "a" }] } });
  };
  const notes = listen(context, scope);
  scope.dataLayer.push(view("a"));
  assert.deepEqual(notes.events, [["view_item", "a"], ["add_to_cart", "a"]]);
});

test("a replaced dataLayer is read in full within a second", (context) => {
  const scope = shopWindow();
  const notes = listen(context, scope);
  scope.dataLayer.push(view("old"));
  scope.dataLayer = [view("first of the new")];
  mock.timers.tick(1000);
  scope.dataLayer.push(view("second of the new"));
  assert.deepEqual(viewed(notes), ["old", "first of the new", "second of the new"]);
});

test("a dataLayer created after the start is read", (context) => {
  const scope = {};
  const notes = listen(context, scope);
  assert.ok(!("dataLayer" in scope), "nothing is put into the window for it");
  scope.dataLayer = [view("late")];
  mock.timers.tick(1000);
  assert.deepEqual(viewed(notes), ["late"]);
});

test("entries pushed after another script restored push are read within a second, each once", (context) => {
  const scope = shopWindow();
  const notes = listen(context, scope);
  scope.dataLayer.push(view("a"));
  delete scope.dataLayer.push;
  scope.dataLayer.push(view("b"), view("c"));
  mock.timers.tick(5000);
  assert.deepEqual(viewed(notes), ["a", "b", "c"]);
});

test("the same event object pushed twice is read twice", (context) => {
  const scope = shopWindow();
  const notes = listen(context, scope);
  const again = view("a");
  scope.dataLayer.push(again);
  scope.dataLayer.push(again);
  mock.timers.tick(1000);
  assert.deepEqual(viewed(notes), ["a", "a"]);
});

test("a frozen dataLayer is read and not modified", (context) => {
  const scope = { dataLayer: Object.freeze([view("a")]) };
  const notes = listen(context, scope);
  assert.throws(() => scope.dataLayer.push(view("b")), TypeError);
  assert.deepEqual(viewed(notes), ["a"]);
});

test("entries of a push that cannot be wrapped are read within a second, and push stays as it is", (context) => {
  const scope = shopWindow();
  Object.defineProperty(scope.dataLayer, "push", { value: Array.prototype.push, writable: false });
  const notes = listen(context, scope);
  scope.dataLayer.push(view("a"));
  mock.timers.tick(1000);
  assert.deepEqual(viewed(notes), ["a"]);
});

for (const [what, layer] of Object.entries({
  "an element of that id": { tagName: "A" },
  "text": "dataLayer",
  "null": null,
  "an object with a push of another kind": { push: 1 },
})) {
  test(`window.dataLayer that is ${what} is ignored`, (context) => {
    const scope = { dataLayer: layer };
    assert.deepEqual(listen(context, scope).told, []);
  });
}

test("a window whose dataLayer getter throws is ignored", (context) => {
  const scope = {
    get dataLayer() {
      throw new Error("not yours");
    },
  };
  assert.deepEqual(listen(context, scope).told, []);
});

test("hostile entries are passed on unread, and entries after them are read", (context) => {
  const scope = shopWindow();
  const notes = listen(context, scope);
  const circle = { event: "view_item" };
  circle.ecommerce = { items: [circle], circle };
  const hostile = [
    { get event() { throw new Error("a getter"); } },
    { event: "view_item", get ecommerce() { throw new Error("another"); } },
    { event: "view_item", ecommerce: { items: [{ get item_id() { throw new Error("a third"); } }] } },
    new Proxy({}, { get() { throw new Error("a proxy"); }, has() { throw new Error("a proxy"); } }),
    circle,
    JSON.parse('{"__proto__": {"event": "view_item", "ecommerce": {"items": [{"item_id": "p"}]}}}'),
    { event: "__proto__", ecommerce: { items: [{ item_id: "p" }] } },
    { event: "constructor", ecommerce: { items: [{ item_id: "p" }] } },
    { event: "view_item", ecommerce: { items: [{ item_id: { toString: () => "p" } }, { item_id: ["p"] }, { item_id: NaN }, { item_id: 1e21 }] } },
    { event: "view_item", ecommerce: { items: [{ item_id: "x".repeat(10_000_000) }] } },
    { event: "view_item", ecommerce: { items: { length: 1e9, 0: { item_id: "p" } } } },
    { event: "view_item", ecommerce: { items: 3 } },
    { event: "view_item", ecommerce: [{ item_id: "p" }] },
    { event: { toString: () => "view_item" }, ecommerce: { items: [{ item_id: "p" }] } },
    { event: "x".repeat(10_000_000) },
    ["event", "view_item", { items: [{ item_id: "p" }] }],
    null, undefined, 7, "view_item", Symbol("view_item"), () => "view_item", 10n,
  ];
  for (const entry of hostile) assert.doesNotThrow(() => scope.dataLayer.push(entry));
  assert.equal(scope.dataLayer.length, hostile.length);
  scope.dataLayer.push(view("good"));
  assert.deepEqual(notes.told, [["the page's item", "good"], ["view_item", "good"]]);
  assert.equal({}.event, undefined, "no prototype was touched");
});

test("hostile entries pushed before the start are skipped as well", (context) => {
  const scope = { dataLayer: [{ get event() { throw new Error("a getter"); } }, null, 7, view("good")] };
  assert.deepEqual(viewed(listen(context, scope)), ["good"]);
});

test("each of ten thousand pushes costs as many reads of its entry as the first", (context) => {
  const scope = shopWindow();
  const notes = listen(context, scope);
  let reads = 0;
  const counted = (entry) => Object.defineProperty(entry, "event", { get: () => ((reads += 1), "view_item") });
  scope.dataLayer.push(counted(view("item 0")));
  const readsOfOne = reads;
  for (let count = 1; count < 10_000; count += 1) scope.dataLayer.push(counted(view(`item ${count}`)));
  assert.equal(reads, 10_000 * readsOfOne);
  mock.timers.tick(2000);
  assert.equal(notes.events.length, 10_000);
});

test("a history above ten thousand entries is read from its latest ten thousand", () => {
  const layer = [];
  layer.length = 4_000_000_000;
  layer[layer.length - 1] = view("last");
  const heard = [];
  listenToLayer({ dataLayer: layer }, "dataLayer", (entry) => heard.push(entry))();
  assert.deepEqual(heard, [view("last")]);
});

test("the first two hundred items of an event are read, as in GA4", (context) => {
  const scope = shopWindow();
  const notes = listen(context, scope);
  const items = Array.from({ length: 5000 }, (_, at) => ({ item_id: `${at}` }));
  scope.dataLayer.push({ event: "purchase", ecommerce: { items } });
  assert.equal(notes.events[0].length, 1 + 200);
});

test("entries pushed after stop are not read", () => {
  const scope = shopWindow();
  const heard = [];
  const end = listenToLayer(scope, "dataLayer", (entry) => heard.push(entry));
  end();
  scope.dataLayer.push(view("a"));
  assert.deepEqual(heard, []);
});

test("a listener that throws does not affect the page", (context) => {
  const scope = shopWindow();
  const end = listenToLayer(scope, "dataLayer", () => {
    throw new Error("ours");
  });
  context.after(end);
  assert.equal(scope.dataLayer.push(view("a")), 1);
});
