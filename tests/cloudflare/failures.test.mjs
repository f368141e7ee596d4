import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { stores } from "./origin.mjs";
import { MODEL, ROOT, WORKER, deploy, ids, ready, rerank, sha256, until } from "./worker.mjs";

const LIST = ["soap", "butter", "milk"];
const BODY = { placement: "category", items: LIST, context: { item: "bread" }, limit: 2 };
const OTHER = join(ROOT, "tests/snapshots/v1/good/baskets.swm");
/** The longest that a page may wait for an answer, whatever the origin does. */
const PAGE_MS = 2000;

/** The shop's own order, twice: before the worker requested a model, and after that request failed. */
async function assertShopOrder(worker, reason, said) {
  const told = async () => {
    const answer = await worker.ask("/v1/rerank", rerank(BODY));
    const slate = await answer.json();
    assert.deepEqual([answer.status, ids(slate), slate.fallback_used, slate.fallback_reason], [200, LIST.slice(0, 2), true, reason]);
    const shelf = await worker.ask("/v1/recommend?placement=pdp&item=bread");
    assert.deepEqual([shelf.status, (await shelf.json()).fallback_reason], [200, reason]);
  };
  await told();
  if (said) await until(() => said.test(worker.said()), () => `not said: ${worker.said()}`);
  await told();
}

const broken = {
  "is down": [(response) => response.destroy(), /keeps what it has/],
  "has no such file": [(response) => response.writeHead(404).end(), /keeps what it has: the file of `snapshot_url` .*no such file/],
  "answers with an error": [(response) => response.writeHead(500).end("no"), /answered 500/],
  "points elsewhere": [(response) => response.writeHead(302, { location: "/other" }).end(), /answered 302/],
  "gives another file": [(response) => response.end(readFileSync(OTHER)), /SHA-256/],
  "breaks off": [(response) => (response.writeHead(200, { "content-length": "99999" }), response.write("x"), setTimeout(() => response.destroy(), 50)), /keeps what it has/],
  "never stops sending": [endless, /more than 33554432 bytes/],
};

for (const [what, [file, said]] of Object.entries(broken)) {
  test(`an origin that ${what} leaves the shop's own order, with the reason in the log`, async (t) => {
    const worker = await deploy();
    t.after(worker.close);
    worker.origin.files["/model.swm"] = file;
    worker.origin.files["/other"] = readFileSync(MODEL);
    await assertShopOrder(worker, "no_snapshot", said);
    assert.deepEqual([...worker.store.values.keys()], [], "nothing was admitted");
    assert.ok(worker.origin.asked.every((path) => path === "/model.swm"), "nothing but the configured file was asked for");
  });
}

/** More bytes than the largest model that is accepted. */
function endless(response) {
  const block = Buffer.alloc(1 << 20);
  const more = () => !response.destroyed && response.write(block, () => setImmediate(more));
  more();
}

test("an origin that never answers delays no page, and the failed fetch is logged", async (t) => {
  const worker = await deploy();
  t.after(worker.close);
  worker.origin.files["/model.swm"] = () => {};
  const start = performance.now();
  await assertShopOrder(worker, "no_snapshot");
  assert.ok(performance.now() - start < PAGE_MS, "answered meanwhile");
  await until(() => /keeps what it has/.test(worker.said()), () => "never given up");
});

test("missing or invalid settings leave the shop's own order, and the setting is named", async (t) => {
  for (const [settings, name] of [[{ snapshot_url: "", snapshot_sha256: "" }, /snapshot_url/], [{ snapshot_sha256: "abc" }, /64 hexadecimal/], [{ recent: "perhaps" }, /recent/]]) {
    const worker = await deploy({ settings });
    t.after(worker.close);
    await assertShopOrder(worker, "no_snapshot", name);
  }
});

for (const kind of ["kv", "cache"]) {
  test(`${kind} that fails is replaced by the isolate's memory`, async (t) => {
    const worker = await deploy({ kind });
    t.after(worker.close);
    worker.store.isDown = true;
    const first = await (await worker.ask("/v1/rerank", rerank(BODY))).json();
    assert.deepEqual(ids(first), LIST.slice(0, 2));
    assert.equal(first.fallback_reason, kind === "kv" ? "store_unreachable" : "no_snapshot");
    await ready(worker);
    assert.equal(ids(await (await worker.ask("/v1/rerank", rerank(BODY))).json())[0], "butter");
  });
}

