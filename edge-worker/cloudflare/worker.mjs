/**
 * The edge worker on Cloudflare Workers: `edge-worker/handler`, compiled to WebAssembly, with its platform.
 * It neither stores nor logs anything of a request.
 */

import module from "./shelfwise_edge_bg.wasm";
import { __wbg_reset_state as forgetInstance, Call, initSync, most_body_bytes as mostBodyBytes } from "./shelfwise_edge.js";
import { find, keep } from "./answers.mjs";
import { read } from "./origin.mjs";
import { Platform } from "./platform.mjs";
import { Store } from "./store.mjs";

/** Longer than the platform lets a request run after its response. */
const LOOK_MS = 40_000;
/** Headers that identify the sender, or might. The handler reads none of them, and does not receive them either. */
const WITHHELD = /^(authorization|cookie|forwarded|true-client-ip|x-forwarded-.*|x-real-ip|cf-.*)$/;
const BODILESS = new Set([101, 204, 205, 304]);

initSync({ module });
const most = mostBodyBytes();
/**
 * Lock on refreshing the store in this isolate: the handler decides how often to refresh, and one at a time is enough.
 * It expires, so that a request that is ended during a refresh does not block later ones.
 */
let busyUntil = 0;
/** The last reason that was logged: the handler repeats it until the next poll. */
let said = null;

export default {
  async fetch(request, env, context) {
    const store = new Store(env.SHELFWISE, new URL(request.url).host);
    const answering = respond(request, new Platform(env, store));
    // Runs to its end even if the client has gone, so that no unfinished call stays in memory.
    context.waitUntil(answering.catch(() => {}).then(() => refresh(new Platform(env, store))));
    return answering;
  },
};

async function respond(request, platform) {
  const { pathname, search } = new URL(request.url);
  const asked = [request.method, pathname + search, headersOf(request)];
  const body = await read(request.body, most);
  try {
    // For most requests whose response may not be cached, the method is enough to know.
    const name = request.method === "GET" ? await run(() => Call.name(platform, ...asked), platform) : null;
    const answer = find(name) ?? (await run(() => Call.answer(platform, ...asked, body), platform));
    keep(name, answer);
    const [status, headers, bytes] = answer;
    return new Response(BODILESS.has(status) ? null : bytes, { status, headers });
  } catch (error) {
    return broken(error);
  }
}

/** Updates the store to the files that the settings name; if that fails, the last good ones stay. */
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

/** Runs a call step by step; between two steps it awaits the platform. */
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

/** Discards an instance that trapped. The shop's page shows its own order, as for every status but 200. */
function broken(error) {
  console.error(`Shelfwise was begun anew: ${error.message}`);
  forgetInstance();
  const problem = { type: "about:blank", title: "The worker was begun anew", status: 503, detail: "show the shop's own order" };
  return Response.json(problem, { status: 503, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } });
}

/** Returns names and values alternating, with the country that Cloudflare passes to the worker. */
function headersOf({ headers, cf }) {
  const handed = [...headers].filter(([name]) => !WITHHELD.test(name) || name === "cf-ipcountry");
  const country = typeof cf?.country === "string" ? [["cf-ipcountry", cf.country]] : [];
  return [...handed.filter(([name]) => country.length === 0 || name !== "cf-ipcountry"), ...country].flat();
}
