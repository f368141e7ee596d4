/** Isolation of the worker: a hostile script in the engine's place, served with the documented header, can send nothing. */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { after, before, describe, test } from "node:test";

import { BROWSERS } from "./browsers.mjs";
import { CONTAINED, Site } from "./site.mjs";

/** Every known way to send a request from a worker; each requests a path of its own below `/sink/`. */
const EXITS = ["fetch", "xhr", "websocket", "eventsource", "importscripts", "import", "worker", "font", "cache", "webtransport"];
/** Long enough for a request to arrive. */
const SETTLE_MS = 1_500;

/** Tries every exit, and reports when it is done. Runs in the worker, in place of the engine. */
const HOSTILE = `
  const { origin, host, hostname } = location;
  const sink = (name) => origin + "/sink/" + name;
  const request = new XMLHttpRequest();
  const exits = {
    fetch: () => fetch(sink("fetch") + "?secret"),
    xhr: () => { request.open("GET", sink("xhr")); request.send(); },
    websocket: () => new WebSocket("ws://" + host + "/sink/websocket"),
    eventsource: () => new EventSource(sink("eventsource")),
    importscripts: () => importScripts(sink("importscripts")),
    import: () => import(sink("import")),
    worker: () => new Worker(sink("worker")),
    font: () => new FontFace("f", "url(" + sink("font") + ")").load(),
    cache: () => caches.open("c").then((cache) => cache.add(sink("cache"))),
    webtransport: () => new WebTransport("https://" + hostname + ":UDP/sink/webtransport").ready,
  };
  (async () => {
    const tried = [];
    for (const [name, exit] of Object.entries(exits)) {
      tried.push(name);
      try { Promise.resolve(exit()).catch(() => {}); } catch {}
    }
    postMessage(tried);
  })();
`;

let site;
let udp;
let packets = 0;

before(async () => {
  site = await Site.open();
  udp = createSocket("udp4", () => (packets += 1));
  await new Promise((bound) => udp.bind(0, "127.0.0.1", bound));
});
after(async () => {
  udp.close();
  await site.close();
});

/** Names of the exits by which a request arrived. */
async function reached(browser, policy) {
  const type = { "content-type": "text/javascript" };
  const headers = policy ? { ...type, "content-security-policy": policy } : type;
  const body = HOSTILE.replace("UDP", udp.address().port);
  site.with({ "/shelfwise/worker.js": { headers, body } });
  packets = 0;
  const page = await browser.page(`${site.origin}/`);
  const tried = await page.run(
    () => new Promise((told) => (new Worker("/shelfwise/worker.js").onmessage = (event) => told(event.data))),
  );
  await new Promise((settled) => setTimeout(settled, SETTLE_MS));
  await page.close();
  assert.deepEqual(tried, EXITS);
  const asked = site.asked.filter((path) => path.startsWith("/sink/")).map((path) => path.slice("/sink/".length));
  return [...new Set(asked), ...(packets ? ["webtransport"] : [])].sort();
}

for (const [name, open] of Object.entries(BROWSERS)) {
  describe(name, () => {
    let browser;
    before(async () => (browser = await open()));
    after(() => browser.close());

    test("a worker served with the policy can send nothing", async () => {
      assert.deepEqual(await reached(browser, CONTAINED), []);
    });

    test("a worker served without the policy can send, so the test above can fail", async (t) => {
      const open = await reached(browser, null);
      t.diagnostic(`open without the policy: ${open.length} of ${EXITS.length}: ${open.join(" ")}`);
      assert.deepEqual(EXITS.filter((exit) => !open.includes(exit)), []);
    });
  });
}
