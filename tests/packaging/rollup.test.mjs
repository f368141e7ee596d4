/** Rollup with its resolver for `node_modules`: it copies no files, so the shop serves them from a folder, named by `assets`. */

import { join } from "node:path";
import { test } from "node:test";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { addFiles, assertPersonal, browserForBuilds } from "./built.mjs";
import { project } from "./project.mjs";

const visited = browserForBuilds();

for (const options of [{}, { browser: true }]) {
  test(`a Rollup build with ${options.browser ? "browser" : "default"} resolution runs in a contained worker`, async (t) => {
    const folder = project("rollup");
    const site = join(folder, "site");
    const bundle = await rollup({ input: join(folder, "main.js"), plugins: [nodeResolve(options)] });
    await bundle.write({ dir: site, format: "es" });
    addFiles(folder, site);
    assertPersonal(t, await visited(site), "worker");
  });
}
