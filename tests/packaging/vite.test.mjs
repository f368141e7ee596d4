/** A fresh project of Vite, without any configuration: while it is written, and as it is shipped. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { MODEL, project, run } from "./project.mjs";
import { freePort, start } from "./served.mjs";

let browser;
let folder;

before(async () => {
  folder = project("vite");
  mkdirSync(join(folder, "public"));
  cpSync(MODEL, join(folder, "public/grocer.swm"));
  browser = await launch();
});
after(() => browser?.close());

const vite = () => join(folder, "node_modules/.bin/vite");

/** Serves the project by one of Vite's commands, and looks at it. */
async function served(command, look) {
  const port = await freePort();
  const words = [...command, "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const site = await start(vite(), words, { folder, port });
  try {
    return await open(browser, `${site.address}/`, look);
  } finally {
    site.close();
  }
}

test("the list re-ranks while the shop is written", async (t) => {
  const found = await served([], seen);
  assertReranked(found, "worker-uncontained");
  report(t, found);
});

test("the list re-ranks in the shop that was built", async (t) => {
  run(vite(), ["build"], folder);
  const found = await served(["preview"], seen);
  assertReranked(found, "worker-uncontained");
  report(t, found);
});
