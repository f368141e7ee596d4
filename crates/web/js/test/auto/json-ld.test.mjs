/** A page's JSON-LD names the product that the page is about. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Notes } from "./page.mjs";
import { load } from "./sources.mjs";

const { JsonLd } = await load("auto/json-ld.ts");

/** What is reported of a page with these scripts. */
function told(scripts, reach = "page") {
  const notes = new Notes(reach);
  new JsonLd({ querySelectorAll: () => scripts.map((textContent) => ({ textContent })) }).listen(notes);
  return notes.told;
}

const described = (...things) => told(things.map((thing) => JSON.stringify(thing)));
const product = (sku, more) => ({ "@context": "https://schema.org", "@type": "Product", name: "Tee", sku, ...more });

test("a Product in JSON-LD is the page's item, at any depth of the description", () => {
  const a = [["the page's item", "A1"]];
  assert.deepEqual(described(product("A1")), a);
  assert.deepEqual(described([{ "@type": "BreadcrumbList" }, product("A1")]), a);
  assert.deepEqual(described({ "@graph": [{ "@type": "WebSite" }, product("A1")] }), a);
  assert.deepEqual(described({ "@type": "WebPage", mainEntity: product("A1") }), a);
  assert.deepEqual(described({ "@type": ["Product", "Book"], sku: "A1" }), a);
  assert.deepEqual(described(product("A1"), product("A1")), a, "told twice, by theme and plugin");
});

test("the item id is the sku, then the productID, and of a variant group the group's own", () => {
  assert.deepEqual(described(product(undefined, { productID: "P7" })), [["the page's item", "P7"]]);
  assert.deepEqual(described(product(42)), [["the page's item", "42"]]);
  const group = { "@type": "ProductGroup", productGroupID: "G1", hasVariant: [product("V1"), product("V2")] };
  assert.deepEqual(described(group), [["the page's item", "G1"]]);
});

test("a page with several products, none, or one without an id has no page item", () => {
  assert.deepEqual(described(product("A1"), product("B2")), []);
  assert.deepEqual(described({ "@type": "ItemList", itemListElement: [{ item: product("A1") }] }), []);
  assert.deepEqual(described(product(undefined)), []);
  assert.deepEqual(described({ "@type": "Recipe", sku: "A1" }), []);
  assert.deepEqual(told([]), []);
});

test("products related to the page's product are not its item", () => {
  const related = product("A1", { isRelatedTo: [product("B2")], isVariantOf: product("C3") });
  assert.deepEqual(described(related), [["the page's item", "A1"]]);
});

test("mode off reads no JSON-LD", () => {
  const notes = new Notes("nothing");
  new JsonLd({ querySelectorAll: () => assert.fail("the page was looked at") }).listen(notes);
  assert.deepEqual(notes.told, []);
});

test("JSON-LD that is malformed, huge, deep or hostile is skipped", () => {
  assert.deepEqual(told(["{", "", "null", "7", '"Product"', JSON.stringify(product("A1"))]), [["the page's item", "A1"]]);
  assert.deepEqual(told([JSON.stringify(product("A1", { description: "x".repeat(300_000) }))]), []);
  assert.deepEqual(told([`${"[".repeat(50_000)}${"]".repeat(50_000)}`]), []);
  assert.deepEqual(told([`{"@graph":[${Array(20_000).fill('{"@type":"Thing"}')}]}`]), []);
  assert.deepEqual(told(['{"__proto__": {"@type": "Product", "sku": "A1"}}', '{"@type": {"sku": "A1"}}']), []);
  assert.deepEqual(described(product({ a: 1 }), product("x".repeat(300)), product(["A1"])), []);
  assert.equal({}["@type"], undefined);
});
