/**
 * Releases published while the shop is open, valid and invalid: in two shops of their own, so that no other test's shop
 * changes. `cargo xtask test --only shop` opens them, with their edges in workerd.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { promisify } from "node:util";

import { faintTexts } from "./contrast.mjs";
import { SHOP, Visitor, launch } from "./visitor.mjs";

/** Addresses of shops by the names of their folders. */
const SHOPS = Object.fromEntries((process.env.LIVE_SHOPS ?? "").split(" ").map((shop) => shop.split("=")));
const [GOOD, BAD] = ["live-good", "live-bad"];
/** Strawberries go with many products of other aisles. */
const PRODUCT = "/product/1127831.html";
/** A page polls every 3 seconds. */
const PAGE_MS = 15_000;
/** An edge polls a minute after its last poll. */
const EDGE_MS = 75_000;

let browser;
let visitor;
/** The releases that the shops had when their pages were opened. */
const first = {};

before(async () => {
  assert.ok(SHOPS[GOOD] && SHOPS[BAD] && process.env.XTASK, "run it by `cargo xtask test --only shop`");
  browser = await launch();
});
after(() => browser?.close());
afterEach(() => visitor?.leave());

/** The output of `cargo xtask demo --publish`. */
async function publish(shop, ...more) {
  const { stdout } = await promisify(execFile)(process.env.XTASK, ["demo", "--publish", "--shop", shop, ...more]);
  return stdout;
}

/** A visit with two products in the basket, on a page that is not reloaded. */
async function openVisit(shop) {
  visitor = await Visitor.arrive(browser, { baseURL: SHOPS[shop] });
  await visitor.open("/");
  for (const at of [0, 1]) await visitor.ranked(() => visitor.page.locator(".starters .add").nth(at).click());
  await visitor.page.evaluate(() => (globalThis.isTheSameDocument = true));
  first[shop] = await epoch();
  assert.ok(first[shop] > 0);
}

const titles = () => visitor.page.locator("shelfwise-shelf[placement=home] [data-shelfwise-slot] .title").allTextContents();
const said = (part) => visitor.page.locator(`[data-panel=${part}]`).textContent();
const epoch = async () => Number((await said("release")).match(/^\d+/)?.[0]);
const refusal = (words) => visitor.page.locator("[data-panel=refused]", { hasText: words }).waitFor({ state: "attached", timeout: PAGE_MS });

/** What must be equal before and after: document, visit and basket, without a layout shift. */
async function assertTheVisitGoesOn() {
  assert.ok(await visitor.page.evaluate(() => globalThis.isTheSameDocument), "the page was not loaded again");
  assert.deepEqual([await visitor.state(), await said("held"), await visitor.page.locator("[data-basket-count]").textContent()], ["ready", "2", "2"]);
  assert.deepEqual((await visitor.shifts()).withoutInput, []);
  assert.deepEqual([await visitor.violations(), visitor.errors], [[], []]);
}

/** The edge's `/healthz`, once it matches; requests make it poll. */
async function edge(shop, isAsWanted) {
  const end = Date.now() + EDGE_MS;
  for (;;) {
    const health = await (await fetch(`${SHOPS[shop]}/healthz`)).json();
    if (isAsWanted(health)) return health;
    assert.ok(Date.now() < end, `the edge of ${shop} stays as it is: ${JSON.stringify(health)}`);
    await new Promise((later) => setTimeout(later, 500));
  }
}

/** Titles beside the product in the edge's HTML, without scripts. */
async function titlesFromEdge(address) {
  const html = await (await fetch(address + PRODUCT)).text();
  const [shelf] = html.match(/<shelfwise-shelf placement="pdp".*?<\/shelfwise-shelf>/s);
  return [...shelf.split("</template>")[1].matchAll(/<span class="title">([^<]*)</g)].map(([, title]) => title);
}

let pick;

