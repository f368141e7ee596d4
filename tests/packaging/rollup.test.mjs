/** Rollup with its resolver for `node_modules`: it copies no files, so the shop serves them from a folder, named by `assets`. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL, project } from "./project.mjs";
import { contained, serve } from "./served.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

for (const options of [{}, { browser: true }]) {
  test(`rollup_build_with_${options.browser ? "browser" : "default"}_resolution_runs_in_a_contained_worker`, async (t) => {
    const folder = project("rollup");
    const bundle = await rollup({ input: join(folder, "main.js"), plugins: [nodeResolve(options)] });
    await bundle.write({ dir: join(folder, "site"), format: "es" });
    cpSync(join(folder, "index.html"), join(folder, "site/index.html"));
    cpSync(MODEL, join(folder, "site/grocer.swm"));
    cpSync(installed(folder, "dist"), join(folder, "site/shelfwise"), { recursive: true });
    const site = await serve(join(folder, "site"), contained);
    try {
      const found = await open(browser, `${site.address}/`, seen);
      assertReranked(found, "worker");
      report(t, found);
    } finally {
      site.close();
    }
  });
}
