import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { faintTexts } from "./contrast.mjs";
import { Visitor, launch } from "./visitor.mjs";

const { DEMO, SHELFWISE } = process.env;
const STOREFRONT = fileURLToPath(new URL("../../www/storefront/", import.meta.url));
/** The last month of the log, and the first day of the year after: quick to read, and the same each time. */
const SINCE = "2017-12-20";
const AT = "2018-01-01";
/** Rules over facts of the catalog: they act on the page only if its engine has the facts. */
const OVER_FACTS = `
[[fact]]
name = "price"
kind = "money"

[[rule]]
id = "dear-first"
placements = ["home"]
boost = { where = "price > 6", places = 4 }
until = "2019-01-01"
`;
const NEW_RULE = '\n# A week of strawberries.\n[[rule]]\nid = "strawberries"\nplacements = ["home"]\npin = { item = "1127831", position = 1 } # first\n';

let browser;
let visitor;
let server;
let folder;
let address;

const data = () => [
  "--snapshot", join(DEMO, "model/model.swm"), "--catalog", join(STOREFRONT, "data/catalog.csv"),
  "--events", join(STOREFRONT, "data/baskets.csv.zst"), "--since", SINCE, "--at", AT, "--rerank", "category", "--against", join(STOREFRONT, "policy.toml"),
];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "shelfwise-preview-"));
  const policy = (await readFile(join(STOREFRONT, "policy.toml"), "utf8")).replace("max = 2", "max = 1");
  await writeFile(join(folder, "policy.toml"), policy + NEW_RULE + OVER_FACTS);
  server = spawn(SHELFWISE, ["preview", "policy.toml", "--package", join(DEMO, "site/shelfwise"), ...data()], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  address = await firstOf(server.stdout);
  browser = await launch();
});

/** The first line of a stream. */
async function firstOf(stream) {
  for await (const line of createInterface(stream)) return line;
}

after(async () => {
  server?.kill();
  await browser?.close();
  await rm(folder, { recursive: true });
});
afterEach(() => visitor?.leave());

async function open(hash = "", options = {}) {
  visitor = await Visitor.arrive(browser, options);
  await visitor.page.goto(`${address}${hash}`);
  await visitor.page.locator("body[data-state=ready]").waitFor();
  return visitor.page;
}

/** Does something, and waits until the page has ranked after it. */
async function ranked(page, deed) {
  const count = () => page.evaluate(() => Number(document.body.dataset.ranked));
  const before = await count();
  await deed();
  await page.waitForFunction((seen) => Number(document.body.dataset.ranked) > seen, before);
}

const side = (page, name) => page.locator(`[data-${name}] li`).evaluateAll((nodes) => nodes.map(({ dataset }) => dataset.item));

test("the shop's own page names categories and brands as the engine reads them", async () => {
  const source = await readFile(new URL("../../crates/cli/src/preview/page/catalog.js", import.meta.url), "utf8");
  const { Catalog } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const catalog = new Catalog([["rye", "Rye", "Bread", "Ofen", 3, 1], ["bun", "", "Bread", "", null, 2], ["tea", "Tea", "", "", 2, 9]]);
  assert.deepEqual(catalog.page("Bread"), [
    { item_id: "bun", item_category: "Bread", item_brand: undefined },
    { item_id: "rye", item_category: "Bread", item_brand: "Ofen" },
  ]);
});

test("preview_equals_shop: the page's slates are those of the native engine, for the same visit and policy", async () => {
  const simulated = await promisify(execFile)(SHELFWISE, ["policy", "simulate", "policy.toml", ...data(), "--visits", "200", "--json"], { cwd: folder, maxBuffer: 1 << 26 });
  const { examples } = JSON.parse(simulated.stdout).report;
  const moved = examples.flatMap(({ after }) => after).filter(({ id, ...told }) => JSON.stringify(told).includes("dear-first"));
  assert.ok(moved.length > 0, "a rule over facts moves items in the simulation");
  assert.ok(examples.length >= 10 && new Set(examples.map(({ placement }) => placement)).size >= 3);
  const page = await open();
  for (const { placement, visit, done, before, after } of examples) {
    await ranked(page, () => page.evaluate((hash) => (location.hash = hash), `placement=${placement}&visit=${visit}&done=${done}`));
    const ids = (tiles) => tiles.map(({ id }) => id);
    assert.deepEqual(await side(page, "before"), ids(before), `${placement}, visit ${visit}, before`);
    assert.deepEqual(await side(page, "after"), ids(after), `${placement}, visit ${visit}, after`);
  }
});

