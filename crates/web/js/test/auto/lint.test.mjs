/** What the linter reports to a shop's engineer, and what it does not. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { shopWindow } from "./page.mjs";
import { load } from "./sources.mjs";

const { EntryLinter } = await load("auto/lint/entries.ts");
const { nearEvent, distance } = await load("auto/lint/near.ts");
const { Reporter } = await load("auto/lint/reporter.ts");
const { ModelLinter } = await load("auto/lint/model.ts");

/** Findings of a page's pushes. */
function lint(pushes, now = () => 0) {
  const scope = shopWindow();
  const linter = new EntryLinter(now);
  pushes(scope);
  return scope.dataLayer.flatMap((entry) => linter.check(entry));
}

const event = (name, items, more) => lint(({ gtag }) => gtag("event", name, { items, ...more }));
const codes = (findings) => findings.map(({ code }) => code);
const good = { item_id: "a", item_name: "Tee", price: 9.99, quantity: 1 };

test("a valid GA4 event has no finding", () => {
  assert.deepEqual(event("view_item", [good]), []);
  assert.deepEqual(lint(({ dataLayer }) => dataLayer.push({ event: "view_item", ecommerce: { items: [good] } })), []);
  assert.deepEqual(event("view_cart", undefined), [], "carts are told without items, too");
});

test("an item without item_id is reported with its place and the field probably meant", () => {
  const [finding, ...others] = event("add_to_cart", [good, { id: "7", item_name: "Cap" }, { item_name: "Hat" }]);
  assert.equal(finding.code, "item_id_missing");
  assert.equal(finding.where, "add_to_cart, items[1].item_id");
  assert.match(finding.text, /never by item_name/);
  assert.match(finding.text, /field id: write its value as item_id/);
  assert.deepEqual(others, [], "one example is enough");
});

test("a numeric id is read with a finding, and an id of any other type is not read", () => {
  assert.match(event("view_item", [{ item_id: 12 }])[0].text, /write it as text, "12".* is read/);
  assert.match(event("view_item", [{ item_id: 1.5 }])[0].text, /not read/);
  assert.match(event("view_item", [{ item_id: ["a"] }])[0].text, /an array/);
  assert.deepEqual(codes(event("view_item", [{ item_id: "ä".repeat(200) }])), ["item_id_too_long"]);
});

test("items that are not an array of objects are reported", () => {
  assert.deepEqual(codes(event("view_item", undefined)), ["items_missing"]);
  assert.match(event("view_item", good)[0].text, /items is an object: it must be an array/);
  assert.match(event("view_item_list", 24)[0].text, /items is the number 24/);
  assert.deepEqual(codes(event("view_item", [])), ["items_empty"]);
  assert.deepEqual(codes(event("view_item", ["a"])), ["item_not_object"]);
  assert.deepEqual(codes(event("view_item_list", Array(201).fill(good))), ["items_too_many"]);
});

test("prices as text and invalid numbers are reported", () => {
  const [price] = event("view_item", [{ ...good, price: "9.99" }]);
  assert.equal(price.where, "view_item, items[0].price");
  assert.match(price.text, /GA4 wants a number/);
  assert.match(event("view_item", [{ ...good, price: NaN }])[0].text, /price is NaN/);
  assert.match(event("view_item", [{ ...good, item_name: 5 }])[0].text, /item_name is the number 5: it must be text/);
  assert.deepEqual(event("view_item", [{ ...good, price: null, discount: undefined }]), []);
});

test("a misspelt GA4 event name is reported with the nearest name", () => {
  const meant = {
    add_to_crat: "add_to_cart", addToCart: "add_to_cart", "Add To Cart": "add_to_cart", add_to_cart_custom: "add_to_cart",
    dl_view_item: "view_item", dl_view_item_list: "view_item_list", veiw_item: "view_item", view_items: "view_item",
    purchse: "purchase", Purchase: "purchase", remove_form_cart: "remove_from_cart", ee_begin_checkout: "begin_checkout",
  };
  for (const [written, wanted] of Object.entries(meant)) assert.equal(nearEvent(written), wanted, written);
  const [finding] = event("add_to_crat", [good]);
  assert.match(finding.text, /did you mean add_to_cart\?/);
});

