/** webpack 5 without any loader or plugin: worker and module are taken along as files. */

import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import webpack from "webpack";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { MODEL, project } from "./project.mjs";
import { serve } from "./served.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Builds the folder's `main.js` into `dist`: webpack as it comes. */
function build(folder) {
  const options = {
    context: folder,
    mode: "production",
    entry: "./main.js",
    output: { path: join(folder, "dist") },
  };
  return new Promise((done, failed) => {
    webpack(options, (error, stats) => {
      if (error || stats.hasErrors()) failed(error ?? new Error(stats.toString({ all: false, errors: true })));
      else done(stats.toJson({ all: false, assets: true }).assets.map((asset) => asset.name));
    });
  });
}

test("the list re-ranks in the shop that webpack built", async (t) => {
  const folder = project("webpack");
  const files = await build(folder);
  assert.ok(files.some((name) => name.endsWith(".wasm")), files.join(" "));
  cpSync(MODEL, join(folder, "dist/grocer.swm"));
  cpSync(join(folder, "index.html"), join(folder, "dist/index.html"));
  const site = await serve(join(folder, "dist"));
  try {
    const found = await open(browser, `${site.address}/`, seen);
    assertReranked(found, "worker-uncontained");
    report(t, found);
  } finally {
    site.close();
  }
});
