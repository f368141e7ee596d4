/** The package without a page: on a Node server, and while a server renders the shop's pages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertReranked, assertStoreOrder, report } from "./expect.mjs";
import { MODEL, project, run } from "./project.mjs";

test("a Node server re-ranks with bytes that it read itself", (t) => {
  const folder = project("node-esm");
  const start = performance.now();
  const seen = JSON.parse(run("node", ["main.js", MODEL], folder));
  assertReranked(seen, "inline");
  // The default timeout is 5 s; a timer that still ran would keep the process alive until then.
  assert.ok(performance.now() - start < 5000, "the process lives on after its work");
  report(t, seen);
});

test("a server-side render with the same import shows the shop's own order", (t) => {
  const folder = project("node-server");
  const seen = JSON.parse(run("node", ["main.js"], folder));
  assertStoreOrder(seen);
  t.diagnostic(`${seen.error.code}: ${seen.error.message}`);
});

test("a CommonJS server loads the package by require", (t) => {
  const folder = project("node-cjs");
  const seen = JSON.parse(run("node", ["main.cjs", MODEL], folder));
  assertReranked(seen, "inline");
  report(t, seen);
});

test("a server without WebAssembly shows the shop's own order", () => {
  const words = ["--import", "data:text/javascript,delete globalThis.WebAssembly", "main.js", MODEL];
  const seen = JSON.parse(run("node", words, project("node-esm")));
  assertStoreOrder(seen);
  assert.equal(seen.error.code, "no_webassembly");
});

test("the entry without an engine has the same handle and the shop's own order", (t) => {
  const seen = JSON.parse(run("node", ["main.js"], project("node-nowasm")));
  assertStoreOrder(seen);
  t.diagnostic(`${seen.error.code}: ${seen.error.message}`);
});