test("event names far from GA4's have no finding", () => {
  const others = [
    "page_view", "login", "sign_up", "share", "scroll", "click", "gtm.js", "gtm.dom", "user_engagement", "cookie_consent",
    "generate_lead", "add_payment_info", "view_search_results", "refund", "video_start", "x".repeat(10_000), "", "form_submit",
  ];
  for (const name of others) assert.equal(nearEvent(name), undefined, name);
});

test("distance counts one edit or one transposition as one", () => {
  assert.equal(distance("purchase", "purchase"), 0);
  assert.equal(distance("pruchase", "purchase"), 1);
  assert.equal(distance("purchas", "purchase"), 1);
  assert.equal(distance("", "abc"), 3);
});

test("Universal Analytics fields are reported at any place in an entry", () => {
  const ua = { detail: { products: [{ id: "1", name: "Tee" }] } };
  assert.match(lint(({ dataLayer }) => dataLayer.push({ ecommerce: ua }))[0].text, /ecommerce\.detail is of Universal Analytics/);
  assert.deepEqual(codes(lint(({ dataLayer }) => dataLayer.push({ event: "view_item", ecommerce: ua }))), ["ua_shape"]);
  const order = { purchase: { actionField: { id: "T1" }, products: [] } };
  assert.deepEqual(codes(lint(({ dataLayer }) => dataLayer.push({ event: "purchase", ecommerce: order }))), ["ua_shape"]);
});

test("an ecommerce object that was not cleared is reported", () => {
  const view = { event: "view_item", ecommerce: { items: [good] } };
  const cart = { event: "add_to_cart", ecommerce: { items: [good] } };
  const [finding] = lint(({ dataLayer }) => dataLayer.push(view, cart));
  assert.equal(finding.code, "not_cleared");
  assert.equal(finding.where, "add_to_cart");
  assert.match(finding.text, /still holds view_item/);
  assert.deepEqual(lint(({ dataLayer }) => dataLayer.push(view, { ecommerce: null }, cart)), []);
  assert.deepEqual(event("add_to_cart", [good]), [], "gtag needs no clearing");
});

test("items outside of ecommerce are reported", () => {
  const beside = lint(({ dataLayer }) => dataLayer.push({ event: "view_item", items: [good] }));
  assert.deepEqual(codes(beside), ["wrong_place"]);
  const within = lint(({ gtag }) => gtag("event", "view_item", { ecommerce: { items: [good] } }));
  assert.deepEqual(codes(within), ["wrong_place"]);
});

test("a command pushed as an array is reported", () => {
  const findings = lint(({ dataLayer }) => dataLayer.push(["event", "view_item", { items: [good] }], ["consent", "update", {}]));
  assert.deepEqual(codes(findings), ["command_array", "command_array"]);
  assert.match(findings[0].text, /dataLayer\.push\(arguments\)/);
});

test("a purchase reported twice, and one without a transaction id, are findings", () => {
  const twice = lint(({ gtag }) => {
    gtag("event", "purchase", { transaction_id: "T1", items: [good] });
    gtag("event", "purchase", { transaction_id: "T2", items: [good] });
    gtag("event", "purchase", { transaction_id: "T1", items: [good] });
  });
  assert.deepEqual(codes(twice), ["purchase_twice"]);
  assert.deepEqual(codes(event("purchase", [good])), ["transaction_id_missing"]);
});

test("one event sent twice within a second is a finding, and two added items are not", () => {
  const both = ({ gtag, dataLayer }) => {
    gtag("event", "add_to_cart", { items: [good] });
    dataLayer.push({ event: "add_to_cart", ecommerce: { items: [good] } });
  };
  assert.deepEqual(codes(lint(both)), ["event_twice"]);
  let clock = 0;
  assert.deepEqual(codes(lint(both, () => (clock += 1000))), []);
  assert.deepEqual(codes(lint(({ gtag }) => [1, 2].forEach(() => gtag("event", "add_to_cart", { items: [good] })))), []);
});

