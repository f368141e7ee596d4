/** Options and lists on pages with changed built-ins, and bytes with a hash: in Node, without a browser. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { DIST, MODEL, Site } from "./site.mjs";

const { createShelfwise } = await import(pathToFileURL(join(DIST, "node.js")).href);
const request = { placement: "category", items: ["soap", "milk", "butter"], context: { item: "bread" } };

async function withShelf(options, look) {
  const shelf = await createShelfwise({ snapshot: MODEL, timeoutMs: 20_000, ...options });
  try {
    return await look(shelf);
  } finally {
    shelf.close();
  }
}

test("options with a polluted prototype read own properties only", async () => {
  Object.assign(Object.prototype, { mode: "session", visit: "tab", integrity: "nonsense" });
  try {
    const status = await withShelf({}, async (shelf) => shelf.status);
    assert.deepEqual([status.mode, status.error], ["contextual", null]);
  } finally {
    for (const name of ["mode", "visit", "integrity"]) delete Object.prototype[name];
  }
});

/** The engine runs inline here, where it would read what the page's own script skips. */
test("requests and events with a polluted prototype read own properties only", async () => {
  const ask = () =>
    withShelf({ mode: "session" }, async (shelf) => {
      shelf.track("add_to_cart", {});
      shelf.track("add_to_cart", { items: [{}] });
      const { slate_id: _, ...slate } = await shelf.rerank({ placement: "category", items: ["soap", { item_id: "milk" }, "butter"] });
      const { items } = await shelf.recommend({ placement: "home", limit: 3 });
      return { slate, items, events: (await shelf.profile()).events };
    });
  const clean = await ask();
  const foreign = { item_id: "bread", item: "bread", category: "Food", cell: "evening", in_stock: false, context: { item: "bread" }, sold_out: ["milk"] };
  Object.assign(Object.prototype, { ...foreign, limit: 1, items: [{ item_id: "bread" }] });
  try {
    assert.deepEqual(await ask(), clean);
  } finally {
    for (const name of [...Object.keys(foreign), "limit", "items"]) delete Object.prototype[name];
  }
});

test("snapshot bytes with another hash are refused", async () => {
  const integrity = `sha256-${createHash("sha256").update("other").digest("base64")}`;
  const status = await withShelf({ integrity }, async (shelf) => shelf.status);
  assert.deepEqual([status.ready, status.error?.code], [false, "integrity"]);
});

test("snapshot bytes with their hash are used", async () => {
  const integrity = `sha256-${createHash("sha256").update(MODEL).digest("base64")}`;
  const status = await withShelf({ integrity }, async (shelf) => shelf.status);
  assert.deepEqual([status.ready, status.error], [true, null]);
});

test("the explanation of a pinned item names the rule that pinned it", async () => {
  // One rule, "first": butter at position 1.
  const policy = Buffer.from("SWP\x02\x00\x01\x05first\x00\x03\x06butter\x01", "latin1");
  await withShelf({ policy }, async (shelf) => {
    const { slate_id, items } = await shelf.rerank(request);
    const { adjustments, rules } = await shelf.explain(slate_id, "butter");
    assert.deepEqual([items[0].item_id, rules], ["butter", ["first"]]);
    assert.deepEqual(adjustments, [{ rule: "first", effect: "pinned", from: null, to: null }]);
    assert.deepEqual((await shelf.explain(slate_id, "soap")).adjustments, []);
  });
});

test("lists with a replaced Array.from are ranked", async () => {
  const { from } = Array;
  await withShelf({}, async (shelf) => {
    // Like Prototype 1.7's, which takes no mapper.
    Array.from = (list) => (list ? Array.prototype.slice.call(list) : []);
    try {
      const slate = await shelf.rerank(request);
      assert.deepEqual([slate.basis, shelf.status.error], ["context", null]);
    } finally {
      Array.from = from;
    }
  });
});

test("a first load that failed is retried after setMode", async () => {
  const site = await Site.open();
  const asked = () => site.asked.filter((path) => path === "/model.swm").length;
  try {
    site.with({ "/model.swm": { status: 503 } });
    await withShelf({ snapshot: `${site.origin}/model.swm` }, async (shelf) => {
      assert.deepEqual([shelf.status.ready, shelf.status.error.code, asked()], [false, "not_found", 1]);
      site.with({});
      const ready = new Promise((done) => shelf.on("ready", done));
      shelf.setMode("contextual");
      shelf.setMode("contextual");
      assert.equal((await ready).ready, true);
      assert.equal(asked(), 1);
    });
  } finally {
    await site.close();
  }
});

test("a handle closed after a failed load sends no more requests", async () => {
  const site = await Site.open();
  try {
    site.with({ "/model.swm": { status: 503 } });
    await withShelf({ snapshot: `${site.origin}/model.swm` }, async (shelf) => shelf.setMode("contextual"));
    await new Promise((done) => setTimeout(done, 1_500));
    assert.deepEqual(site.asked, ["/model.swm"]);
  } finally {
    await site.close();
  }
});
