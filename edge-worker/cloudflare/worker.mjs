/**
 * The edge worker on Cloudflare's workers: `edge-worker/handler`, compiled to WebAssembly, with what the platform lends.
 * It keeps nothing of a request, and says nothing of one.
 */

import module from "./shelfwise_edge_bg.wasm";
import { __wbg_reset_state as forgetInstance, Call, initSync, most_body_bytes as mostBodyBytes } from "./shelfwise_edge.js";
import { find, keep } from "./answers.mjs";
import { read } from "./origin.mjs";
import { Platform } from "./platform.mjs";
import { Store } from "./store.mjs";

/** Longer than the platform lets a request work on after its answer. */
const LOOK_MS = 40_000;
/** Headers that say who is asking, or might. The handler asks for none of them; it is not handed them either. */
const WITHHELD = /^(authorization|cookie|forwarded|true-client-ip|x-forwarded-.*|x-real-ip|cf-.*)$/;
const BODILESS = new Set([101, 204, 205, 304]);

initSync({ module });
const most = mostBodyBytes();
/**
 * Until when nobody else in this isolate looks after the store: the handler says how often, and once at a time is enough.
 * A request that ends in the middle of it leaves no more than that behind.
 */
let busyUntil = 0;
/** The last reason that was logged: the handler repeats it until it looks again. */
let said = null;

export default {
  async fetch(request, env, context) {
    const store = new Store(env.SHELFWISE, new URL(request.url).host);
    const answering = respond(request, new Platform(env, store));
    // To its end even where nobody waits for it any more: so nothing half done stays in memory.
    context.waitUntil(answering.catch(() => {}).then(() => refresh(new Platform(env, store))));
    return answering;
  },
};

async function respond(request, platform) {
  const { pathname, search } = new URL(request.url);
  const asked = [request.method, pathname + search, headersOf(request)];
  const body = await read(request.body, most);
  try {
    // Most requests whose answer may not be kept are known by their method.
    const name = request.method === "GET" ? await run(() => Call.name(platform, ...asked), platform) : null;
    const answer = find(name) ?? (await run(() => Call.answer(platform, ...asked, body), platform));
    keep(name, answer);
    const [status, headers, bytes] = answer;
    return new Response(BODILESS.has(status) ? null : bytes, { status, headers });
  } catch (error) {
    return broken(error);
  }
}

/** Brings the store to what the settings name; what was good stays where that cannot be. */
async function refresh(platform) {
  if (Date.now() < busyUntil) return;
  busyUntil = Date.now() + LOOK_MS;
  try {
    const why = await run(() => Call.refresh(platform), platform);
    if (why && why !== said) console.warn(`Shelfwise keeps what it has: ${why}`);
    said = why;
  } catch (error) {
    broken(error);
  }
  busyUntil = 0;
}

/** Does a call step by step; between two steps the platform works. */
async function run(begin, platform) {
  const call = begin();
  for (;;) {
    const done = call.step();
    if (done !== undefined) {
      call.free();
      return done;
    }
    await platform.settled;
  }
}

/** An instance that trapped is not used again. The shop's page shows its own order, as for every status but 200. */
function broken(error) {
  console.error(`Shelfwise was begun anew: ${error.message}`);
  forgetInstance();
  const problem = { type: "about:blank", title: "The worker was begun anew", status: 503, detail: "show the shop's own order" };
  return Response.json(problem, { status: 503, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } });
}

/** Names and values in turn, with the country that Cloudflare gives the worker. */
function headersOf({ headers, cf }) {
  const handed = [...headers].filter(([name]) => !WITHHELD.test(name) || name === "cf-ipcountry");
  const country = typeof cf?.country === "string" ? [["cf-ipcountry", cf.country]] : [];
  return [...handed.filter(([name]) => country.length === 0 || name !== "cf-ipcountry"), ...country].flat();
}