test("a release published while a page is open is activated between two rankings without a shift", async (t) => {
  await openVisit(GOOD);
  const before = await titles();
  const printed = await publish(GOOD);
  const began = Date.now();
  [, pick] = printed.match(/Published\. (.+) is in the first place/);
  assert.notEqual(before[0], pick);
  assert.match(printed, /guarded rules:\n.*shop-objective/s, "what changes needs the lead");
  assert.match(printed, /approved by 1 lead key/);
  await visitor.page.locator("shelfwise-shelf[placement=home] [data-shelfwise-slot] .title", { hasText: pick }).first().waitFor({ timeout: PAGE_MS });
  t.diagnostic(`the page has it ${Date.now() - began} ms after publishing ended`);
  await visitor.settle();
  assert.equal((await titles())[0], pick);
  assert.equal(await epoch(), Number(printed.match(/release (\d+), holds until/)[1]), "the panel says which release that is");
  assert.equal(await said("refused"), "");
  await assertTheVisitGoesOn();
  await visitor.openPanel();
  await visitor.page.locator("[data-panel=rules] li", { hasText: pick }).filter({ hasText: "put in place 1: “todays pick”" }).waitFor();
  await visitor.page.locator("[data-panel=release]").scrollIntoViewIfNeeded();
  await visitor.screenshot("live-taken-over");
});

test("bad releases leave an open page unchanged, and its panel shows each reason", async () => {
  await openVisit(BAD);
  const before = await titles();
  const unapproved = [
    ["not-approved", "approval: too-few-signatures", "nobody approved its guarded rules"],
    ["approval-of-other-rules", "policy: not-approved", "the lead approved other rules"],
  ];
  for (const [kind, why, meant] of [...unapproved, ["epoch-rolled-back", "release: rolled-back"], ["forged-signature", "release: forged"], ["policy-signed-by-the-release-key", "policy-signature: wrong-role"]]) {
    assert.match(await publish(BAD, "--bad", kind), new RegExp(`Nothing may change.*"${why}"`, "s"));
    await refusal(why);
    if (meant) assert.ok((await said("refused")).includes(`, so ${meant} (`), meant);
    await visitor.settle();
    assert.deepEqual([await titles(), await epoch()], [before, first[BAD]], kind);
  }
  await assertTheVisitGoesOn();
  await visitor.openPanel();
  await visitor.page.locator("[data-panel=refused]").scrollIntoViewIfNeeded();
  for (const colorScheme of ["light", "dark"]) {
    await visitor.page.emulateMedia({ colorScheme });
    await visitor.settle();
    await visitor.screenshot(`live-refused-${colorScheme}`);
    assert.deepEqual(await visitor.page.evaluate(faintTexts), [], colorScheme);
  }
});

test("a page opened while a bad release is served shows the shop's own order and the reason", async () => {
  visitor = await Visitor.arrive(browser, { baseURL: SHOPS[BAD] });
  await visitor.open("/");
  assert.equal(await visitor.state(), "off");
  assert.match(await said("state"), /the shop's own order.* not used: .*policy-signature: wrong-role/s);
});

test("the edge activates the new release at its next poll, and keeps the last good one after a bad one", async () => {
  const [good, bad] = await Promise.all([
    edge(GOOD, ({ release_epoch }) => release_epoch !== first[GOOD]),
    edge(BAD, ({ refused }) => refused !== null),
  ]);
  assert.ok(good.release_epoch > first[GOOD] && good.refused === null, JSON.stringify(good));
  assert.equal((await titlesFromEdge(SHOPS[GOOD]))[0], pick);
  assert.equal(bad.release_epoch, first[BAD]);
  assert.match(bad.refused, /policy-signature\/wrong-role/);
  assert.deepEqual(await titlesFromEdge(SHOPS[BAD]), await titlesFromEdge(SHOP), "as in the shop that nothing was published to");
});

test("a revert brings the rules before back to an open page, approved anew", async () => {
  await openVisit(GOOD);
  assert.equal((await titles())[0], pick);
  const printed = await publish(GOOD, "--revert");
  assert.match(printed, /approved by 1 lead key/);
  const is = Number(printed.match(/release (\d+), holds until/)[1]);
  await visitor.page.locator("[data-panel=release]", { hasText: String(is) }).waitFor({ state: "attached", timeout: PAGE_MS });
  await visitor.settle();
  assert.notEqual((await titles())[0], pick);
  await assertTheVisitGoesOn();
});
