/** Pages with a strict policy: they must allow exactly what the documents list. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { seen } from "./browsers.mjs";
import { inBrowsers } from "./shopper.mjs";
import { CONTAINED, MODEL } from "./site.mjs";

const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types shelfwise",
].join("; ");
const integrity = `sha256-${createHash("sha256").update(MODEL).digest("base64")}`;

async function visit(options) {
  const refusals = [];
  document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => refusals.push(violatedDirective));
  const shelf = await shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "session", timeoutMs: 5000, ...options });
  shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
  const slate = await shelf.rerank({ placement: "category", items: ["soap", "milk", "butter"] });
  await shelf.forget();
  const other = await shelfwise.createShelfwise({ snapshot: "/model.swm", ...options });
  return { status: shelf.status, other: other.status, first: slate.items[0].item_id, refusals };
}

inBrowsers(({ name, site, browser }) => {
  function visited(policy, options = {}, answers = {}, host = site.origin) {
    site.with({ "/": { headers: { "content-type": "text/html", "content-security-policy": policy } }, ...answers });
    return seen(browser, `${host}/`, { script: visit, given: options });
  }

  test("the engine runs in its worker under a strict policy with Trusted Types, without a violation", async () => {
    const { status, other, first, refusals } = await visited(STRICT, { integrity });
    assert.deepEqual([status.isolation, status.error, first, refusals], ["worker", null, "butter", []]);
    assert.deepEqual([other.ready, other.isolation], [true, "worker"], "a second handle shares the policy's name");
  });

  test("inline isolation needs 'wasm-unsafe-eval' and no worker", async () => {
    const policy = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'").replace("worker-src 'self'", "worker-src 'none'");
    const { status, first, refusals } = await visited(policy, { isolation: "inline" });
    assert.deepEqual([status.isolation, status.error, first, refusals], ["inline", null, "butter", []]);
  });

  test("files in another folder are loaded from `assets`", async () => {
    const { status } = await visited(STRICT, { assets: "/shelfwise" });
    assert.deepEqual([status.isolation, status.error], ["worker", null]);
  });

  test("a page requests its files once, and nothing else", async () => {
    site.with({});
    const page = await browser.page(`${site.origin}/`);
    await page.run(visit, {});
    const asked = site.asked.filter((path) => !["/", "/page.js", "/favicon.ico"].includes(path));
    const once = ["/model.swm", "/shelfwise/index.js", "/shelfwise/shelfwise_bg.wasm"];
    // Two handles load twice; each starts its worker once, and replaces it when it forgets.
    assert.deepEqual([...new Set(asked)].sort(), [...once, "/shelfwise/worker.js"].sort());
    assert.equal(asked.filter((path) => path === "/model.swm").length, 2);
    await page.close();
  });

  test("the entry without an engine loads nothing and reports it", async () => {
    site.with({ "/page.js": { body: 'import * as shelfwise from "/shelfwise/noop.js"; globalThis.shelfwise = shelfwise;' } });
    const page = await browser.page(`${site.origin}/`);
    const { status, first } = await page.run(visit, {});
    assert.deepEqual([status.ready, status.error.code, first], [false, "no_webassembly", "soap"]);
    assert.deepEqual(site.asked.filter((path) => /swm|wasm$|worker/.test(path)), []);
    await page.close();
  });

  test("a policy without the Trusted Types name leaves the shop's own order", async () => {
    const { status } = await visited(STRICT.replace("trusted-types shelfwise", "trusted-types other"));
    assert.deepEqual([status.source, status.error.code], ["fallback", "no_worker"]);
    assert.match(status.error.message, /worker\.js may not run/);
  });

  for (const embedder of ["require-corp", "credentialless"]) {
    const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": embedder };
    const page = { "/": { headers: { "content-type": "text/html", ...isolated } } };
    const worker = { headers: { "content-type": "text/javascript", "content-security-policy": CONTAINED } };

    test(`a cross-origin isolated page with ${embedder} names the header that the worker lacks`, async () => {
      site.with(page);
      const { status, first } = await seen(browser, `${site.origin}/`, { script: visit, given: {} });
      assert.deepEqual([status.source, status.error.code, first], ["fallback", "no_worker", "soap"]);
      assert.match(status.error.message, /worker\.js does not run: this page is cross-origin isolated: serve it with the header Cross-Origin-Embedder-Policy: require-corp/);
    });

    test(`a cross-origin isolated page with ${embedder} runs a worker that has the header`, async () => {
      site.with({ ...page, "/shelfwise/worker.js": { headers: { ...worker.headers, "cross-origin-embedder-policy": "require-corp" } } });
      const { status, first } = await seen(browser, `${site.origin}/`, { script: visit, given: {} });
      assert.deepEqual([status.isolation, status.error, first], ["worker", null, "butter"]);
    });
  }

  if (name === "Chromium") {
    test("a browser without hashing refuses a model with integrity, and takes one without", async () => {
      const insecure = `http://shop.test:${site.port}`;
      const refused = await visited(STRICT, { integrity }, {}, insecure);
      assert.deepEqual([refused.status.ready, refused.status.error.code], [false, "integrity"]);
      assert.match(refused.status.error.message, /https/);
      const taken = await visited(STRICT, {}, {}, insecure);
      assert.deepEqual([taken.status.ready, taken.status.error], [true, null]);
    });
  }
});

test("the header in the documents is the one tested here", async () => {
  const { readFileSync } = await import("node:fs");
  const readme = readFileSync(new URL("../../crates/web/js/README.md", import.meta.url), "utf8");
  assert.ok(readme.includes(`Content-Security-Policy: ${CONTAINED}\n`));
});
