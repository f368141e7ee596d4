/** First slates by context key: what the page derives from clock and browser, and that it reads nothing without need. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { seen } from "./browsers.mjs";
import { inBrowsers } from "./shopper.mjs";
import { DIST } from "./site.mjs";

const MODEL = readFileSync(new URL("../snapshots/v1/good/cells.swm", import.meta.url));
const CELLS = { "/model.swm": { body: MODEL } };

/** Counts reads of clock and browser, and returns the test's values. Runs before the page's own scripts. */
function watch() {
  globalThis.read = [];
  globalThis.now = { hour: 20, day: 2, language: "de-AT", userAgent: "Mozilla/5.0 (iPhone) Mobile/15E148", userAgentData: undefined };
  const tell = (object, name) =>
    Object.defineProperty(object, name, {
      configurable: true,
      get() {
        globalThis.read.push(name);
        if (globalThis.now === null) throw new Error("not for you");
        return globalThis.now[name];
      },
    });
  for (const name of ["language", "languages", "userAgent", "userAgentData", "platform", "hardwareConcurrency"]) tell(Navigator.prototype, name);
  const say = (method, name) =>
    (Date.prototype[method] = () => {
      globalThis.read.push(method);
      if (globalThis.now === null) throw new Error("not for you");
      return globalThis.now[name];
    });
  say("getHours", "hour");
  say("getDay", "day");
}

/** The first slates, and what was read for them. Runs in the page. */
async function arrive({ options, moments }) {
  const shelf = await globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", timeoutMs: 5000, ...options });
  const seen = { error: null, read: [], ids: [] };
  for (const { now, context } of moments) {
    globalThis.now = now === null ? null : { ...globalThis.now, ...now };
    const slate = await shelf.recommend({ placement: "home", limit: 3, ...(context && { context }) });
    seen.ids.push(slate.items.map((item) => item.item_id).join());
  }
  return { ...seen, error: shelf.status.error, read: [...new Set(globalThis.read)].sort(), cells: shelf.status.snapshot?.cells ?? null };
}

test("a server's own clock and language do not count as the shopper's", async () => {
  const { createShelfwise } = await import(pathToFileURL(join(DIST, "node.js")).href);
  const shelf = await createShelfwise({ snapshot: MODEL, timeoutMs: 5000 });
  const first = async (context) => (await shelf.recommend({ placement: "home", limit: 3, context })).items.map((item) => item.item_id).join();
  const real = Date.prototype.getHours;
  const hours = [];
  for (const hour of [7, 20]) {
    Date.prototype.getHours = () => hour;
    hours.push(await first({}));
  }
  Date.prototype.getHours = real;
  const unknown = await first({ cell: "" });
  assert.deepEqual([shelf.status.error, hours], [null, [unknown, unknown]]);
  assert.notEqual(await first({ cell: "evening,workday,phone,de,AT" }), unknown, "what the shop says counts");
  shelf.close();
});

inBrowsers(({ site, browser }) => {
  async function arrived(answers, options, moments) {
    site.with(answers);
    const result = await seen(browser, `${site.origin}/`, { script: arrive, given: { options, moments }, before: watch });
    assert.equal(result.error, null);
    return result;
  }

  for (const mode of ["contextual", "session"]) {
    test(`a first slate in mode ${mode} follows hour, weekday, device and language at each ranking`, async () => {
      const desk = { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" };
      const said = (cell) => ({ context: { cell } });
      const moments = [{ now: {} }, { now: desk }, { now: { hour: 7 } }, { now: { day: 6 } }, { now: { userAgentData: { mobile: true }, hour: 20, day: 3, language: "fr" } }];
      const named = ["evening,workday,phone,de,", "evening,workday,desktop,de,", "morning,workday,desktop,de,", "morning,weekend,desktop,de,", "evening,workday,phone,fr,"];
      const own = await arrived(CELLS, { mode }, moments);
      const told = await arrived(CELLS, { mode }, named.map(said));
      assert.deepEqual(own.ids, told.ids);
      assert.equal(new Set(own.ids).size, 5, own.ids.join(" | "));
      assert.deepEqual(own.read, ["getDay", "getHours", "language", "userAgent", "userAgentData"]);
      assert.deepEqual(told.read, [], "where the shop says the cell, nothing is read");
    });
  }

  test("values that the browser does not give are unknown, without an error", async () => {
    const { ids } = await arrived(CELLS, {}, [{ now: null }, { context: { cell: "" } }, { context: { cell: ",,,," } }]);
    assert.equal(new Set(ids).size, 1);
  });

  test("mode off and a model without context keys read no context", async () => {
    const off = await arrived(CELLS, { mode: "off" }, [{ now: {} }]);
    assert.deepEqual(off.read, []);
    const plain = await arrived({}, { mode: "session" }, [{ now: {} }, { now: { hour: 7 } }]);
    assert.deepEqual([plain.read, plain.cells], [[], 0]);
    assert.equal(plain.ids[0], plain.ids[1]);
  });
});
