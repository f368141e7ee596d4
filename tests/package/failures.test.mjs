/** Every failure ends in the shop's own order, with the reason in the status. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { seen } from "./browsers.mjs";
import { inBrowsers } from "./shopper.mjs";
import { CONTAINED, MODEL, file } from "./site.mjs";
import { hash, trap } from "./wasm.mjs";

const LIST = ["soap", "milk", "butter", "candy"];
const SCRIPT = { "content-type": "text/javascript" };
const HTML = { "content-type": "text/html; charset=utf-8" };

const changed = (bytes, at, byte) => Buffer.from(bytes).fill(byte, at, at + 1);
/** A response whose headers arrive and whose body does not. */
const HANGS = { hang: true };

/** A page with this Content-Security-Policy. */
const policy = (text) => ({ "/": { headers: { ...HTML, "content-security-policy": text } } });

const FAILURES = [
  { what: "no model", answers: { "/model.swm": { status: 404, headers: HTML, body: "<h1>Gone</h1>" } }, code: "not_found" },
  { what: "a server in trouble", answers: { "/model.swm": { status: 503 } }, code: "not_found" },
  { what: "a page in place of the model", answers: { "/model.swm": { headers: HTML, body: "<h1>Home</h1>" } }, code: "wrong_type" },
  { what: "a page in place of the module", answers: { "/shelfwise/shelfwise_bg.wasm": { headers: HTML, body: "<h1>Home</h1>" } }, code: "wrong_type" },
  { what: "no module", answers: { "/shelfwise/shelfwise_bg.wasm": { status: 404 } }, code: "not_found" },
  { what: "no worker", answers: { "/shelfwise/worker.js": { status: 404 } }, code: "no_worker" },
  { what: "a page in place of the worker", answers: { "/shelfwise/worker.js": { headers: HTML, body: "<h1>Home</h1>" } }, code: "no_worker" },
  { what: "another script in place of the worker", answers: { "/shelfwise/worker.js": { headers: SCRIPT, body: "onmessage = () => postMessage({ hello: 1 });" } }, code: "engine" },
  { what: "a worker of another version", answers: { "/shelfwise/worker.js": { body: anotherBuild(file("worker.js")) } }, code: "no_worker" },
  { what: "a network that is slow", answers: { "/model.swm": HANGS }, options: { timeoutMs: 300 }, code: "deadline" },
  { what: "a worker that never answers", answers: { "/shelfwise/worker.js": { headers: SCRIPT, body: "" } }, options: { timeoutMs: 300 }, code: "deadline" },
  { what: "another model than the page names", options: { integrity: hash(Buffer.from("another")) }, code: "integrity" },
  { what: "a module that somebody has changed", answers: { "/shelfwise/shelfwise_bg.wasm": { body: changed(file("shelfwise_bg.wasm"), 5000, ~file("shelfwise_bg.wasm")[5000]) } }, code: "integrity" },
  { what: "a model that is none", answers: { "/model.swm": { body: Buffer.from("no model") } }, code: "bad_snapshot" },
  { what: "a damaged model", answers: { "/model.swm": { body: changed(MODEL, MODEL.length - 5, 0xff) } }, code: "bad_snapshot" },
  { what: "a model of a later format", answers: { "/model.swm": { body: ofLaterFormat() } }, code: "bad_snapshot", text: /version/ },
  { what: "damaged rules", answers: { "/rules.swp": { status: 200, headers: { "content-type": "application/octet-stream" }, body: Buffer.from([255, 255, 255]) } }, options: { policy: "/rules.swp" }, code: "bad_policy" },
  { what: "a model beyond all bounds", answers: { "/rules.swp": { status: 200, headers: { "content-type": "application/octet-stream" }, body: Buffer.alloc(2 << 20) } }, options: { policy: "/rules.swp" }, code: "too_large" },
  { what: "a server that hangs up", options: { snapshot: "http://127.0.0.1:1/model.swm" }, code: "network" },
  { what: "an address that is none", options: { snapshot: "http://[" }, code: "bad_options" },
  { what: "a page that allows no worker", answers: policy("default-src 'self'; worker-src 'none'"), code: "no_worker" },
  { what: "a page that allows no connection", answers: policy("default-src 'self'; connect-src 'none'"), code: "network" },
  { what: "a page that allows no WebAssembly, inline", answers: policy("default-src 'self'"), options: { isolation: "inline" }, code: "no_webassembly" },
  { what: "a worker that allows no WebAssembly", answers: { "/shelfwise/worker.js": { headers: { ...SCRIPT, "content-security-policy": "default-src 'none'" } } }, code: "no_webassembly" },
  { what: "a browser without WebAssembly", before: () => delete globalThis.WebAssembly, code: "no_webassembly" },
  { what: "a browser without workers", before: () => delete globalThis.Worker, code: "no_worker" },
  { what: "no options", options: { snapshot: undefined }, code: "bad_options" },
  { what: "a mode that there is not", options: { mode: "everything" }, code: "bad_options" },
];

