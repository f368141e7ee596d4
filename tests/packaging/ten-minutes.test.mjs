/** Page and script of docs/ten-minutes.md, as they stand there, in the project that the document makes. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { DEMO_MODEL, project, ROOT } from "./project.mjs";
import { freePort, start } from "./served.mjs";

const DOCUMENT = readFileSync(join(ROOT, "docs/ten-minutes.md"), "utf8");
const block = (word) => DOCUMENT.split(`\`\`\`${word}\n`)[1].split("\n```")[0];
const names = (page) => page.locator("li").evaluateAll((tiles) => tiles.map((tile) => tile.firstChild.textContent.trim()));

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test("salsa goes into the cart, and tortilla chips come first", async (t) => {
  const folder = project("ten-minutes", join(import.meta.dirname, "environments/vite"));
  writeFileSync(join(folder, "index.html"), block("html"));
  writeFileSync(join(folder, "main.js"), block("js"));
  mkdirSync(join(folder, "public/shelfwise"), { recursive: true });
  cpSync(DEMO_MODEL, join(folder, "public/shelfwise/model.swm"));
  const port = await freePort();
  const words = ["--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const site = await start(join(folder, "node_modules/.bin/vite"), words, { folder, port });
  try {
    await open(browser, `${site.address}/`, async (page) => {
      await page.getByRole("button").first().waitFor();
      const first = await names(page);
      // The script waits for the engine before it listens.
      await page.waitForLoadState("networkidle");
      await page.getByRole("listitem").filter({ hasText: "Salsa" }).getByRole("button").click();
      await page.waitForFunction(() => document.querySelector("li").textContent.includes("Tortilla Chips"));
      assert.deepEqual(first, ["Hot Dogs", "Spaghetti", "Pasta Sauce", "Tortilla Chips", "Salsa"]);
      t.diagnostic((await names(page)).join(", "));
    });
  } finally {
    site.close();
  }
});
