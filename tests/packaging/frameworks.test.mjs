/** Next.js and SvelteKit with their defaults: the server renders the shop's own order, the browser re-ranks it. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, seen } from "./browser.mjs";
import { blockOf } from "./documents.mjs";
import { LIST } from "./environments/shop.js";
import { assertReranked, assertStoreOrder, report } from "./expect.mjs";
import { MODEL, project, run } from "./project.mjs";
import { freePort, start } from "./served.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** The order that the server rendered, and the one that the browser shows. */
async function check(t, { folder, program, words, isolation, look = seen }) {
  const port = await freePort();
  const site = await start(join(folder, "node_modules/.bin", program), [...words, String(port)], { folder, port });
  try {
    const page = await (await fetch(site.address)).text();
    const rendered = LIST.map((id) => page.indexOf(`<li>${id}</li>`));
    assert.deepEqual(rendered, rendered.toSorted((a, b) => a - b), "the server's list is in the shop's order");
    assert.ok(rendered[0] > 0, "the server renders a list");
    const found = await open(browser, `${site.address}/`, look);
    assertStoreOrder(found.server);
    assertReranked(found, isolation);
    report(t, found);
  } finally {
    site.close();
  }
}

/** The project with the model among its static files. */
function shop(environment, files) {
  const folder = project(environment);
  mkdirSync(join(folder, files), { recursive: true });
  cpSync(MODEL, join(folder, files, "grocer.swm"));
  return folder;
}

test("SvelteKit renders the shop's order and re-ranks it in the browser", async (t) => {
  const folder = shop("sveltekit", "static");
  run(join(folder, "node_modules/.bin/vite"), ["build"], folder);
  const words = ["preview", "--host", "127.0.0.1", "--strictPort", "--port"];
  await check(t, { folder, program: "vite", words, isolation: "worker-uncontained" });
});

test("Next.js renders the shop's order and re-ranks it in the browser, in a contained worker", async (t) => {
  const folder = shop("next", "public");
  writeFileSync(join(folder, "next.config.mjs"), blockOf("headers.md", "js next"));
  writeFileSync(join(folder, "app/shelf.js"), blockOf("elements.md", "js handle").replace("/shelfwise/model.swm", "/grocer.swm"));
  writeFileSync(join(folder, "app/personal-order.jsx"), blockOf("elements.md", "jsx react"));
  run(join(folder, "node_modules/.bin/next"), ["build"], folder, { NEXT_TELEMETRY_DISABLED: "1" });
  await check(t, { folder, program: "next", words: ["start", "-H", "127.0.0.1", "-p"], isolation: "worker", look: sortedAndRanked });
});

/** A list rendered by React with the documents' hook: ranked, sorted by the shopper, and ranked again. */
async function sortedAndRanked(page) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && /react|hydrat/i.test(message.text()) && errors.push(message.text()));
  const found = await seen(page);
  const order = () => page.locator("#personal li").allTextContents();
  assert.deepEqual(await order(), LIST, "nothing is known of the visit yet");
  await page.click("#personal li:has-text('bread')");
  await page.waitForFunction((own) => [...document.querySelectorAll("#personal li")].map((tile) => tile.textContent).join() !== own, LIST.join());
  const ranked = await order();
  assert.ok(ranked.indexOf("butter") < ranked.indexOf("soap"), ranked.join());
  await page.click("#personal button");
  assert.deepEqual(await order(), LIST.toSorted(), "the shopper's own sorting wins");
  await page.click("#personal button");
  assert.deepEqual(await order(), ranked);
  assert.deepEqual(errors, []);
  return found;
}
