/** Rules that hide, on pages whose engine cannot rank: items hidden by an unsigned policy are not in the shop's own order. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { seen } from "./browsers.mjs";
import { DIST, MODEL } from "./site.mjs";
import { inBrowsers, LIST } from "./shopper.mjs";
import { trap } from "./wasm.mjs";

/** Hides milk everywhere and candy in a category; two of its rules list no items. */
const POLICY = readFileSync(new URL("../snapshots/policies/every-verb.swp", import.meta.url));
const RULES = { "/rules.swp": { status: 200, headers: { "content-type": "application/octet-stream" }, body: POLICY } };
/** The same without the rules that list no items. */
const WHOLE = Buffer.from("SWP\x02\x00\x01\x06recall\x00\x00\x00\x04milk\x00", "latin1");
const SCRIPT = { "content-type": "text/javascript" };

const FAILURES = [
  { what: "a damaged model", answers: { "/model.swm": { body: MODEL.subarray(0, 500) } }, code: "bad_snapshot" },
  { what: "a model of a later format", answers: { "/model.swm": { body: Buffer.from(MODEL).fill(MODEL[8] + 1, 8, 9) } }, code: "bad_snapshot" },
  { what: "no model", answers: { "/model.swm": { status: 404 } }, code: "not_found" },
  { what: "a model that fails before the rules come", answers: { "/model.swm": { status: 404 }, "/rules.swp": { ...RULES["/rules.swp"], afterMs: 500 } }, code: "not_found" },
  { what: "no module", answers: { "/shelfwise/shelfwise_bg.wasm": { status: 404 } }, code: "not_found" },
  { what: "no worker", answers: { "/shelfwise/worker.js": { status: 404 } }, code: "no_worker" },
  { what: "a worker that answers nothing", answers: { "/shelfwise/worker.js": { headers: SCRIPT, body: "" } }, options: { timeoutMs: 600 }, code: "deadline" },
  { what: "a browser without WebAssembly", before: () => delete globalThis.WebAssembly, code: "no_webassembly" },
  { what: "a browser without workers", before: () => delete globalThis.Worker, code: "no_worker" },
];

/** The order that a page shows, and its status. */
async function visit({ list, options }) {
  const shelf = await globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", policy: "/rules.swp", timeoutMs: 5000, ...options });
  const ids = ({ items }) => items.map(({ item_id }) => item_id);
  const [status, slate] = [shelf.status, await shelf.rerank({ placement: "category", items: list })];
  const fallback = ids(await shelf.recommend({ placement: "home", limit: 4, fallback: list }));
  const own = [ids(shelf.storeOrder(list)), ids(shelf.storeOrder(list, "category"))];
  shelf.close();
  return { status, error: shelf.status.error, basis: slate.basis, order: ids(slate), fallback, own, closed: ids(await shelf.rerank({ placement: "home", items: list })) };
}

inBrowsers(({ site, browser }) => {
  function visited({ answers = {}, options = {}, before } = {}) {
    site.with({ ...RULES, ...answers });
    return seen(browser, `${site.origin}/`, { script: visit, given: { list: LIST, options }, before });
  }

  for (const { what, code, ...failure } of FAILURES) {
    test(`${what} leaves the shop's own order without hidden items`, async () => {
      const found = await visited(failure);
      assert.deepEqual([found.status.ready, found.status.error.code, found.basis], [false, code, "shop_order"], found.status.error.message);
      const without = { order: ["soap", "butter"], fallback: ["soap", "butter", "candy"], own: [["soap", "butter", "candy"], ["soap", "butter"]] };
      assert.deepEqual({ order: found.order, fallback: found.fallback, own: found.own }, without);
      assert.deepEqual(found.closed, ["soap", "butter", "candy"], "a handle that was closed hides on");
    });
  }

  for (const isolation of ["worker", "inline"]) {
    test(`an engine that traps leaves the shop's own order without hidden items: ${isolation}`, async () => {
      const { order, basis } = await visited({ answers: trap("engine_rerank"), options: { isolation } });
      assert.deepEqual([order, basis], [["soap", "butter"], "shop_order"]);
    });
  }

  test("rules without listed items are named if the engine is off", async () => {
    const { status } = await visited({ answers: { "/model.swm": { status: 404 } } });
    assert.deepEqual([status.guardrails, status.error.code], [false, "not_found"]);
    assert.match(status.error.message, /answered 404; and rule "unlisted" and 1 more hide a category or a brand without a list of items.*--catalog/);
  });

  test("rules that all list their items apply with and without an engine", async () => {
    const rules = { "/rules.swp": { ...RULES["/rules.swp"], body: WHOLE } };
    const [on, off] = [await visited({ answers: rules }), await visited({ answers: { ...rules, "/model.swm": { status: 404 } } })];
    assert.deepEqual([on.status.guardrails, on.status.ready, on.order.includes("milk")], [true, true, false]);
    assert.deepEqual([off.status.guardrails, off.status.ready, off.order], [true, false, ["soap", "butter", "candy"]]);
      assert.match(off.status.error.message, /answered 404$/);
  });

  test("rules that are unreadable or missing hide nothing, and the status reports it", async () => {
    const gone = { "/model.swm": { status: 404 } };
    const later = { ...RULES["/rules.swp"], body: Buffer.from("SWP\x04\x00\x09\x00", "latin1") };
    for (const rules of [later, { status: 404 }]) {
      const { status, order } = await visited({ answers: { ...gone, "/rules.swp": rules } });
      assert.deepEqual([status.guardrails, order], [false, LIST]);
      assert.match(status.error.message, /; and no rule hides anything: /);
    }
  });

  test("rules that arrive after a failed load make the page rank again", async () => {
    site.with({ ...RULES, "/model.swm": { status: 404 }, "/rules.swp": { ...RULES["/rules.swp"], afterMs: 900 } });
    const orders = await seen(browser, `${site.origin}/`, {
      script: async (list) => {
        const shelf = await globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", policy: "/rules.swp", timeoutMs: 200 });
        const order = async () => (await shelf.rerank({ placement: "home", items: list })).items.map(({ item_id }) => item_id);
        const before = await order();
        while ((await order()).includes("milk")) await new Promise((done) => shelf.on("update", done));
        return { before, after: await order() };
      },
      given: LIST,
    });
    assert.deepEqual(orders, { before: LIST, after: ["soap", "butter", "candy"] });
  });
});

test("the entry without an engine hides what the rules hide", async () => {
  const { createShelfwise } = await import(pathToFileURL(join(DIST, "noop.js")).href);
  const shelf = await createShelfwise({ snapshot: MODEL, policy: POLICY });
  const { items } = await shelf.rerank({ placement: "category", items: LIST });
  assert.deepEqual(items.map(({ item_id }) => item_id), ["soap", "butter"]);
});
