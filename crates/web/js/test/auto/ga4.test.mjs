/** What is read of an event: mode and consent decide before it is read. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Notes, shopWindow } from "./page.mjs";
import { load } from "./sources.mjs";

const { DataLayer } = await load("auto/data-layer.ts");

function told(pushes, { reach = "visit", consent = "not read" } = {}) {
  const scope = shopWindow();
  const notes = new Notes(reach);
  const end = new DataLayer({ scope, name: "dataLayer", consent }).listen(notes);
  try {
    pushes(scope);
  } finally {
    end();
  }
  return notes.told;
}

const items = (...ids) => ids.map((id) => ({ item_id: id }));

test("contextual mode reports the page's item and lists, and reads no shopper event", () => {
  const touched = [];
  const watched = (name) => ({
    event: name,
    get ecommerce() {
      touched.push(name);
      return { items: [{ get item_id() { touched.push(`${name}.item_id`); return "a"; } }] };
    },
  });
  const said = told(({ dataLayer }) => {
    for (const name of ["add_to_cart", "purchase", "add_to_wishlist", "remove_from_cart"]) dataLayer.push(watched(name));
    dataLayer.push({ event: "view_item", ecommerce: { items: items("b") } });
  }, { reach: "page" });
  assert.deepEqual(said, [["the page's item", "b"]]);
  assert.deepEqual(touched.filter((path) => path.endsWith("item_id")), []);
});

test("mode off reports nothing", () => {
  const said = told(({ dataLayer, gtag }) => {
    dataLayer.push({ event: "view_item", ecommerce: { items: items("b") } });
    gtag("event", "view_item_list", { items: items("b") });
  }, { reach: "nothing" });
  assert.deepEqual(said, []);
});

test("an item with a name and no id is not reported", () => {
  const said = told(({ dataLayer }) => {
    dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_name: "Tee" }, { item_id: "", item_name: "Cap" }, { id: "7" }] } });
    dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_name: "Tee" }, { item_id: "a" }] } });
  });
  assert.deepEqual(said, [["add_to_cart", "a"]]);
});

test("an item listed twice in one event is reported once", () => {
  assert.deepEqual(told(({ gtag }) => gtag("event", "purchase", { items: items("a", "b", "a", 7, "7") })), [["purchase", "a", "b", "7"]]);
});

test("an ecommerce object pushed before its event belongs to it, unless null clears it", () => {
  const said = told(({ dataLayer }) => {
    dataLayer.push({ ecommerce: { items: items("a") } });
    dataLayer.push({ event: "view_item" });
    dataLayer.push({ event: "add_to_cart" });
    dataLayer.push({ ecommerce: { items: items("b") } });
    dataLayer.push({ ecommerce: null });
    dataLayer.push({ event: "view_item" });
  });
  assert.deepEqual(said, [["the page's item", "a"], ["view_item", "a"]]);
});

test("an event with ecommerce null has no items, even after an earlier ecommerce object", () => {
  const said = told(({ dataLayer }) => {
    dataLayer.push({ event: "view_item", ecommerce: { items: items("a") } });
    dataLayer.push({ event: "add_to_cart", ecommerce: null });
  });
  assert.deepEqual(said, [["the page's item", "a"], ["view_item", "a"]]);
});

test("events about lists, carts and banners are reported without items", () => {
  const said = told(({ gtag }) => {
    for (const name of ["view_item_list", "view_cart", "begin_checkout", "view_promotion", "select_promotion", "search"]) {
      gtag("event", name, { items: items("a", "b") });
    }
  });
  assert.deepEqual(said.filter(([name]) => name !== "a list"), [
    ["view_item_list"], ["view_cart"], ["begin_checkout"], ["view_promotion"], ["select_promotion"], ["search"],
  ]);
});

test("the category of a list is the levels that all its items share", () => {
  const list = (...all) => told(({ gtag }) => gtag("event", "view_item_list", all[0]))[0][1];
  const shirt = { item_id: "a", item_category: "Women", item_category2: "Shirts", item_category3: "Linen" };
  const skirt = { item_id: "b", item_category: "Women", item_category2: "Skirts" };
  assert.equal(list({ item_list_name: "New", items: [shirt] }), "Women > Shirts > Linen");
  assert.equal(list({ item_list_name: "New", items: [shirt, skirt] }), "Women");
  assert.equal(list({ item_list_name: "New", items: [shirt, { item_id: "c", item_category: "Men" }] }), "New");
  assert.equal(list({ item_list_name: "New", items: [{ item_id: "c" }] }), "New");
  assert.equal(list({ items: [{ item_id: "c", item_list_name: "In the item" }] }), "In the item");
  assert.equal(list({ items: [{ item_id: "c" }] }), null);
  assert.equal(list({ items: [{ item_id: "c", item_category: 7, item_list_name: {} }] }), null);
});

test("other commands and custom events are ignored", () => {
  const said = told(({ gtag, dataLayer }) => {
    gtag("config", "G-1", { items: items("a") });
    gtag("set", "user_properties", {});
    gtag("event", "page_view", { items: items("a") });
    gtag("event", "add_shipping_info", { items: items("a") });
    gtag("event");
    gtag();
    dataLayer.push({ event: "gtm.click", ecommerce: { items: items("a") } });
  });
  assert.deepEqual(said, []);
});

/** Consent commands, and the state after each. */
const consents = (...commands) =>
  told(({ gtag }) => commands.forEach((command) => gtag("consent", ...command)), { consent: "google" }).map(([, state]) => state);
const granted = { personalization_storage: "granted" };
const denied = { personalization_storage: "denied" };

test("Google consent mode grants a session only if personalization_storage is granted", () => {
  assert.deepEqual(consents(["default", { analytics_storage: "granted", ad_personalization: "granted" }]), ["pending"]);
  assert.deepEqual(consents(["update", { analytics_storage: "granted", functionality_storage: "granted" }]), ["pending"]);
  assert.deepEqual(consents(["default", granted]), ["granted"]);
  assert.deepEqual(consents(["update", granted]), ["granted"]);
});

test("consent denied by default is pending; consent denied by an update is denied, and can change", () => {
  assert.deepEqual(consents(["default", denied], ["update", granted], ["update", denied]), ["pending", "granted", "denied"]);
});

test("a default consent command after an update changes nothing", () => {
  assert.deepEqual(consents(["update", denied], ["default", granted]), ["denied", "denied"]);
  assert.deepEqual(consents(["update", granted], ["default", denied]), ["granted", "granted"]);
});

test("a regional default that denies is pending in every region; one that grants counts in none", () => {
  const inSpain = { region: ["ES"] };
  assert.deepEqual(consents(["default", { ...granted, ...inSpain }]), ["pending"]);
  assert.deepEqual(consents(["default", granted], ["default", { ...denied, ...inSpain }]), ["granted", "pending"]);
  assert.deepEqual(consents(["default", { ...denied, ...inSpain }], ["default", granted]), ["pending", "pending"]);
});

test("a consent value that Google does not define grants nothing", () => {
  const odd = [true, 1, "yes", "GRANTED", ["granted"], { toString: () => "granted" }];
  for (const value of odd) assert.deepEqual(consents(["update", { personalization_storage: value }]), ["pending"]);
  assert.deepEqual(consents(["revoke", granted]), ["pending"]);
});

test("consent commands are read only if the shop enables it", () => {
  assert.deepEqual(told(({ gtag }) => gtag("consent", "update", granted)), []);
});
