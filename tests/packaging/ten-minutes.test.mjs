/** Page and script of docs/ten-minutes.md, unchanged, in the project that the document creates. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { blockOf } from "./documents.mjs";
import { DEMO_MODEL, project } from "./project.mjs";
import { freePort, start } from "./served.mjs";

const names = (page) => page.locator("li").evaluateAll((tiles) => tiles.map((tile) => tile.firstChild.textContent.trim()));

const MOST_PRESSES = 20;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** The script listens only once the engine is ready, so a press before that is repeated. */
async function buySalsa(page) {
  const salsa = page.getByRole("listitem").filter({ hasText: "Salsa" }).getByRole("button");
  const chipsAreFirst = () => document.querySelector("li").textContent.includes("Tortilla Chips");
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    await salsa.click();
    const came = page.waitForFunction(chipsAreFirst, null, { timeout: 1000 });
    if (await came.then(() => true, () => false)) return;
  }
  throw new Error(`chips do not come first after ${MOST_PRESSES} presses`);
}

test("salsa in the cart moves tortilla chips to the top", async (t) => {
  const folder = project("ten-minutes", join(import.meta.dirname, "environments/vite"));
  writeFileSync(join(folder, "index.html"), blockOf("ten-minutes.md", "html"));
  writeFileSync(join(folder, "main.js"), blockOf("ten-minutes.md", "js"));
  mkdirSync(join(folder, "public/shelfwise"), { recursive: true });
  cpSync(DEMO_MODEL, join(folder, "public/shelfwise/model.swm"));
  const port = await freePort();
  const words = ["--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const site = await start(join(folder, "node_modules/.bin/vite"), words, { folder, port });
  try {
    await open(browser, `${site.address}/`, async (page) => {
      await page.getByRole("button").first().waitFor();
      const first = await names(page);
      await buySalsa(page);
      assert.deepEqual(first, ["Hot Dogs", "Spaghetti", "Pasta Sauce", "Tortilla Chips", "Salsa"]);
      t.diagnostic((await names(page)).join(", "));
    });
  } finally {
    site.close();
  }
});
