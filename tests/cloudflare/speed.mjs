/**
 * What a list of 200 costs: inside the worker, and over HTTP beside a worker that does nothing, in the same run. Machines
 * and their load differ, so only ratios are held; the rest is printed.
 */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT, deploy, ready, rerank } from "./worker.mjs";

/** The demo shop's model and its catalog; `cargo xtask cloudflare --measure` sees to it that they are there. */
const DEMO = join(ROOT, "target/shelfwise/demo");
const ROUNDS = 400;
/** Warm-up calls, not counted: until the module is compiled by the optimizing tier. */
const WARM_UP = 100;
const ITEMS = 200;
/** The most that an answer over HTTP may take, in multiples of an empty worker's: two to three were measured. */
const MOST_TIMES = 6;

/** The worker, called from inside of workerd, whose clock counts whole milliseconds. */
const BENCH = `
import worker from "./worker.mjs";
export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/bench") return worker.fetch(request, env, context);
    const { body, rounds } = await request.json();
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      const question = new Request("http://shop/v1/rerank", { method: "POST", body });
      const start = performance.now();
      await (await worker.fetch(question, env, context)).arrayBuffer();
      times.push(performance.now() - start);
    }
    return Response.json(times);
  },
};
`;

const quantile = (times, part) => [...times].sort((a, b) => a - b)[Math.floor(part * (times.length - 1))];
const shown = (times) => `p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`;

async function timed(ask) {
  const start = performance.now();
  await (await ask()).arrayBuffer();
  return performance.now() - start;
}

/** Alternates between the two, so that other load affects both alike. */
async function inTurn(one, other) {
  const times = [[], []];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    times[0].push(await timed(one));
    times[1].push(await timed(other));
  }
  return times.map((all) => all.slice(WARM_UP));
}

test("a list of 200 is ranked in the worker, and timed over HTTP beside an empty worker", async (t) => {
  assert.ok(existsSync(DEMO), "run `cargo xtask demo --no-serve` first");
  const catalog = JSON.parse(readFileSync(join(DEMO, "site/catalog.json"), "utf8"));
  const [item, ...items] = Object.keys(catalog).slice(0, ITEMS + 1);
  const body = { placement: "category", items, context: { item } };
  const worker = await deploy({ model: join(DEMO, "model/model.swm"), extra: { main: "bench.mjs", files: { "bench.mjs": BENCH } } });
  t.after(worker.close);
  await ready(worker);
  const slate = await (await worker.ask("/v1/rerank", rerank(body))).json();
  assert.deepEqual([slate.items.length, slate.fallback_used], [ITEMS, false]);

  const asked = { method: "POST", body: JSON.stringify({ body: JSON.stringify(body), rounds: WARM_UP + ROUNDS }) };
  const inside = (await (await worker.ask("/bench", asked)).json()).slice(WARM_UP);
  const [over, empty] = await inTurn(() => worker.ask("/v1/rerank", rerank(body)), () => fetch(worker.empty, rerank(body)));
  const [cpu] = cpus();
  t.diagnostic(`${cpus().length} × ${cpu.model}, load ${loadavg()[0].toFixed(1)}; ${ROUNDS} rounds of ${ITEMS} items`);
  t.diagnostic(`inside the worker: ${shown(inside)}, in whole milliseconds`);
  t.diagnostic(`over HTTP:         ${shown(over)}`);
  t.diagnostic(`an empty worker:   ${shown(empty)}`);
  const times = quantile(over, 0.5) / quantile(empty, 0.5);
  t.diagnostic(`over HTTP it takes ${times.toFixed(1)} times as long as an empty worker`);
  assert.ok(times < MOST_TIMES, `${times.toFixed(1)} times as long as an empty worker`);
});
