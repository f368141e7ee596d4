/** Content chosen in a page: what the visit leads to, caps across pages, and the shop's own where nothing can be chosen. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { arriveAt, inBrowsers, LIST, open } from "./shopper.mjs";

const POLICY = readFileSync(new URL("../snapshots/policies/content.swp", import.meta.url));
const answers = { "/policy.swp": { status: 200, headers: { "content-type": "application/octet-stream" }, body: POLICY } };

inBrowsers(({ site, browser }) => {
  let page;

  async function arrive(options = {}, more = {}) {
    const found = await arriveAt({ site, browser }, { options: { policy: "/policy.swp", ...options }, answers: { ...answers, ...more } });
    page = found.page;
    return found.status;
  }

  const chosen = (request) => page.run((request) => shop.shelf.choose(request), request);
  const ids = ({ content }) => content.map(({ content_id }) => content_id);

  test("a visit leads to the option that goes with it, with texts and the shopper's own item as the reason", async () => {
    await arrive();
    await page.run(() => shop.add("milk"));
    const choice = await chosen({ placement: "hero" });
    assert.equal(choice.fallback_used, false);
    const [{ content_id, kind, texts, reasons }] = choice.content;
    assert.deepEqual([content_id, kind, texts[0].name], ["brunch", "banner", "title"]);
    assert.deepEqual(reasons, [{ code: "because_you_added", evidence: ["milk"] }]);
    await page.leave();
  });

  test("a menu is ordered by the visit", async () => {
    await arrive();
    await page.run(() => shop.add("soap"));
    assert.deepEqual(ids(await chosen({ placement: "menu", limit: 5 })), ["menu-soap", "menu-bread"]);
    await page.leave();
  });

  test("a cap holds for the visit: on the same page, for two calls at once, and on the next page of the tab", async () => {
    await arrive({ visit: "tab" });
    const [first, second] = await page.run(() => Promise.all([0, 1].map(() => shop.shelf.choose({ placement: "notice" }))));
    assert.deepEqual([ids(first), ids(second)], [["closing"], []]);
    const { events } = await page.run(() => shop.shelf.profile());
    assert.deepEqual(events.map(({ event, item_id }) => [event, item_id]), [["view_promotion", "closing"]]);
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: { policy: "/policy.swp", visit: "tab" } });
    assert.deepEqual(ids(await chosen({ placement: "notice" })), []);
    await page.run(() => shop.shelf.forget());
    assert.deepEqual(ids(await chosen({ placement: "notice" })), ["closing"], "a new visit counts anew");
    await page.leave();
  });

  test("what was dismissed is gone, and choosing asks for nothing", async () => {
    await arrive();
    await page.run(() => shop.shelf.lessLike("brunch"));
    const asked = site.asked.length;
    assert.ok(!ids(await chosen({ placement: "hero", limit: 9 })).includes("brunch"));
    assert.equal(site.asked.length, asked);
    await page.leave();
  });

  test("mode contextual keeps no showing, and mode off chooses nothing", async () => {
    await arrive({ mode: "contextual" });
    for (let turn = 0; turn < 2; turn += 1) assert.deepEqual(ids(await chosen({ placement: "notice" })), ["closing"]);
    assert.deepEqual((await page.run(() => shop.shelf.profile())).events, []);
    await page.run(() => shop.shelf.setMode("off"));
    const off = await chosen({ placement: "notice" });
    assert.deepEqual([off.fallback_used, off.content], [true, []]);
    await page.leave();
  });

  test("without an engine, and for a request that is none, the page keeps what it shows", async () => {
    await arrive({}, { "/model.swm": { status: 404 } });
    const own = { snapshot: null, fallback_used: true, held_out: false, basis: "shop_order", content: [] };
    assert.deepEqual(await chosen({ placement: "hero" }), own);
    await page.leave();
    await arrive();
    for (const request of [null, {}, { placement: {} }, { placement: "hero", limit: -1 }]) assert.deepEqual(await chosen(request), own);
    assert.equal((await page.run(() => shop.shelf.status)).error.code, "bad_request");
    assert.deepEqual(ids(await chosen({ placement: "hero" })), ["brunch"], "and the handle goes on");
    await page.leave();
  });
});
