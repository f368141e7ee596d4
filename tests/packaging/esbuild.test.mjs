/** One classic script by esbuild, which takes no files along: the shop serves them from a folder, named by `assets`. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL, project, run, tool } from "./project.mjs";
import { contained, serve } from "./served.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test("the list re-ranks in a shop of one classic script, in a contained worker", async (t) => {
  const folder = project("esbuild");
  run(tool("esbuild"), ["main.js", "--bundle", "--minify", "--format=iife", "--outfile=site/main.js", "--log-level=error"], folder);
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
