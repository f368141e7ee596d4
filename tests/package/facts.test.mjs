/** Facts of signed releases in a page: rules over them act, new ones replace them, and what cannot be used is told. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { KEYS, pathOf, published, serve } from "./releases.mjs";
import { inBrowsers } from "./shopper.mjs";
import { MODEL } from "./site.mjs";

const fixture = (name) => readFileSync(new URL(`../snapshots/${name}`, import.meta.url));
/** Rules over facts, one for each placement; the shop's own order hides candy and soap at `home`. */
const POLICY = fixture("policies/by-facts.swp");
const HIDDEN = fixture("policies/by-facts.hidden.json");
/** Facts of the model's items; in the second each item has those of the next one. */
const FACTS = fixture("facts/grocer.swf");
const NEXT_FACTS = fixture("facts/grocer-next.swf");
/** Places in the file of the hash of the model's ids: behind the head and one byte of their number. */
const IDS_AT = 5;

const LIST = ["candy", "milk", "soap", "bread", "butter"];
/** The list under the rules, by hand from the facts: every other item of the model is organic, and what is, comes first. */
const ORGANIC_FIRST = ["milk", "bread", "butter", "candy", "soap"];
const NEXT_ORGANIC_FIRST = ["candy", "soap", "milk", "bread", "butter"];
/** What is not hidden at `home`: by the facts of the day bread alone is rated well, and by the list of the rules all but candy and soap. */
const WELL_RATED = ["bread"];
const NOT_LISTED = ["milk", "bread", "butter"];

const release = (epoch, facts, more = {}) => published({ epoch, snapshot: MODEL, policy: POLICY, hidden: HIDDEN, facts, ...more });

/** Facts that the facts key signed although they are of other ids. */
function ofOtherIds() {
  const bytes = Buffer.from(FACTS);
  bytes[IDS_AT] ^= 1;
  return bytes;
}

/** Opens a handle. Runs in the page. */
async function open({ keys, options }) {
  const shelf = await shelfwise.createShelfwise({ release: "/shop/live/release", keys, mode: "session", timeoutMs: 20_000, refreshMs: 1000, ...options });
  const problems = [];
  shelf.on("error", (problem) => problems.push(problem));
  const ids = ({ items }) => items.map(({ item_id }) => item_id);
  const order = async (placement, items) => ids(await shelf.rerank({ placement, items }));
  globalThis.shop = { shelf, problems, order };
  return shelf.status;
}

/** Waits until the release of this epoch is in use, or a problem is told; at most 20 seconds. Runs in the page. */
async function waited({ epoch }) {
  const end = Date.now() + 20_000;
  const { shelf } = shop;
  const told = () => shelf.status.error?.message;
  const before = told();
  while (Date.now() < end && shelf.status.snapshot?.release !== epoch && told() === before) await new Promise((later) => setTimeout(later, 50));
  await new Promise((settled) => setTimeout(settled, 200));
  return shelf.status;
}

