/** A plain page without a bundler, under the strictest policy that a shop can have. */

import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, assertStoreOrder, report } from "./expect.mjs";
import { installed, MODEL, project } from "./project.mjs";
import { contained, serve } from "./served.mjs";

/** Refuses everything that is not named, and strings as scripts except by the Trusted Types policy of that name. */
const STRICT = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "worker-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types shelfwise",
].join("; ");

let browser;
let folder;

before(async () => {
  folder = project("csp");
  cpSync(MODEL, join(folder, "grocer.swm"));
  cpSync(installed(folder, "dist"), join(folder, "shelfwise"), { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

/** The orders of a page under the policy, and the policy's violations. */
async function visited(policy) {
  const site = await serve(folder, (path) => (path === "/index.html" || path === "/" ? { "content-security-policy": policy } : contained(path)));
  const look = async (page) => {
    await page.addInitScript(() => {
      globalThis.refused = [];
      document.addEventListener("securitypolicyviolation", (event) => globalThis.refused.push(`${event.effectiveDirective} ${event.blockedURI}`));
    });
    await page.goto(`${site.address}/`);
    return { ...(await seen(page)), refused: await page.evaluate(() => globalThis.refused) };
  };
  try {
    return await open(browser, "about:blank", look);
  } finally {
    site.close();
  }
}

test("a list re-ranks under a strict policy, without a violation by Shelfwise", async (t) => {
  const found = await visited(STRICT);
  assertReranked(found, "worker");
  assert.deepEqual(found.refused.filter((one) => !one.includes("favicon")), []);
  report(t, found);
});

test("a policy that refuses workers leaves the shop's own order", async (t) => {
  const found = await visited(STRICT.replace("worker-src 'self'", "worker-src 'none'"));
  assertStoreOrder(found);
  assert.equal(found.error.code, "no_worker");
  t.diagnostic(`${found.error.code}: ${found.error.message}`);
});

test("a policy without Shelfwise's Trusted Types name leaves the shop's own order", async (t) => {
  const found = await visited(STRICT.replace("trusted-types shelfwise", "trusted-types another"));
  assertStoreOrder(found);
  assert.equal(found.error.code, "no_worker");
  t.diagnostic(`${found.error.code}: ${found.error.message}`);
});
