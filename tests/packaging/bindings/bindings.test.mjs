/**
 * The tests in `crates/web/tests`, in Chromium. TESTS names a folder with one folder for each file of
 * tests: its module, and the glue that wasm-bindgen wrote for it.
 *
 * `wasm-bindgen-test` compiles every test as an export, and a context that runs the tests it is given. Its own runner does
 * the same as the code below, but takes minutes to compile.
 */

import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../browser.mjs";
import { serve } from "../served.mjs";

const TESTS = process.env.TESTS;
/** The prefix of a test's export. */
const TEST = "__wbgt_";
const PAGE = `<!doctype html><title>tests</title><link rel="icon" href="data:,"><pre id="output"></pre>`;

let browser;
let site;

before(async () => {
  writeFileSync(join(TESTS, "index.html"), PAGE);
  [site, browser] = [await serve(TESTS), await launch()];
});
after(async () => {
  await browser?.close();
  site?.close();
});

/** Runs all tests of a module in the page: their number, whether all passed, and their output. */
async function run([file, prefix]) {
  // The function through which the context calls a test.
  globalThis.__wbg_test_invoke = (call) => call();
  const { default: init, WasmBindgenTestContext: Context } = await import(`/${file}/test.js`);
  const wasm = await init({ module_or_path: fetch(`/${file}/test_bg.wasm`) });
  const tests = Object.keys(wasm).filter((name) => name.startsWith(prefix));
  const passed = await new Context(false).run(tests.map((name) => wasm[name]));
  return { count: tests.length, passed, output: document.querySelector("#output").textContent };
}

const files = readdirSync(TESTS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

test("the folder has test modules of crates/web", () => assert.ok(files.length >= 3, files.join(", ")));

for (const file of files.sort()) {
  test(`${file}: every test passes in Chromium`, async (t) => {
    const page = await browser.newPage();
    const said = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", ({ message }) => said.push(message));
    await page.goto(`${site.address}/`);
    const { count, passed, output } = await page.evaluate(run, [file, TEST]);
    const report = `${output}\n${said.join("\n")}`;
    assert.ok(count > 0, "the module has tests");
    assert.ok(passed, report);
    assert.match(output, new RegExp(`test result: .*ok.* ${count} passed`), report);
    t.diagnostic(`${count} tests`);
  });
}
