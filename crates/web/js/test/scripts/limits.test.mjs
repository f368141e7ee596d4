/** Limits that are written twice, because an import would cost a page one more file. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "../auto/sources.mjs";

test("arranged lists have as many items as one request takes", async () => {
  const [{ MOST_ITEMS }, { MAX_ENTRIES }] = [await load("elements/units.ts"), await load("contract.ts")];
  assert.equal(MOST_ITEMS, MAX_ENTRIES);
});