test("a tile that a rule moved names it, and a strength moves it at once", async () => {
  const page = await open("#placement=home");
  const first = page.locator("[data-after] li").first();
  assert.equal(await first.getAttribute("data-item"), "1127831");
  assert.match(await first.locator(".why").textContent(), /^strawberries places it$/);
  await ranked(page, () => page.getByLabel("pin › position of strawberries, as a number").fill("4").then(() => page.keyboard.press("Tab")));
  assert.equal((await side(page, "after"))[3], "1127831");
  assert.ok(await page.locator("[data-save]").isEnabled());
  await ranked(page, () => page.locator("[data-undo]").click());
  assert.equal((await side(page, "after"))[0], "1127831");
});

test("a paid place is labelled on both sides", async () => {
  const page = await open("#placement=home");
  for (const name of ["before", "after"]) {
    const labels = page.locator(`[data-${name}] .label`);
    assert.deepEqual(await labels.allTextContents(), ["Sponsored"], name);
    assert.equal(await page.locator(`[data-${name}] li`).nth(2).locator(".label").count(), 1, name);
  }
});

test("a rule that is left out is left out on the page alone", async () => {
  const page = await open("#placement=home");
  await ranked(page, () => page.locator('[data-rule="strawberries"] input[type=checkbox]').uncheck());
  assert.notEqual((await side(page, "after"))[0], "1127831");
  assert.ok(await page.locator("[data-save]").isDisabled(), "there is nothing to save");
});

test("a visit can be clicked together, by keyboard", async () => {
  const page = await open("#placement=home");
  await ranked(page, () => page.locator("[data-visit]").selectOption("none"));
  assert.equal(await page.locator("[data-trail] li:not(.none)").count(), 0);
  const tile = page.locator("[data-after] .tile").nth(2);
  await tile.focus();
  await ranked(page, () => page.keyboard.press("Enter"));
  assert.equal(await page.locator("[data-trail] li:not(.none)").count(), 1);
  assert.equal(await page.locator(".tile:focus").count(), 1, "the focus stays on the shelf");
  await ranked(page, () => page.getByRole("button", { name: /^Remove / }).click());
  assert.equal(await page.locator("[data-trail] li:not(.none)").count(), 0);
});

test("saving writes the number alone, with comments kept", async () => {
  const file = join(folder, "policy.toml");
  const text = await readFile(file, "utf8");
  const page = await open("#placement=home");
  await ranked(page, () => page.getByLabel("pin › position of strawberries, as a number").fill("2").then(() => page.keyboard.press("Tab")));
  await page.locator("[data-save]").click();
  await page.locator("[data-saved]", { hasText: "saved in policy.toml" }).waitFor();
  assert.equal(await readFile(file, "utf8"), text.replace("position = 1 } # first", "position = 2 } # first"));
  await page.getByLabel("pin › position of strawberries, as a number").fill("1");
  await page.keyboard.press("Tab");
  await page.locator("[data-save]:enabled").click();
  await page.locator("[data-saved]", { hasText: "saved in policy.toml" }).waitFor();
  assert.equal(await readFile(file, "utf8"), text);
});

for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of Object.entries({ wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } })) {
    test(`the preview at ${name} in ${colorScheme} fits, is readable, shifts nothing and asks nobody else`, async () => {
      const page = await open("#placement=home", { viewport, colorScheme });
      await ranked(page, () => page.locator("[data-next]").click());
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(excess <= 0, `${excess} pixels wider than the window`);
      assert.deepEqual(await page.evaluate(faintTexts), []);
      const { withoutInput } = await visitor.shifts();
      assert.deepEqual(withoutInput, []);
      assert.ok(visitor.requests.every(({ url }) => url.startsWith(address) || url.startsWith("data:")), "only its own server is asked");
      assert.deepEqual([visitor.errors, visitor.failures(), await visitor.violations()], [[], [], []]);
      await visitor.screenshot(`preview-${name}-${colorScheme}`);
    });
  }
}
