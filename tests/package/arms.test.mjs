/** Experiments in a page: draws that hold for a visit, the tag of an order, and arms that a tester forces. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { inBrowsers } from "./shopper.mjs";

/** One experiment without an end: `winter` on the middle half of the draws of a visit; the others are over. */
const POLICY = readFileSync(new URL("../snapshots/policies/experiments.swp", import.meta.url));
/** The list of `tried` without what the policy hides. */
const OWN = ["bread", "milk", "candy", "butter"];

/** Opens a handle; where `byte` is given, all chance is that byte. Runs in the page. */
async function open({ options, byte }) {
  let asked = 0;
  if (byte !== undefined) {
    crypto.getRandomValues = (bytes) => {
      asked += 1;
      return bytes.fill(byte);
    };
  }
  const shelf = await shelfwise.createShelfwise({ snapshot: "/model.swm", policy: "/policy.swp", mode: "session", timeoutMs: 20_000, ...options });
  globalThis.shop = { shelf, asked: () => asked };
  return shelf.status;
}

async function tried() {
  const slate = await shop.shelf.rerank({ placement: "home", items: ["bread", "milk", "candy", "soap", "butter"] });
  const [arms, tag] = [await shop.shelf.arms(), await shop.shelf.orderTag()];
  return { arms, tag, slate: slate.arms, order: slate.items.map(({ item_id }) => item_id), asked: shop.asked() };
}

inBrowsers(({ site, browser }) => {
  async function opened(options, byte) {
    site.with({ "/policy.swp": { status: 200, body: POLICY, headers: { "content-type": "application/octet-stream" } } });
    const page = await browser.page(`${site.origin}/`);
    const given = { options, byte };
    const status = await page.run(open, given);
    assert.equal(status.error, null);
    return { page, again: (next = given) => page.run(open, next) };
  }

  const trial = (arm, state) => [{ experiment: "winter", unit: "visit", arm, state }];

  test("an arm is drawn once a visit, and the order says it where the shop wants that", async () => {
    const { page } = await opened({ isolation: "inline", orderTag: true }, 128);
    const { arms, tag, slate, asked } = await page.run(tried);
    assert.deepEqual([arms, slate, asked], [trial("today", "drawn"), ["winter/today"], 1]);
    assert.match(tag, /^sw1\.winter_[0-9a-z]{3}_1\.[0-9a-z]{3}$/);
    await page.leave();
  });

  test("an order has no tag unless the shop asks for it", async () => {
    const { page } = await opened({ isolation: "inline" }, 128);
    assert.deepEqual((await page.run(tried)).tag, "");
    await page.leave();
  });

  test("a draw outside of every experiment leaves the policy as it is", async () => {
    const { page } = await opened({ isolation: "inline", orderTag: true }, 255);
    const { arms, tag, slate } = await page.run(tried);
    assert.deepEqual([arms, tag, slate], [trial(null, "outside"), "", []]);
    await page.leave();
  });

  test("the engine draws in its worker too", async () => {
    const { page } = await opened({ orderTag: true });
    const { arms, tag } = await page.run(tried);
    assert.ok(["drawn", "outside"].includes(arms[0].state), arms[0].state);
    assert.equal(tag !== "", arms[0].state === "drawn");
    await page.leave();
  });

  test("a visit has the same arm on its next page, without another draw", async () => {
    const options = { isolation: "inline", orderTag: true, visit: "tab" };
    const { page, again } = await opened(options, 80);
    const first = await page.run(tried);
    assert.deepEqual([first.arms, first.order], [trial("store_order", "drawn"), OWN]);
    await page.go(`${site.origin}/?next`);
    await again({ options, byte: 255 });
    const next = await page.run(tried);
    assert.deepEqual([next.arms, next.tag, next.asked], [first.arms, first.tag, 0]);
    await page.run(() => shop.shelf.forget());
    assert.deepEqual((await page.run(tried)).arms, trial(null, "outside"), "another visit draws anew");
    await page.leave();
  });

  test("where no visit is kept, none is drawn, and it says why", async () => {
    const { page } = await opened({ isolation: "inline", orderTag: true, mode: "contextual" }, 128);
    const { arms, tag, slate } = await page.run(tried);
    assert.deepEqual([arms, tag, slate], [trial(null, "visit_not_kept"), "", []]);
    await page.leave();
  });

  test("an arm that a tester forces acts and never counts", async () => {
    const { page } = await opened({ isolation: "inline", orderTag: true, arms: ["winter/store_order", "winter/none"] }, 255);
    await page.run(() => shop.shelf.track("add_to_cart", { items: [{ item_id: "butter" }] }));
    const { arms, tag, slate, order } = await page.run(tried);
    assert.deepEqual([arms, tag, slate, order], [trial("store_order", "forced"), "", ["winter/store_order"], OWN]);
    await page.leave();
  });

  test("without random bytes nothing is tried, and lists are ranked", async () => {
    site.with({ "/policy.swp": { status: 200, body: POLICY, headers: { "content-type": "application/octet-stream" } } });
    const page = await browser.page(`${site.origin}/`);
    const { arms, tag, order } = await page.run(async () => {
      crypto.getRandomValues = () => {
        throw new Error("no chance");
      };
      const shelf = await shelfwise.createShelfwise({ snapshot: "/model.swm", policy: "/policy.swp", mode: "session", isolation: "inline", orderTag: true });
      const slate = await shelf.rerank({ placement: "home", items: ["bread", "milk"] });
      return { arms: await shelf.arms(), tag: await shelf.orderTag(), order: slate.items.length };
    });
    assert.deepEqual([arms, tag, order], [trial(null, "not_drawn"), "", 2]);
    await page.leave();
  });
});
