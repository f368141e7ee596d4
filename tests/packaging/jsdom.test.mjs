/** The package in a shop's own unit tests: jsdom has a window and a document, but no worker. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStoreOrder } from "./expect.mjs";
import { project, run, tool } from "./project.mjs";
import { JSDOM, VirtualConsole } from "jsdom";
import { readFileSync } from "node:fs";
import { join } from "node:path";

test("a page in jsdom keeps the shop's own order, with a reason", async (t) => {
  const folder = project("jsdom");
  // jsdom runs classic scripts only, so the page is bundled as a shop's test runner would do it.
  run(tool("esbuild"), ["main.js", "--bundle", "--format=iife", "--outfile=bundle.js", "--log-level=error"], folder);
  const errors = [];
  const virtualConsole = new VirtualConsole();
  virtualConsole.on("jsdomError", (error) => errors.push(error.message));
  const { window } = new JSDOM("<!doctype html><title>shop</title>", { url: "https://shop.example/", runScripts: "outside-only", virtualConsole });
  window.eval(readFileSync(join(folder, "bundle.js"), "utf8"));
  const seen = await window.seen;
  assertStoreOrder(JSON.parse(JSON.stringify(seen)));
  assert.equal(seen.error.code, "no_worker");
  assert.deepEqual(errors, []);
  t.diagnostic(`${seen.error.code}: ${seen.error.message}`);
  window.close();
});
