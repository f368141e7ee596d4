/** Checks that every environment must pass. */

import assert from "node:assert/strict";
import { LIST } from "./environments/shop.js";

/** The shop's order first; after bread went into the basket another order of the same items, with butter before soap. */
export function assertReranked(seen, isolation) {
  assert.equal(seen.error, null, JSON.stringify(seen.error));
  assert.deepEqual([seen.ready, seen.mode, seen.isolation], [true, "session", isolation]);
  assert.deepEqual(seen.before, LIST, "nothing was known of the visit yet");
  assert.notDeepEqual(seen.after, LIST, "bread in the basket changes the order");
  assert.deepEqual(new Set(seen.after), new Set(LIST), "of the same items");
  assert.ok(seen.after.indexOf("butter") < seen.after.indexOf("soap"), seen.after.join(" "));
}

/** Writes one line of the result into the test's report. */
export function report(t, seen) {
  t.diagnostic(`${seen.isolation}: ${seen.before.join(" ")} → ${seen.after.join(" ")}`);
}

/** The shop's own order both times, and a reason. */
export function assertStoreOrder(seen) {
  assert.deepEqual([seen.before, seen.after], [LIST, LIST]);
  assert.deepEqual([seen.ready, seen.source, seen.isolation], [false, "fallback", "none"]);
  assert.ok(seen.error?.code && seen.error.message, "a reason is given");
}
