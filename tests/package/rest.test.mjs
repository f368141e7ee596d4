/** A page in the shop's own order, without a release or with an expired one, takes the next good release by itself. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { KEYS, OTHER_POLICY, POLICY, pathOf, published, serve } from "./releases.mjs";
import { inBrowsers } from "./shopper.mjs";
import { MODEL } from "./site.mjs";

/** Past a release's day and the grace of 24 hours. */
const LATER_MS = 3 * 86_400_000;
const NO_MODEL = Buffer.from("no model");

/** Opens a shop's page; runs in it. */
async function begin({ keys }) {
  const shelf = await shelfwise.createShelfwise({ release: "/shop/live/release", keys, mode: "session", timeoutMs: 20_000, refreshMs: 1000 });
  const problems = [];
  shelf.on("error", ({ message }) => problems.push(message));
  globalThis.shop = { shelf, problems };
  return shelf.status;
}

/** Waits until the page serves, or for a complaint of these words, or for nothing; and tells what it then shows. Runs in the page. */
async function settled({ serves, complains }) {
  const { shelf, problems } = shop;
  const isThere = () => shelf.status.ready === serves && (complains === null || problems.some((problem) => problem.includes(complains)));
  for (const end = Date.now() + 20_000; !isThere() && Date.now() < end; ) await new Promise((later) => setTimeout(later, 50));
  const items = ["soap", "milk", "butter"];
  const slate = await shelf.rerank({ placement: "category", items });
  const { ready, source, isolation } = shelf.status;
  return { ready, source, isolation, served: slate.snapshot !== null, items: slate.items.length, problems: problems.splice(0) };
}

const SERVED = { ready: true, source: "network", isolation: "worker", served: true, items: 3 };
const OWN_ORDER = { ready: false, source: "fallback", isolation: "none", served: false, items: 3 };

/** The release that is published now; null if there is none. */
let current = null;

inBrowsers(({ site, browser }) => {
  async function arrive(files) {
    current = files;
    serve(site, () => current);
    const page = await browser.page(`${site.origin}/`);
    return { page, first: await page.run(begin, { keys: KEYS }) };
  }

  test("a page whose release expired takes the next good one, and no older or invalid one", async () => {
    const now = Date.now() + LATER_MS;
    const { page, first } = await arrive(published({ epoch: 1, snapshot: MODEL, policy: POLICY }));
    assert.deepEqual([first.ready, first.error], [true, null]);
    await page.run((ms) => {
      const { now } = Date;
      Date.now = () => now() + ms;
    }, LATER_MS);
    for (const [release, complains, expected] of [
      [current, "release: expired", OWN_ORDER],
      [published({ epoch: 1, snapshot: MODEL, policy: POLICY, now }), "release: rolled-back", OWN_ORDER],
      [published({ epoch: 2, snapshot: NO_MODEL, policy: POLICY, now }), "the engine does not take it", OWN_ORDER],
      [published({ epoch: 3, snapshot: MODEL, policy: OTHER_POLICY, now }), null, SERVED],
    ]) {
      current = release;
      const { problems, ...seen } = await page.run(settled, { serves: expected.ready, complains });
      assert.deepEqual(seen, expected, complains ?? problems.join());
      assert.ok(complains === null || problems.some((problem) => problem.includes(complains)), `${complains}: ${problems.join()}`);
    }
    assert.ok(site.asked.includes(`/shop/live/${pathOf(current, "policy")}`));
    await page.leave();
  });

  test("a page opened without a valid release takes the first valid one and keeps its visit", async () => {
    const { page, first } = await arrive(null);
    assert.deepEqual([first.ready, first.error.code], [false, "not_found"]);
    await page.run(() => shop.shelf.track("add_to_cart", { items: [{ item_id: "bread" }] }));
    current = published({ epoch: 1, snapshot: NO_MODEL, policy: POLICY });
    const refused = await page.run(settled, { serves: false, complains: "the engine does not take it" });
    assert.ok(refused.problems.some((problem) => problem.includes("the engine does not take it")), refused.problems.join());
    current = published({ epoch: 2, snapshot: MODEL, policy: POLICY });
    const { problems, ...seen } = await page.run(settled, { serves: true, complains: null });
    assert.deepEqual(seen, SERVED, problems.join());
    assert.equal(await page.run(async () => (await shop.shelf.profile()).events.length), 1);
    await page.leave();
  });

  test("a page without a release forgets the visit on forget, and keeps polling", async () => {
    const { page } = await arrive(null);
    await page.run(() => shop.shelf.forget());
    const { problems, ...resting } = await page.run(settled, { serves: false, complains: "release: missing" });
    assert.deepEqual(resting, OWN_ORDER, problems.join());
    current = published({ epoch: 1, snapshot: MODEL, policy: POLICY });
    assert.equal((await page.run(settled, { serves: true, complains: null })).served, true);
    await page.leave();
  });
});
