/** A shop built by a bundler: served, visited, and checked for what every environment must show. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL } from "./project.mjs";
import { contained, serve } from "./served.mjs";

/** A browser for a file of tests, and what it shows of a shop's folder `site`, with the model beside it. */
export function browserForBuilds() {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());
  return async (site) => {
    cpSync(MODEL, join(site, "grocer.swm"));
    const server = await serve(site, contained);
    try {
      return await open(browser, `${server.address}/`, seen);
    } finally {
      server.close();
    }
  };
}

/** Puts the page beside the scripts in `site`, and the package's files into a folder of it: some bundlers copy none. */
export function addFiles(project, site) {
  cpSync(join(project, "index.html"), join(site, "index.html"));
  cpSync(installed(project, "dist"), join(site, "shelfwise"), { recursive: true });
}

/** Checks that the engine re-ranked with this isolation, and writes a line into the test's report. */
export function assertPersonal(t, found, isolation) {
  assertReranked(found, isolation);
  report(t, found);
}