/** The orders before and after an event, and every `error` event. */
function visit({ list, options }) {
  return (async () => {
    const given = { snapshot: "/model.swm", mode: "session", timeoutMs: 5000, ...options };
    const shelf = await globalThis.shelfwise.createShelfwise(given);
    const complaints = [];
    shelf.on("error", (problem) => complaints.push(problem));
    const made = shelf.status;
    shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
    const order = async () => (await shelf.rerank({ placement: "category", items: list })).items.map((item) => item.item_id);
    const orders = [await order(), await order(), await order()];
    const shelfOf = await shelf.recommend({ placement: "pdp", limit: 2, fallback: list });
    const profile = await shelf.profile();
    await shelf.forget();
    shelf.close();
    return { made, orders, shelf: shelfOf.items.length, complaints, status: shelf.status, events: profile.events.length };
  })();
}

inBrowsers(({ site, browser }) => {
  function visited({ answers = {}, options = {}, before }) {
    site.with(answers);
    return seen(browser, `${site.origin}/`, { script: visit, given: { list: LIST, options }, before });
  }

  test("a page without a failure is ranked in a contained worker", async () => {
    const { made, orders, complaints, events } = await visited({ options: { integrity: hash(MODEL) } });
    assert.deepEqual([made.ready, made.source, made.isolation, made.error], [true, "network", "worker", null]);
    assert.deepEqual([orders[0][0], complaints, events], ["butter", [], 1]);
  });

  for (const { what, code, text, ...failure } of FAILURES) {
    test(`${what} leaves the shop's own order with the error ${code}`, async () => {
      const { made, orders, shelf } = await visited(failure);
      assert.deepEqual([made.ready, made.source, made.isolation, made.error?.code], [false, "fallback", "none", code], made.error?.message);
      if (text) assert.match(made.error.message, text);
      assert.deepEqual(orders, [LIST, LIST, LIST]);
      assert.equal(shelf, 2, "and a shelf its own items");
    });
  }

  for (const isolation of ["worker", "inline"]) {
    test(`an engine that traps is rebuilt once, and is off after the next trap: ${isolation}`, async () => {
      const { made, orders, complaints, status } = await visited({ answers: trap("engine_rerank"), options: { isolation } });
      assert.deepEqual([made.ready, made.error], [true, null]);
      assert.deepEqual(orders, [LIST, LIST, LIST]);
      assert.deepEqual([status.ready, status.source, status.isolation], [false, "fallback", "none"]);
      assert.ok(complaints.length >= 2 && complaints.every(({ code }) => code === "engine"), JSON.stringify(complaints));
    });

    test(`an engine that traps in one function runs the others with its visit: ${isolation}`, async () => {
      const { orders, shelf, events } = await visited({ answers: trap("engine_recommend"), options: { isolation } });
      assert.equal(orders[2][0], "butter");
      assert.deepEqual([shelf, events], [2, 1], "the shelf shows the shop's own items, and the visit is still there");
    });
  }

  test("an engine that traps inline does not affect another handle", async () => {
    site.with(trap("engine_recommend"));
    const page = await browser.page(`${site.origin}/`);
    const seen = await page.run(async (list) => {
      const make = () => globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "session", isolation: "inline", timeoutMs: 5000 });
      const [one, other] = [await make(), await make()];
      const first = async (shelf) => (await shelf.rerank({ placement: "category", items: list })).items[0].item_id;
      for (const shelf of [one, other]) shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
      const before = [await first(one), await first(other)];
      await one.recommend({ placement: "pdp", limit: 2 });
      const after = [await first(one), await first(other), await first(one), await first(other)];
      return { before, after: after.slice(2), ready: [one.status.ready, other.status.ready] };
    }, LIST);
    assert.deepEqual(seen, { before: ["butter", "butter"], after: ["butter", "butter"], ready: [true, true] });
    await page.leave();
  });

  test("a worker without the policy runs, and status.isolation reports it", async () => {
    const { made, orders } = await visited({ answers: { "/shelfwise/worker.js": { headers: SCRIPT } } });
    assert.deepEqual([made.ready, made.isolation, orders[0][0]], [true, "worker-uncontained", "butter"]);
  });

  for (const leaky of [`${CONTAINED}; report-uri /leak`, CONTAINED.replace("script-src", "script-src 'self'"), CONTAINED.replace("default", "connect")]) {
    test(`a policy with a gap is reported as uncontained: ${leaky}`, async () => {
      const { made } = await visited({ answers: { "/shelfwise/worker.js": { headers: { ...SCRIPT, "content-security-policy": leaky } } } });
      assert.deepEqual([made.ready, made.isolation], [true, "worker-uncontained"]);
    });
  }
});

function anotherBuild(script) {
  return script.toString().replace(hash(file("shelfwise_bg.wasm")), hash(Buffer.from("another build")));
}

/** The version follows the magic number. */
function ofLaterFormat() {
  return changed(MODEL, 8, MODEL[8] + 1);
}
