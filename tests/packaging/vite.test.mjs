/** A new Vite project without configuration: its development server and its build. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL, project, run } from "./project.mjs";
import { freePort, start } from "./served.mjs";

let browser;
let folder;

before(async () => {
  folder = project("vite");
  mkdirSync(join(folder, "public"));
  cpSync(MODEL, join(folder, "public/grocer.swm"));
  browser = await launch();
});
after(() => browser?.close());

const vite = () => join(folder, "node_modules/.bin/vite");

/** Serves the project by one of Vite's commands, and returns what the page shows. */
async function served(command, look) {
  const port = await freePort();
  const words = [...command, "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const site = await start(vite(), words, { folder, port });
  try {
    return await open(browser, `${site.address}/`, look);
  } finally {
    site.close();
  }
}

test("a list re-ranks in Vite's development server", async (t) => {
  const found = await served([], seen);
  assertReranked(found, "worker-uncontained");
  report(t, found);
});

test("a list re-ranks in Vite's build", async (t) => {
  run(vite(), ["build"], folder);
  const found = await served(["preview"], seen);
  assertReranked(found, "worker-uncontained");
  report(t, found);
});

/** Items of the snippet, and this shop's items in their place. */
const GOODS = { SKU1: "bread", SKU2: "soap", SKU3: "candy", SKU4: "butter" };

test("the README's snippet re-ranks with this shop's items and model", async (t) => {
  const [, block] = readFileSync(installed(folder, "README.md"), "utf8").split("```js\n");
  const snippet = block.split("\n```")[0].replaceAll(/SKU\d/g, (sku) => GOODS[sku]);
  writeFileSync(join(folder, "main.js"), snippet);
  mkdirSync(join(folder, "public/shelfwise"));
  cpSync(MODEL, join(folder, "public/shelfwise/model.swm"));
  const [order, status] = await served([], async (page) => {
    const message = await page.waitForEvent("console", { predicate: (message) => message.args().length === 2 });
    return Promise.all(message.args().map((value) => value.jsonValue()));
  });
  assert.deepEqual([status.ready, status.error], [true, null]);
  assert.deepEqual(order, ["butter", "soap", "candy"], "the shop's order was soap, candy, butter");
  t.diagnostic(order.join(" "));
});
