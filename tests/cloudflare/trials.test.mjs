import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { origin } from "./origin.mjs";
import { MODEL, ROOT, deploy, ready, sha256 } from "./worker.mjs";

/** One draw in four keeps the shop's own order. */
const POLICY = readFileSync(join(ROOT, "tests/snapshots/policies/by-page.swp"));
const HERE = "/v1/recommend?placement=pdp&item=bread&limit=3&cell=,,,,";
const REQUESTS = 400;

test("each request draws its own arm, equal arms get equal bytes, and no cache outside keeps them", async (t) => {
  const source = await origin({ "/model.swm": readFileSync(MODEL), "/policy.swp": POLICY });
  t.after(source.close);
  const worker = await deploy({ origin: source, settings: { policy_url: `${source.address}/policy.swp`, policy_sha256: sha256(POLICY) } });
  t.after(worker.close);
  await ready(worker);
  const bodies = new Map();
  for (let request = 0; request < REQUESTS; request += 1) {
    const answer = await worker.ask(HERE);
    assert.equal(answer.headers.get("cache-control"), "private, no-store");
    const text = await answer.text();
    const arm = JSON.parse(text).arms.join();
    bodies.set(arm, [...(bodies.get(arm) ?? []), text]);
  }
  assert.deepEqual([...bodies.keys()].sort(), ["own/engine", "own/store_order"]);
  for (const [arm, texts] of bodies) assert.equal(new Set(texts).size, 1, `${arm}: the worker's own cache has one entry for it`);
  // Five standard deviations of 400 draws at 3/4 are 43: a fair split is past them once in two million runs.
  const { length } = bodies.get("own/engine");
  assert.ok(length >= 257 && length <= 343, `${length} of ${REQUESTS}`);
});
