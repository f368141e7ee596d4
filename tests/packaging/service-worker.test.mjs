/** A service worker of the shop, which cannot start workers of its own: the engine runs inline there. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL, project } from "./project.mjs";
import { serve } from "./served.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test("a service worker re-ranks", async (t) => {
  const folder = project("service-worker");
  cpSync(MODEL, join(folder, "grocer.swm"));
  cpSync(installed(folder, "dist"), join(folder, "shelfwise"), { recursive: true });
  const site = await serve(folder);
  try {
    const found = await open(browser, `${site.address}/`, seen);
    assertReranked(found, "inline");
    report(t, found);
  } finally {
    site.close();
  }
});
