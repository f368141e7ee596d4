/** A first load that failed is retried when its cause may be over, and at no other time. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { arriveAt, inBrowsers } from "./shopper.mjs";

/** Signs that the cause may be over. */
const OCCASIONS = {
  online: () => dispatchEvent(new Event("online")),
  the_page_being_shown: () => document.dispatchEvent(new Event("visibilitychange")),
  setMode: () => shop.shelf.setMode("session"),
};

inBrowsers((where) => {
  const { site } = where;

  for (const [occasion, tell] of Object.entries(OCCASIONS)) {
    test(`a first load that failed is retried once after ${occasion}`, async () => {
      const { page, status } = await arriveAt(where, { answers: { "/model.swm": { status: 503 } } });
      assert.deepEqual([status.ready, status.error.code], [false, "not_found"]);
      site.with({});
      const asked = () => site.asked.filter((path) => path === "/model.swm").length;
      await new Promise((later) => setTimeout(later, 1_500));
      assert.equal(asked(), 0, "nothing is tried without an occasion");
      await page.run(() => void shop.shelf.on("ready", () => (shop.isReady = true)));
      await page.run(tell);
      await page.run(tell);
      const order = await page.run(async () => {
        while (!shop.isReady) await new Promise((later) => setTimeout(later, 50));
        shop.add("bread");
        return shop.order();
      });
      assert.deepEqual([order[0], asked()], ["butter", 1]);
      await page.leave();
    });
  }

  test("a load that failed permanently is not retried", async () => {
    const { page, status } = await arriveAt(where, { answers: { "/model.swm": { body: Buffer.from("no model") } } });
    assert.equal(status.error.code, "bad_snapshot");
    site.with({});
    for (const tell of Object.values(OCCASIONS)) await page.run(tell);
    await new Promise((later) => setTimeout(later, 1_500));
    assert.deepEqual(site.asked, []);
    await page.leave();
  });
});
