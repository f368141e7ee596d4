import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";

import { MODEL, ROOT, STORES, deploy, ids, native, ready, rerank, sha256 } from "./worker.mjs";

const LIST = ["soap", "candy", "oranges", "butter", "milk"];
const BODY = { placement: "category", items: LIST, context: { item: "bread" } };
/** Requests of every kind, valid and invalid, as pages and servers of a shop may send them. */
const QUESTIONS = [
  { uri: "/v1/recommend?placement=pdp&item=bread&limit=3" },
  { uri: "/v1/recommend?limit=3&item=bread&placement=pdp" },
  { uri: "/v1/recommend?placement=home" },
  { uri: "/v1/recommend?placement=pdp&item=br%C3%B6tchen&category=Wine+%3E+Red" },
  { method: "HEAD", uri: "/v1/recommend?placement=home" },
  { uri: "/v1/recommend?placement=p&placement=q" },
  { uri: "/v1/recommend?placement=p&user=7" },
  { uri: "/v1/recommend" },
  { method: "POST", uri: "/v1/recommend?placement=p", body: "{}" },
  { method: "POST", uri: "/v1/rerank", body: JSON.stringify(BODY) },
  { method: "POST", uri: "/v1/rerank", body: JSON.stringify({ ...BODY, limit: 2 }) },
  { method: "POST", uri: "/v1/rerank", body: JSON.stringify({ placement: "category", items: [{ item_id: "milk", in_stock: false }, "butter"] }) },
  { method: "POST", uri: "/v1/rerank", body: JSON.stringify({ ...BODY, recent: ["bread"] }) },
  { method: "POST", uri: "/v1/rerank", body: JSON.stringify({ ...BODY, user_id: 7 }) },
  { method: "POST", uri: "/v1/rerank", body: "" },
  { method: "POST", uri: "/v1/rerank", body: "{" },
  { method: "POST", uri: "/v1/rerank", body: "x".repeat(20_000) },
  { method: "GET", uri: "/v1/rerank" },
  { method: "DELETE", uri: "/v1/rerank" },
  { uri: "/elsewhere" },
  { uri: "/shelfwise/no-such-file.js" },
  { uri: "/" },
];

for (const kind of STORES) {
  test(`the first answer with the store ${kind} is the shop's own order with a reason, and later ones are ranked`, async (t) => {
    const worker = await deploy({ kind });
    t.after(worker.close);
    const first = await worker.ask("/v1/rerank", rerank(BODY));
    assert.equal(first.status, 200);
    const before = await first.json();
    assert.deepEqual([ids(before), before.fallback_reason], [LIST, "no_snapshot"]);
    await ready(worker);
    const after = await (await worker.ask("/v1/rerank", rerank(BODY))).json();
    assert.equal(ids(after)[0], "butter");
    assert.deepEqual([after.basis, after.fallback_used], ["context", false]);
    assert.deepEqual(worker.origin.asked, ["/model.swm"], "the origin was asked once");
    const hash = sha256(readFileSync(MODEL));
    const expected = kind === "memory" ? [] : [`shelfwise/${hash}/0`, "shelfwise/guardrails", "shelfwise/current"];
    assert.deepEqual([...worker.store.values.keys()], expected);
  });
}

for (const kind of ["kv", "cache"]) {
  test(`a new isolate uses the model that an earlier one stored in ${kind}, without a request to the origin`, async (t) => {
    const first = await deploy({ kind });
    t.after(first.close);
    await ready(first);
    const { origin, store } = first;
    const next = await deploy({ kind, origin, store });
    t.after(next.close);
    assert.equal(ids(await (await next.ask("/v1/rerank", rerank(BODY))).json())[0], "butter");
    assert.equal(origin.asked.length, 1);
  });
}

test("every answer has the bytes, status and headers of the native handler", async (t) => {
  const worker = await deploy();
  t.after(worker.close);
  await ready(worker);
  const expected = native(QUESTIONS);
  for (const [at, { method = "GET", uri, headers, body }] of QUESTIONS.entries()) {
    const answer = await worker.ask(uri, { method, headers, ...(body !== undefined && { body }) });
    const told = `${method} ${uri} ${(body ?? "").slice(0, 80)}`;
    const { status, headers: own, body: text } = expected[at];
    assert.equal(answer.status, status, told);
    assert.equal(await answer.text(), text, told);
    for (const [name, value] of Object.entries(own)) assert.equal(answer.headers.get(name), value, `${told}: ${name}`);
  }
  assert.ok(new Set(expected.map(({ status }) => status)).size >= 5, "good answers and refusals of all kinds");
});

test("browsers get model, engine and worker script from the edge unchanged", async (t) => {
  const worker = await deploy();
  t.after(worker.close);
  await ready(worker);
  const dist = join(ROOT, "target/shelfwise/package/shelfwise/dist");
  const files = { "model.swm": MODEL, "index.js": join(dist, "index.js"), "worker.js": join(dist, "worker.js"), "shelfwise_bg.wasm": join(dist, "shelfwise_bg.wasm") };
  for (const [name, file] of Object.entries(files)) {
    const answer = await worker.ask(`/shelfwise/${name}`);
    assert.equal(answer.status, 200, name);
    assert.equal(sha256(Buffer.from(await answer.arrayBuffer())), sha256(readFileSync(file)), name);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    const again = await worker.ask(`/shelfwise/${name}`, { headers: { "if-none-match": answer.headers.get("etag") } });
    assert.deepEqual([again.status, await again.text()], [304, ""], name);
  }
  const script = await worker.ask("/shelfwise/worker.js");
  assert.equal(script.headers.get("content-security-policy"), "default-src 'none'; script-src 'wasm-unsafe-eval'");
  assert.equal((await worker.ask("/shelfwise/shelfwise_bg.wasm")).headers.get("content-type"), "application/wasm");
});

test("healthz names the accepted model, and before that the reason why there is none", async (t) => {
  const worker = await deploy();
  t.after(worker.close);
  const before = await (await worker.ask("/healthz")).json();
  assert.deepEqual([before.status, before.reason], ["store_order", "no_snapshot"]);
  await ready(worker);
  const after = await (await worker.ask("/healthz")).json();
  assert.equal(after.snapshot_sha256, sha256(readFileSync(MODEL)));
});

test("a body without an end is cut off and refused", async (t) => {
  const worker = await deploy();
  t.after(worker.close);
  const refused = await new Promise((resolve, reject) => {
    const question = request(`${worker.address}/v1/rerank`, { method: "POST" });
    question.on("response", resolve).on("error", reject);
    // Four times the limit, without an end: then the client only reads, so that a connection that the worker
    // closes does not lose the refusal.
    question.write(Buffer.alloc(64 * 1024, " "));
  });
  assert.equal(refused.statusCode, 413);
  refused.destroy();
});
