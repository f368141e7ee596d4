/** The statements of docs/consent.md about consent management, with that page's own code. */

import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { LIST } from "./environments/shop.js";
import { blockOf } from "./documents.mjs";
import { installed, MODEL, project } from "./project.mjs";
import { contained, serve } from "./served.mjs";

/** A consent tool of four lines, the shop's page, and functions for the test. */
const PAGE = `
import { createShelfwise } from "/shelfwise/index.js";
let state = null, changed = () => {};
const cmp = { answered: () => state !== null, allowed: () => state === true, onChange: (listener) => (changed = listener) };
${blockOf("consent.md", "js consent").replace("/shelfwise/model.swm", "/grocer.swm")}
globalThis.shelf = shelf;
globalThis.answer = (said) => ((state = said), changed());
globalThis.buyBread = () => shelf.track("add_to_cart", { items: [{ item_id: "bread", item_name: "Secret name", price: 2 }] });
globalThis.look = async () => ({
  order: (await shelf.rerank({ placement: "category", items: ${JSON.stringify(LIST)} })).items.map((item) => item.item_id),
  mode: [shelf.status.mode, shelf.status.mode_source],
  stored: sessionStorage.getItem("shelfwise"),
});
globalThis.seen = true;
`;

let browser;
let site;

before(async () => {
  const folder = project("consent", join(import.meta.dirname, "environments/csp"));
  writeFileSync(join(folder, "main.js"), PAGE);
  cpSync(MODEL, join(folder, "grocer.swm"));
  cpSync(installed(folder, "dist"), join(folder, "shelfwise"), { recursive: true });
  site = await serve(folder, contained);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  site?.close();
});

/** A visit of the shop; `arrange` runs before the page's scripts. */
const visited = (deed, arrange = () => {}) =>
  open(browser, "about:blank", async (page) => {
    await page.addInitScript(arrange);
    const requests = [];
    page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.goto(`${site.address}/`);
    await page.waitForFunction(() => globalThis.seen);
    return deed(page, requests);
  });
const look = (page) => page.evaluate(() => globalThis.look());
const buyBread = (page) => page.evaluate(() => globalThis.buyBread());
const answer = (page, said) => page.evaluate((said) => globalThis.answer(said), said);

test("no event is read or stored before the answer, or afterwards made up for", async () => {
  await visited(async (page) => {
    await buyBread(page);
    assert.deepEqual(await look(page), { order: LIST, mode: ["contextual", "consent"], stored: null });
    await answer(page, true);
    assert.deepEqual((await look(page)).order, LIST);
  });
});

test("a granted visit orders the list and is kept in the tab with item ids alone", async (t) => {
  await visited(async (page) => {
    await answer(page, true);
    await buyBread(page);
    const { order, mode, stored } = await look(page);
    assert.notDeepEqual(order, LIST);
    assert.deepEqual(mode, ["session", "shop"]);
    await page.waitForFunction(() => sessionStorage.getItem("shelfwise"));
    const kept = (await look(page)).stored;
    const readable = kept + Buffer.from(JSON.parse(kept).visit, "base64").toString("latin1");
    assert.ok(readable.includes("bread") && !readable.includes("Secret"), readable);
    t.diagnostic(`${order.join(" ")}; ${kept.length} characters kept`);
  });
});

test("a kept visit is not read on the next page before the answer, and orders after it", async () => {
  await visited(async (page) => {
    await answer(page, true);
    await buyBread(page);
    const personal = (await look(page)).order;
    await page.waitForFunction(() => sessionStorage.getItem("shelfwise"));
    await page.reload();
    await page.waitForFunction(() => globalThis.seen);
    const { order, stored } = await look(page);
    assert.deepEqual(order, LIST);
    assert.ok(stored, "it is not touched either");
    await answer(page, true);
    await page.waitForFunction((order) => globalThis.look().then((seen) => seen.order.join() === order), personal.join());
  });
});

test("a refusal forgets the visit and empties the tab's storage", async () => {
  await visited(async (page) => {
    await answer(page, true);
    await buyBread(page);
    await page.waitForFunction(() => sessionStorage.getItem("shelfwise"));
    await answer(page, false);
    assert.deepEqual(await look(page), { order: LIST, mode: ["contextual", "consent"], stored: null });
  });
});

test("forget() empties the tab's storage", async () => {
  await visited(async (page) => {
    await answer(page, true);
    await buyBread(page);
    await page.waitForFunction(() => sessionStorage.getItem("shelfwise"));
    await page.evaluate(() => globalThis.shelf.forget());
    const { order, stored } = await look(page);
    assert.deepEqual([order, stored], [LIST, null]);
  });
});

test("Global Privacy Control overrides a granted consent", async () => {
  const signal = () => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true });
  await visited(async (page) => {
    await answer(page, true);
    await buyBread(page);
    assert.deepEqual(await look(page), { order: LIST, mode: ["contextual", "gpc"], stored: null });
  }, signal);
});

test("Shelfwise requests model, module and worker, whatever the shopper does", async (t) => {
  const visit = (events) =>
    visited(async (page, requests) => {
      const before = requests.filter((one) => /grocer|wasm|worker/.test(one)).toSorted();
      await answer(page, true);
      for (let times = 0; times < events; times += 1) await buyBread(page);
      await look(page);
      return { before, all: [...new Set(requests)].toSorted() };
    });
  const [quiet, busy] = [await visit(0), await visit(5)];
  assert.deepEqual(busy, quiet);
  const own = quiet.before;
  assert.deepEqual(own, ["GET /grocer.swm", "GET /shelfwise/shelfwise_bg.wasm", "GET /shelfwise/worker.js"]);
  t.diagnostic(own.join(", "));
});