inBrowsers(({ name, site, browser }) => {
  /** A page with a handle over releases that the returned function exchanges; `change` may spoil what is served. */
  async function opened(files, { options = {}, change, origin = site.origin } = {}) {
    let current = files;
    const all = new Set([files]);
    const has = (path) => (path === "release" ? current : [current, ...all].find((each) => path in each));
    serve(site, (_, path) => has(path), change);
    const page = await browser.page(`${origin}/`);
    const status = await page.run(open, { keys: KEYS, options });
    const order = (placement, items = LIST) => page.run(([where, list]) => shop.order(where, list), [placement, items]);
    const publish = async (next, epoch) => {
      all.add(next);
      current = next;
      return page.run(waited, { epoch });
    };
    return { page, status, order, publish };
  }

  test("rules over the facts of a signed release act", async () => {
    const without = await opened(release(1, null));
    assert.deepEqual([without.status.error, await without.order("category")], [null, LIST]);
    await without.page.leave();
    const { page, status, order } = await opened(release(1, FACTS));
    assert.deepEqual([status.ready, status.error], [true, null]);
    assert.deepEqual(await order("category"), ORGANIC_FIRST);
    const [slate, why] = await page.run(async (items) => {
      const slate = await shop.shelf.rerank({ placement: "category", items });
      return [slate, await shop.shelf.explain(slate.slate_id, "bread")];
    }, LIST);
    assert.deepEqual(slate.items[0].rules, ["organic-first"], "the slate names the rule");
    assert.deepEqual(why.adjustments, [{ rule: "organic-first", effect: "moved", from: 3, to: 1 }]);
    assert.deepEqual(await order("home"), WELL_RATED);
    await page.leave();
  });

  test("a new release brings new facts, and the visit continues", async () => {
    const { page, order, publish } = await opened(release(1, FACTS));
    await page.run(() => shop.shelf.track("hide_item", { items: [{ item_id: "butter" }] }));
    assert.deepEqual(await order("category"), ORGANIC_FIRST.filter((id) => id !== "butter"));
    const status = await publish(release(2, NEXT_FACTS), 2);
    assert.deepEqual([status.snapshot.release, status.error], [2, null]);
    assert.deepEqual(await order("category"), NEXT_ORGANIC_FIRST.filter((id) => id !== "butter"));
    // Deleting the visit makes a new engine, which must have the facts too.
    await page.run(() => shop.shelf.forget());
    assert.deepEqual(await order("category"), NEXT_ORGANIC_FIRST);
    await page.leave();
  });

  test("facts of other ids are not used, the status says so, and listed items stay hidden", async () => {
    const { page, status, order, publish } = await opened(release(1, ofOtherIds()));
    const refused = (each) => {
      assert.deepEqual([each.ready, each.error?.code], [true, "bad_release"]);
      assert.match(each.error.message, /facts are not used.*built for another snapshot's ids.*facts build/);
    };
    refused(status);
    assert.deepEqual(await order("category"), LIST);
    assert.deepEqual(await order("home"), NOT_LISTED);
    await publish(release(2, FACTS), 2);
    assert.deepEqual(await order("category"), ORGANIC_FIRST, "the next release brings facts that fit");
    refused(await publish(release(3, ofOtherIds()), 3));
    assert.deepEqual([await order("category"), await order("home")], [LIST, NOT_LISTED], "old facts are of no use to a new release");
    await page.leave();
  });

  test("facts that are cut before they are signed are not used, and the status says so", async () => {
    const { page, status, order } = await opened(release(1, FACTS.subarray(0, FACTS.length - 1)));
    assert.deepEqual([status.ready, status.error.code], [true, "bad_release"]);
    assert.match(status.error.message, /facts are not used.*does not have one code for each item/);
    assert.deepEqual(await order("home"), NOT_LISTED);
    await page.leave();
  });

  const spoiled = {
    missing: () => ({ status: 404, headers: { "content-type": "text/html" }, body: "<h1>Not here</h1>" }),
    truncated: (answer) => ({ ...answer, body: answer.body.subarray(0, 40) }),
  };
  for (const [fault, spoil] of Object.entries(spoiled)) {
    test(`a release whose facts are ${fault} leaves the last good one with its facts`, async () => {
      const change = (answer, { path }) => (path === pathOf(release(2, NEXT_FACTS), "facts") ? spoil(answer) : answer);
      const { page, order, publish } = await opened(release(1, FACTS), { change });
      const status = await publish(release(2, NEXT_FACTS), 2);
      assert.deepEqual([status.ready, status.snapshot.release], [true, 1]);
      assert.match(status.error.message, fault === "missing" ? /facts: missing/ : /facts: /);
      assert.deepEqual([await order("category"), await order("home")], [ORGANIC_FIRST, WELL_RATED]);
      await page.leave();
    });

    test(`a new page whose facts are ${fault} shows the shop's own order without what the rules list as hidden`, async () => {
      const change = (answer, { path }) => (path.startsWith("facts-") ? spoil(answer) : answer);
      const { page, status, order } = await opened(release(1, FACTS), { change });
      assert.deepEqual([status.ready, status.guardrails], [false, true]);
      assert.match(status.error.message, /facts: /);
      assert.deepEqual([await order("category"), await order("home")], [LIST, NOT_LISTED]);
      await page.leave();
    });
  }

  test("a page that starts from the browser's cache requests no facts, and has them", async () => {
    const cached = (answer, { path }) => (path === "release" ? answer : { ...answer, headers: { ...answer.headers, "cache-control": "max-age=31536000, immutable" } });
    const { page, order } = await opened(release(1, FACTS), { change: cached });
    assert.deepEqual(await order("category"), ORGANIC_FIRST);
    site.asked.length = 0;
    await page.go(`${site.origin}/`);
    const status = await page.run(open, { keys: KEYS });
    assert.deepEqual([status.ready, status.error, await order("category")], [true, null, ORGANIC_FIRST]);
    const asked = new Set(site.asked.filter((path) => path.includes("/shop/live/")));
    assert.deepEqual([...asked], ["/shop/live/release"]);
    await page.leave();
  });

  test("a page without a network goes on with the facts that it has", async () => {
    let isDown = false;
    const change = (answer) => (isDown ? { ...answer, cut: 1, headers: { ...answer.headers, "content-length": 1000 } } : answer);
    const { page, order, publish } = await opened(release(1, FACTS), { change });
    isDown = true;
    const status = await publish(release(2, NEXT_FACTS), 2);
    assert.deepEqual([status.ready, status.snapshot.release, status.error?.code], [true, 1, "network"]);
    await page.run(() => shop.shelf.forget());
    assert.deepEqual(await order("category"), ORGANIC_FIRST);
    await page.leave();
  });

  test("what the page says of the moment wins over the facts", async () => {
    const { page, order } = await opened(release(1, FACTS));
    const without = await order("sale");
    const dearer = await order("sale", [{ item_id: "candy", price: 1 }, ...LIST.slice(1).map((item_id) => ({ item_id, price: 19.99 }))]);
    assert.notDeepEqual(without, LIST, "some are cheap by the facts");
    assert.deepEqual(dearer, LIST, "by the page only the first one is");
    const gone = await order("basket", LIST.map((item_id) => ({ item_id, stock: item_id === "milk" ? 1 : 2 })));
    assert.deepEqual(gone, ["candy", "soap", "bread", "butter"]);
    const last = await order("search", [{ item_id: "candy", in_stock: false }, ...LIST.slice(1)]);
    assert.deepEqual(last, ["milk", "soap", "bread", "butter", "candy"]);
    for (const wrong of [{ price: -1 }, { price: "5" }, { stock: -0.5 }]) {
      const result = await page.run(async (items) => [await shop.order("sale", items), shop.shelf.status.error], [{ item_id: "milk", ...wrong }]);
      assert.deepEqual([result[0], result[1].code], [["milk"], "bad_request"]);
      assert.match(result[1].message, /items\[0\]\.(price|stock) must be a number from 0/);
    }
    await page.leave();
  });

  if (name === "Chromium") {
    test("a page that may not hash says that it does not use facts", async () => {
      const { page, status, order } = await opened(release(1, FACTS), { origin: `http://shop.test:${site.port}` });
      assert.deepEqual([status.ready, status.error?.code], [true, "bad_release"]);
      assert.match(status.error.message, /facts are not used.*https and localhost/);
      assert.deepEqual([await order("category"), await order("home")], [LIST, NOT_LISTED]);
      await page.leave();
    });
  }

  test("a handle that trusts no facts key requests no facts", async () => {
    const { page, status, order } = await opened(release(1, FACTS), { options: { keys: KEYS.filter((key) => !key.startsWith("facts")) } });
    assert.deepEqual([status.ready, status.error, await order("category")], [true, null, LIST]);
    assert.deepEqual(site.asked.filter((path) => path.includes("facts")), []);
    await page.leave();
  });
});
