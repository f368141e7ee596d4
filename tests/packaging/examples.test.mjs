/** The example pages in a browser: salsa goes into the cart, and what goes with it moves up. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { copied, DEMO_MODEL, install, ROOT, run, TARBALL, tool } from "./project.mjs";
import { contained, freePort, serve, start } from "./served.mjs";

const EXAMPLES = join(ROOT, "www/examples");
/** The most lines of a script, so that it is read before it is copied. */
const MOST_LINES = 50;
const [SALSA, CHIPS, HOT_DOGS] = ["850562", "5568378", "1062966"];

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const order = (page) => page.locator("li").evaluateAll((tiles) => tiles.map((tile) => tile.dataset.itemId));
const status = (page, words) => page.getByRole("status").filter({ hasText: words }).waitFor();

/** Orders before and after, and the page's status line. */
async function buySalsa(page) {
  await status(page, "Engine: ");
  const first = await order(page);
  await page.locator(`[data-item-id="${SALSA}"] button`).click();
  await page.waitForFunction((id) => document.querySelector("li").dataset.itemId !== id, first[0]);
  return { first, then: await order(page), text: await page.locator("body").innerText() };
}

/** Checks that chips moved from behind the hot dogs to before them. */
function assertPersonal({ first, then }) {
  assert.ok(first.indexOf(CHIPS) > first.indexOf(HOT_DOGS), first.join(" "));
  assert.ok(then.indexOf(CHIPS) < then.indexOf(HOT_DOGS), then.join(" "));
  assert.deepEqual(new Set(then), new Set(first), "nothing came or went");
}

const lines = (file) => readFileSync(join(EXAMPLES, file), "utf8").trimEnd().split("\n").length;

test("the examples' scripts are short", () => {
  for (const file of ["static/shop.js", "vite/shop.js"]) assert.ok(lines(file) < MOST_LINES, `${file}: ${lines(file)} lines`);
});

test("the static page re-ranks in a contained worker", async (t) => {
  const folder = copied("example-static", join(EXAMPLES, "static"));
  mkdirSync(join(folder, "shelfwise"), { recursive: true });
  run("tar", ["-xzf", TARBALL, "--strip-components=2", "-C", "shelfwise", "package/dist"], folder);
  cpSync(DEMO_MODEL, join(folder, "model.swm"));
  const site = await serve(folder, contained);
  try {
    const found = await open(browser, `${site.address}/`, buySalsa);
    assertPersonal(found);
    assert.match(found.text, /Order: session\. Engine: worker\./);
    t.diagnostic(`${found.first.join(" ")} → ${found.then.join(" ")}`);
  } finally {
    site.close();
  }
});

test("the Vite example re-ranks, shows reasons, and keeps the visit on the next page", async (t) => {
  const folder = copied("example-vite", join(EXAMPLES, "vite"));
  install(folder, ["--omit=dev"]);
  mkdirSync(join(folder, "public/shelfwise"), { recursive: true });
  cpSync(DEMO_MODEL, join(folder, "public/shelfwise/model.swm"));
  run(tool("vite"), ["build"], folder);
  const port = await freePort();
  const words = ["preview", "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const site = await start(tool("vite"), words, { folder, port });
  try {
    const found = await open(browser, `${site.address}/`, async (page) => {
      const seen = await buySalsa(page);
      await page.reload();
      await status(page, "Engine: ");
      return { ...seen, reloaded: await order(page) };
    });
    assertPersonal(found);
    assert.match(found.text, /Goes with Salsa/);
    assert.deepEqual(found.reloaded, found.then, "the visit lasts from page to page");
    t.diagnostic(`${found.first.join(" ")} → ${found.then.join(" ")}`);
  } finally {
    site.close();
  }
});
