/** The contents of `npm install`: every file that the package names, and no file that it does not need. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installed, project, ROOT, run, TARBALL } from "./project.mjs";

const files = run("tar", ["-tzf", TARBALL], ".").trim().split("\n").map((path) => path.replace(/^package\//, ""));

/** Every path in `exports`, under any condition. */
function targets(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(targets);
}

test("every entry in `exports` names a file of the tarball", () => {
  const folder = project("contents", join(import.meta.dirname, "environments/node-esm"));
  const manifest = JSON.parse(readFileSync(installed(folder, "package.json"), "utf8"));
  const { main, module, browser, types, sideEffects, exports } = manifest;
  for (const path of [main, module, ...targets(browser), types, ...sideEffects, ...targets(exports)]) {
    assert.ok(existsSync(installed(folder, path)), path);
  }
  assert.equal(manifest.dependencies, undefined, "the package installs nothing else");
  assert.equal(manifest.scripts, undefined, "and runs nothing when it is installed");
});

/** Bundlers that read no `exports` find the browser's entries by `browser`: the same files that `exports` names for browsers. */
test("every browser entry of `exports` is found without `exports`", () => {
  const { main, module, browser, exports } = JSON.parse(readFileSync(join(ROOT, "crates/web/js/package.json"), "utf8"));
  assert.equal(module, exports["."].browser.default);
  assert.equal(browser[main], module);
  const own = Object.entries(exports).filter(([name, target]) => target.default && !/^\.\/(workerd|.*\.\w+)$/.test(name));
  assert.ok(own.length >= 6, own.join(" "));
  for (const [name, target] of own) if (name !== ".") assert.equal(browser[name], target.default, name);
});

test("licences, the data-flow manifest and a README are in the tarball", () => {
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dataflow.json", "package.json"]) assert.ok(files.includes(name), name);
});

test("the tarball has built files alone, without sources and tests", (t) => {
  const beside = files.filter((path) => !/^dist\/.*\.(js|cjs|wasm|d\.ts|d\.cts)$/.test(path));
  assert.deepEqual(beside.toSorted(), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dataflow.json", "package.json"]);
  t.diagnostic(`${files.length} files`);
});
