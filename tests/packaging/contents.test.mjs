/** What a shop gets with `npm install`: everything that the package names, and nothing that it does not need. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { installed, project, run, TARBALL } from "./project.mjs";

const files = run("tar", ["-tzf", TARBALL], ".").trim().split("\n").map((path) => path.replace(/^package\//, ""));

/** Every path that `exports` leads to, whatever the condition. */
function targets(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(targets);
}

test("every entry of the package leads to a file of the tarball", () => {
  const folder = project("node-esm");
  const manifest = JSON.parse(readFileSync(installed(folder, "package.json"), "utf8"));
  for (const path of [manifest.main, manifest.types, ...manifest.sideEffects, ...targets(manifest.exports)]) {
    assert.ok(existsSync(installed(folder, path)), path);
  }
  assert.equal(manifest.dependencies, undefined, "the package installs nothing else");
  assert.equal(manifest.scripts, undefined, "and runs nothing when it is installed");
});

test("licences, the manifest of flows and a README come along", () => {
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dataflow.json", "package.json"]) assert.ok(files.includes(name), name);
});

test("nothing but what is built comes along: no sources, no tests", (t) => {
  const beside = files.filter((path) => !/^dist\/.*\.(js|cjs|wasm|d\.ts|d\.cts)$/.test(path));
  assert.deepEqual(beside.toSorted(), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dataflow.json", "package.json"]);
  t.diagnostic(`${files.length} files`);
});