test("a full KV is replaced by the isolate's memory, and the failed write is logged", async (t) => {
  const worker = await deploy();
  t.after(worker.close);
  worker.store.isFull = true;
  await ready(worker);
  assert.equal(ids(await (await worker.ask("/v1/rerank", rerank(BODY))).json())[0], "butter");
  assert.match(worker.said(), /could not be stored/);
});

test("damaged bytes in the store are never ranked with and never fail a page", async (t) => {
  const good = await deploy();
  t.after(good.close);
  await ready(good);
  const { origin } = good;
  // The list of hidden ids counts only without a model, so it cannot stand in for one.
  const ofTheModel = [...good.store.values].filter(([key]) => key !== "shelfwise/guardrails");
  for (const [key, bytes] of ofTheModel) {
    for (const damaged of [Buffer.alloc(0), Buffer.from("x"), Buffer.alloc(64, 255), bytes.subarray(0, -1)]) {
      const store = await stores();
      for (const entry of good.store.values) store.values.set(...entry);
      store.values.set(key, damaged);
      const worker = await deploy({ origin, store });
      t.after(() => (worker.close(), store.close()));
      const answer = await worker.ask("/v1/rerank", rerank(BODY));
      const slate = await answer.json();
      assert.deepEqual([answer.status, ids(slate), slate.fallback_reason], [200, LIST.slice(0, 2), "snapshot_damaged"], `${key}: ${damaged.length}`);
    }
  }
});

test("a model with a wrong hash does not replace the last good one", async (t) => {
  const good = await deploy();
  t.after(good.close);
  await ready(good);
  const { origin, store } = good;
  const worker = await deploy({ origin, store, settings: { snapshot_sha256: sha256("another model") } });
  t.after(worker.close);
  await worker.ask("/healthz");
  await until(() => /SHA-256/.test(worker.said()), () => worker.said());
  assert.equal(ids(await (await worker.ask("/v1/rerank", rerank(BODY))).json())[0], "butter");
});

test("a new model replaces the last one when it is complete", async (t) => {
  const first = await deploy({ model: OTHER });
  t.after(first.close);
  await ready(first);
  const { origin, store } = first;
  origin.files["/model.swm"] = readFileSync(MODEL);
  const next = await deploy({ origin, store });
  t.after(next.close);
  await next.ask("/healthz");
  const hash = sha256(readFileSync(MODEL));
  await until(async () => (await (await next.ask("/healthz")).json()).snapshot_sha256 === hash, () => next.said());
  assert.equal(ids(await (await next.ask("/v1/rerank", rerank(BODY))).json())[0], "butter");
});

/** The glue code, except that the module traps at one address. */
const TRAPPING = `
import { Call as Whole } from "./glue.js";
export * from "./glue.js";
const trap = { step: () => { throw new WebAssembly.RuntimeError("unreachable"); } };
export const Call = {
  name: (...asked) => Whole.name(...asked),
  answer: (platform, method, uri, ...asked) => (uri === "/trap" ? trap : Whole.answer(platform, method, uri, ...asked)),
  refresh: (platform) => Whole.refresh(platform),
};
`;

test("a trap inside the module fails one answer, and the worker restarts with the model that it has", async (t) => {
  const glue = readFileSync(join(WORKER, "shelfwise_edge.js"), "utf8");
  const worker = await deploy({ kind: "memory", extra: { files: { "glue.js": glue, "shelfwise_edge.js": TRAPPING } } });
  t.after(worker.close);
  await ready(worker);
  for (let round = 0; round < 3; round += 1) {
    const answer = await worker.ask("/trap", { method: "POST", body: "{}" });
    assert.deepEqual([answer.status, answer.headers.get("cache-control")], [503, "no-store"]);
    assert.equal((await answer.json()).status, 503);
    const slate = await (await worker.ask("/v1/rerank", rerank(BODY))).json();
    assert.deepEqual([ids(slate)[0], slate.fallback_used], ["butter", false]);
  }
  assert.match(worker.said(), /begun anew: unreachable/);
  assert.deepEqual(worker.origin.asked, ["/model.swm"], "the origin was not asked again");
});
