/**
 * `node chromium.mjs MODULES GLUE WORKLOAD`: times the module in headless Chromium, and prints the rows as JSON.
 * MODULES is the folder that has playwright-core, GLUE that of the module; CHROMIUM names the browser.
 *
 * No server is needed: every request of the page is answered here. The page is cross-origin isolated, which gives the
 * browser's clock a resolution of 5 µs instead of 100.
 */

import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../../chromium.mjs";

const [modules, glue, workload] = process.argv.slice(2).map((path) => resolve(path));
const { chromium } = createRequire(join(modules, "package.json"))("playwright-core");
const own = dirname(fileURLToPath(import.meta.url));
const PAGE = "http://localhost";
const FILES = {
  "/shelfwise.js": join(glue, "shelfwise.js"),
  "/shelfwise_bg.wasm": join(glue, "shelfwise_bg.wasm"),
  "/measure.mjs": join(own, "measure.mjs"),
  "/snapshot.swm": join(workload, "snapshot.swm"),
  "/visits.json": join(workload, "visits.json"),
};
const TYPES = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", json: "application/json" };
const HEADERS = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Answers a request of the page with a file, the page itself, or 404. */
function answer(route) {
  const { pathname } = new URL(route.request().url());
  const path = FILES[pathname];
  if (path) return route.fulfill({ path, headers: { ...HEADERS, "content-type": TYPES[path.split(".").at(-1)] ?? "" } });
  if (pathname === "/") return route.fulfill({ body: "<!doctype html>", headers: { ...HEADERS, "content-type": "text/html" } });
  return route.fulfill({ status: 404 });
}

const browser = await start(chromium);
try {
  const page = await browser.newPage();
  await page.route("**/*", answer);
  await page.goto(`${PAGE}/`);
  const rows = await page.evaluate(async () => {
    if (!globalThis.crossOriginIsolated) throw new Error("the page is not isolated: its clock is too coarse");
    const [{ default: init, Engine }, { measure }] = await Promise.all([
      import("/shelfwise.js"),
      import("/measure.mjs"),
    ]);
    await init({ module_or_path: "/shelfwise_bg.wasm" });
    const snapshot = new Uint8Array(await (await fetch("/snapshot.swm")).arrayBuffer());
    return measure(Engine, snapshot, (await (await fetch("/visits.json")).json()).visits);
  });
  console.log(JSON.stringify({ version: `Chromium ${browser.version()}`, rows }));
} finally {
  await browser.close();
}
