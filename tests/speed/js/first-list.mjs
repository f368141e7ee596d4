/**
 * `node first-list.mjs MODULES SHOP`: times the demo shop's home page on a slow phone, in headless Chromium, and prints the times as
 * JSON. MODULES is the folder that has playwright-core, SHOP the shop's address; CHROMIUM names the browser.
 *
 * The tab has a visit (products that were looked at before), so that the first list is a personal one. Every file is loaded
 * anew, over a line of 1.6 Mbit/s with 150 ms, and the page's thread is 4 times slower. The worker's thread is not slowed:
 * Chromium's protocol slows that of the page alone.
 */

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { start } from "../../chromium.mjs";

const [modules, shop] = process.argv.slice(2);
const { chromium, devices } = createRequire(join(resolve(modules), "package.json"))("playwright-core");
const ROUNDS = 7;
const VIEWED = ["/product/1127831.html", "/aisle/bakery.html", "/product/1082185.html"];
const LINE = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const SLOWER = 4;
/** What the shop marks when its first shelf is in the visit's order. */
const MARK = "ranked";

const browser = await start(chromium);
try {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await arrive());
  console.log(JSON.stringify({ version: `Chromium ${browser.version()}`, rounds }));
} finally {
  await browser.close();
}

/** One visit: products first, then the home page on the slow phone. `{ painted_ms, ranked_ms, bytes }` since its start. */
async function arrive() {
  const context = await browser.newContext({ ...devices["Pixel 7"], baseURL: shop });
  const page = await context.newPage();
  for (const path of VIEWED) {
    await page.goto(path);
    await ranked(page);
  }
  const protocol = await context.newCDPSession(page);
  await protocol.send("Network.enable");
  await protocol.send("Network.clearBrowserCache");
  await protocol.send("Network.emulateNetworkConditions", LINE);
  await protocol.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  let bytes = 0;
  protocol.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto("/", { waitUntil: "commit" });
  const times = await ranked(page);
  await context.close();
  return { ...times, bytes };
}

/** Waits for the mark. */
async function ranked(page) {
  const found = await page.waitForFunction(
    (mark) => {
      const at = (name) => performance.getEntriesByName(name)[0]?.startTime;
      const ranked_ms = at(mark);
      return ranked_ms === undefined ? null : { painted_ms: at("first-contentful-paint") ?? null, ranked_ms };
    },
    MARK,
    { polling: 50, timeout: 60_000 },
  );
  return found.jsonValue();
}