test("an unreadable entry is a finding and throws no exception", () => {
  const linter = new EntryLinter(() => 0);
  const hostile = { event: "view_item", get ecommerce() { throw new Error("a getter"); } };
  assert.deepEqual(codes(linter.check(hostile)), ["unreadable"]);
  for (const entry of [null, undefined, 7, "x", Symbol("x"), () => 0]) assert.deepEqual(linter.check(entry), []);
});

test("ten thousand lists leave at most two hundred remembered ids", () => {
  const linter = new EntryLinter(() => 0);
  for (let at = 0; at < 10_000; at += 1) {
    linter.check({ event: "view_item_list", ecommerce: { items: [{ item_id: `${at}` }] } });
  }
  assert.ok(linter.listed.size <= 200);
});

/** A console that records its calls. */
function voice() {
  const lines = [];
  const note = (kind) => (text) => lines.push([kind, text]);
  return { lines, warn: note("warn"), info: note("info"), groupCollapsed: note("group"), groupEnd: () => lines.push(["end"]) };
}

test("findings of one moment are logged as one group, each once whatever its index", () => {
  const spoken = voice();
  const turns = [];
  const reporter = new Reporter(spoken, (then) => turns.push(then));
  const finding = (at) => ({ code: "item_id_missing", where: `view_item, items[${at}].item_id`, text: "item_id is missing." });
  reporter.findings([finding(0), { code: "no_layer", where: "window.dataLayer", text: "There is none." }]);
  reporter.findings([finding(3)]);
  turns.splice(0).forEach((turn) => turn());
  assert.deepEqual(spoken.lines.map(([kind]) => kind), ["group", "warn", "warn", "info", "end"]);
  assert.match(spoken.lines[0][1], /2 findings/);
  assert.equal(spoken.lines[1][1], "view_item, items[0].item_id: item_id is missing. [item_id_missing]");
  reporter.findings([finding(9)]);
  assert.deepEqual(turns, [], "it was said");
});

test("a page with every mistake logs a bounded number of findings", () => {
  const spoken = voice();
  const reporter = new Reporter(spoken, (then) => then());
  for (let at = 0; at < 5000; at += 1) {
    reporter.findings([{ code: "event_unknown", where: `${"e".repeat(1 + (at % 400))}${at % 7 ? "x" : "y"}`, text: "?" }]);
  }
  assert.equal(spoken.lines.filter(([kind]) => kind === "warn").length, 100);
});

/** A handle whose model knows some items, in a visit with or without events. */
function shelf(known, { ready = true, visit = [] } = {}) {
  const calls = [];
  return {
    calls,
    status: { ready },
    recommend: async ({ item }) => {
      calls.push(item);
      const basis = visit.length ? "session" : known.includes(item) ? "context" : "popularity";
      return { slate_id: item, snapshot: "1", basis };
    },
    profile: async () => ({ events: visit }),
    whatIf: async (item, { without }) => {
      assert.deepEqual(without, visit.map(({ id }) => id));
      return { basis: known.includes(item) ? "context" : "popularity" };
    },
  };
}

test("an item id that the model does not know is reported, and a known one is not", async () => {
  for (const visit of [[], [{ id: 4 }, { id: 9 }]]) {
    const linter = new ModelLinter(shelf(["a"], { visit }));
    assert.deepEqual(await linter.check("view_item", "a"), []);
    const [finding] = await linter.check("add_to_cart", "b");
    assert.equal(finding.code, "id_not_in_model");
    assert.match(finding.text, /does not know the item "b"/);
  }
});

test("the model is asked about three item ids of a page, each once, and about none until it is ready", async () => {
  const asked = shelf([]);
  const linter = new ModelLinter(asked);
  for (const id of ["a", "a", "b", "c", "d", "e"]) await linter.check("view_item", id);
  assert.deepEqual(asked.calls, ["a", "b", "c"]);
  const none = shelf([], { ready: false });
  assert.deepEqual(await new ModelLinter(none).check("view_item", "a"), []);
  assert.deepEqual(none.calls, []);
});
