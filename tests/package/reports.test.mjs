/** Randomized reports: one a visit, of one length, to the shop's own address, and only where everybody wants that. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { inBrowsers } from "./shopper.mjs";
import { DIST, MODEL } from "./site.mjs";

/** Asks whether a visit saw its arm of `winter`, and clicked content; the other question's experiment is over. */
const POLICY = readFileSync(new URL("../snapshots/policies/experiments.swp", import.meta.url));
/** What the package reports of a seeded crowd: `crates/cli/tests/commands/reports.rs` decodes it. `WRITE=1` writes it anew. */
const CROWD = new URL("reports.txt", import.meta.url);
const VISITS = 3_000;
/** How often the crowd clicks under each arm: the truth. */
const CLICKS = { store_order: 0.2, today: 0.5, bold: 0.35 };

/** A report about `winter`, with 7 answers: two digits. */
const REPORT = /^sr1\.winter_[0-9a-z]{3}\.[0-7][0-9a-f]\.[0-9a-z]{3}$/;

/** Opens a handle, does these things, and asks for a report twice. Runs in the page. */
async function visit({ options, events, before }) {
  if (before === "gpc") Object.defineProperty(navigator, "globalPrivacyControl", { value: true, configurable: true });
  if (before === "dnt") Object.defineProperty(navigator, "doNotTrack", { value: "1", configurable: true });
  const given = { snapshot: "/model.swm", policy: "/policy.swp", mode: "session", timeoutMs: 20_000, ...options };
  const shelf = await shelfwise.createShelfwise(given);
  const problems = [];
  shelf.on("error", ({ code }) => problems.push(code));
  for (const event of events ?? []) shelf.track(event, { items: [{ item_id: "hero-1" }] });
  const sent = [await shelf.report(), await shelf.report()];
  globalThis.shelf = shelf;
  return { sent, problems };
}

inBrowsers(({ site, browser }) => {
  async function arrived(options, more = {}) {
    const answers = { "/policy.swp": { status: 200, body: POLICY, headers: { "content-type": "application/octet-stream" } }, "/report": { status: 204, body: "" } };
    site.with(answers);
    const page = await browser.page(`${site.origin}/`);
    return { page, ...(await page.run(visit, { options: { reports: "/report", ...options }, ...more })) };
  }

  test("a visit sends one report, without cookies and without a referrer", async () => {
    const { page, sent, problems } = await arrived({}, { events: ["view_promotion", "select_promotion"] });
    assert.deepEqual([sent, problems], [[true, false], []]);
    const [{ path, body, headers }, ...others] = site.posted;
    assert.deepEqual([path, others], ["/report", []]);
    assert.match(body, REPORT);
    assert.deepEqual([headers.cookie, headers.referer], [undefined, undefined]);
    await page.leave();
  });

  test("the next page of a visit sends none, and after forget there is another visit", async () => {
    const { page, sent } = await arrived({ visit: "tab" });
    assert.deepEqual(sent, [true, false]);
    await page.go(`${site.origin}/?next`);
    const options = { reports: "/report", visit: "tab" };
    assert.deepEqual((await page.run(visit, { options })).sent, [false, false]);
    assert.equal(site.posted.length, 1);
    assert.equal(await page.run(async () => (await shelf.forget(), shelf.report())), true);
    assert.equal(site.posted.length, 2);
    await page.leave();
  });

  for (const [why, options, more] of [
    ["the shop has set no address", { reports: undefined }],
    ["the mode keeps no visit", { mode: "contextual" }],
    ["consent is pending", { consent: "pending" }],
    ["consent is denied", { consent: "denied" }],
    ["Global Privacy Control is on", {}, { before: "gpc" }],
    ["Do Not Track is on", {}, { before: "dnt" }],
    ["a tester forces an arm", { arms: ["winter/today"] }],
    ["there is no policy", { policy: undefined }],
  ]) {
    test(`nothing is sent where ${why}`, async () => {
      const { page, sent } = await arrived(options, { events: ["view_promotion"], ...more });
      assert.deepEqual([sent, site.posted], [[false, false], []]);
      await page.leave();
    });
  }

  test("a report that cannot be sent is a problem for the shop's listeners, and no second try", async () => {
    const { page, sent, problems } = await arrived({ reports: "/nowhere" });
    assert.deepEqual([sent, problems], [[false, false], ["network"]]);
    await page.leave();
  });

  test("no report leaves the shop's own origin", async () => {
    const { page, sent, problems } = await arrived({ reports: site.origin.replace("127.0.0.1", "localhost") + "/report" });
    assert.deepEqual([sent, problems, site.posted], [[false, false], ["network"], []]);
    await page.leave();
  });
});

test("reports of a crowd are those that the command line decodes", { timeout: 120_000 }, async () => {
  const dice = seeded(7);
  const { fetch } = globalThis;
  const { getRandomValues } = crypto;
  const reports = [];
  crypto.getRandomValues = (bytes) => bytes.map((_, at) => (bytes[at] = dice() * 256)) && bytes;
  globalThis.fetch = async (_address, { body }) => (reports.push(body), { status: 204 });
  try {
    const { createShelfwise } = await import(join(DIST, "node.js"));
    for (let number = 0; number < VISITS; number += 1) {
      const shelf = await createShelfwise({ snapshot: MODEL, policy: POLICY, mode: "session", reports: "https://shop.example/report" });
      const [{ arm }] = await shelf.arms();
      if (dice() < 0.8) shelf.track("view_promotion", { items: [{ item_id: "hero-1" }] });
      if (dice() < (CLICKS[arm] ?? 0.9)) shelf.track("select_promotion", { items: [{ item_id: "hero-1" }] });
      assert.equal(await shelf.report(), true);
      shelf.close();
    }
  } finally {
    Object.assign(globalThis, { fetch });
    crypto.getRandomValues = getRandomValues;
  }
  assert.ok(reports.every((report) => REPORT.test(report)), "of one form and length");
  const text = `${reports.join("\n")}\n`;
  if (process.env.WRITE) writeFileSync(CROWD, text);
  assert.ok(text === readFileSync(CROWD, "utf8"), "reports.txt has what the package reports: write it with WRITE=1");
});

/** The Lehmer generator of Park and Miller: numbers from 0 to 1, the same in every run. */
function seeded(seed) {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
