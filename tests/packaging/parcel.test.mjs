/** Parcel 2 without a line of configuration: it reads `module` and `browser` of the package, and not `exports`. */

import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { MODEL, project, run } from "./project.mjs";
import { contained, serve } from "./served.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test("parcel_default_build_runs_the_browser_entry_in_a_contained_worker", async (t) => {
  const folder = project("parcel");
  run(join(folder, "node_modules/.bin/parcel"), ["build", "index.html", "--no-cache", "--log-level=error"], folder);
  cpSync(MODEL, join(folder, "dist/grocer.swm"));
  const site = await serve(join(folder, "dist"), contained);
  try {
    const found = await open(browser, `${site.address}/`, seen);
    assertReranked(found, "worker");
    assert.equal(found.elements, "function", "shelfwise/shelf is found as well");
    report(t, found);
  } finally {
    site.close();
  }
});
