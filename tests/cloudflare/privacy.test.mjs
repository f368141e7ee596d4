import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { STORES, WORKER, deploy, ids, native, ready, rerank } from "./worker.mjs";

const BODY = { placement: "category", items: ["soap", "butter"], recent: ["bread"] };
const CANARY = "canary-7f3a";

for (const kind of STORES) {
  test(`a request with the store ${kind} leaves nothing in other answers, in the store or in a log`, async (t) => {
    const worker = await deploy({ kind, settings: { recent: "on" } });
    t.after(worker.close);
    await ready(worker);
    const headers = { cookie: `visitor=${CANARY}`, "user-agent": CANARY, "x-forwarded-for": CANARY, referer: `https://shop/${CANARY}` };
    const told = [
      ["/v1/rerank", rerank({ ...BODY, items: [CANARY, "soap"], recent: [CANARY, "bread"] }, headers)],
      ["/v1/rerank", rerank({ ...BODY, context: { item: CANARY, category: CANARY } }, headers)],
      ["/v1/rerank", rerank({ placement: CANARY, [CANARY]: CANARY }, headers)],
      ["/v1/rerank", { method: "POST", body: `{"${CANARY}`, headers }],
      [`/v1/recommend?placement=pdp&item=${CANARY}`, { headers }],
      [`/v1/recommend?placement=pdp&${CANARY}=1`, { headers }],
      [`/shelfwise/${CANARY}`, { headers }],
      [`/${CANARY}?${CANARY}`, { headers }],
    ];
    const asked = await Promise.all(told.map(async ([path, options]) => (await worker.ask(path, options)).text()));
    assert.ok(asked[0].includes(CANARY), "its own answer gives its own list back");
    const others = ["/v1/recommend?placement=pdp&limit=30", "/v1/recommend?placement=pdp&item=bread", "/healthz", "/elsewhere"];
    for (let round = 0; round < 3; round += 1) {
      for (const path of others) assert.ok(!(await (await worker.ask(path)).text()).includes("canary"), path);
      const list = await (await worker.ask("/v1/rerank", rerank({ ...BODY, recent: [] }))).text();
      assert.ok(!list.includes("canary"));
    }
    for (const [key, value] of worker.store.values) assert.ok(!`${key} ${value}`.includes("canary"), key);
    assert.ok(!worker.said().includes("canary"), worker.said());
    assert.ok(worker.origin.asked.every((path) => path === "/model.swm"), "the origin heard nothing of it");
  });
}

test("recent items count only if the setting allows them, and a privacy signal drops them", async (t) => {
  const allowed = await deploy({ settings: { recent: "on" } });
  const plain = await deploy();
  t.after(() => [allowed, plain].forEach(({ close }) => close()));
  await Promise.all([ready(allowed), ready(plain)]);
  const order = async (worker, headers) => ids(await (await worker.ask("/v1/rerank", rerank(BODY, headers))).json());
  assert.deepEqual(await order(plain), ["soap", "butter"]);
  assert.deepEqual(await order(allowed), ["butter", "soap"]);
  for (const signal of ["sec-gpc", "dnt"]) {
    assert.deepEqual(await order(allowed, { [signal]: "1" }), ["soap", "butter"], signal);
    assert.deepEqual(await order(allowed, { [signal]: "0" }), ["butter", "soap"], `${signal}: 0 is no signal`);
  }
  const body = JSON.stringify(BODY);
  const [told] = native([{ method: "POST", uri: "/v1/rerank", body }], { recent: "on" });
  assert.equal(await (await allowed.ask("/v1/rerank", rerank(BODY))).text(), told.body, "as the handler says natively");
});

test("concurrent requests each get their own answer", async (t) => {
  const worker = await deploy({ settings: { recent: "on" } });
  t.after(worker.close);
  const lists = Array.from({ length: 60 }, (_, at) => [`own-${at}`, "soap", "butter"]);
  // The first requests find an empty store, so that the origin is fetched while the others are answered.
  const answers = await Promise.all(lists.map(async (items) => (await worker.ask("/v1/rerank", rerank({ ...BODY, items }))).json()));
  for (const [at, slate] of answers.entries()) assert.deepEqual(ids(slate).sort(), [...lists[at]].sort());
});

/** The glue code, except that one address answers with the headers that the handler gets. */
const TELLING = `
import { Call as Whole } from "./glue.js";
export * from "./glue.js";
const told = (headers) => ({ step: () => [200, [], new TextEncoder().encode(JSON.stringify(headers))], free: () => {} });
export const Call = {
  name: (...asked) => Whole.name(...asked),
  answer: (platform, method, uri, headers, body) => (uri === "/headers" ? told(headers) : Whole.answer(platform, method, uri, headers, body)),
  refresh: (platform) => Whole.refresh(platform),
};
`;

test("the handler gets a coarse country and no header that identifies the caller", async (t) => {
  const glue = readFileSync(join(WORKER, "shelfwise_edge.js"), "utf8");
  const worker = await deploy({ extra: { files: { "glue.js": glue, "shelfwise_edge.js": TELLING } } });
  t.after(worker.close);
  const withheld = ["cookie", "authorization", "x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "cf-connecting-ip", "cf-ray"];
  const headers = { ...Object.fromEntries(withheld.map((name) => [name, CANARY])), "accept-language": "de", "sec-gpc": "1" };
  const handed = async (more) => {
    const flat = await (await worker.ask("/headers", { method: "POST", headers: { ...headers, ...more } })).json();
    return Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : [])));
  };
  const plain = await handed({});
  assert.deepEqual([plain["accept-language"], plain["sec-gpc"], plain["cf-ipcountry"]], ["de", "1", undefined]);
  assert.ok(!JSON.stringify(plain).includes(CANARY), JSON.stringify(plain));
  // The platform's country replaces the one in the browser's request.
  const abroad = await handed({ "cf-blob": JSON.stringify({ country: "DE", city: CANARY }), "cf-ipcountry": "XX" });
  assert.equal(abroad["cf-ipcountry"], "DE");
  assert.ok(!JSON.stringify(abroad).includes(CANARY));
});
