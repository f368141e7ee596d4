/** Signed releases on a server: Node's entry takes and refuses what browsers do; entries without releases report it. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { KEYS, TABLE, keysOf, saysWhy, serveTable } from "./releases.mjs";
import { DIST, Site } from "./site.mjs";

const entry = (name) => import(pathToFileURL(join(DIST, name)).href);
const { now } = Date;

let site;
before(async () => {
  site = await Site.open();
  serveTable(site);
  // The table's releases are valid at the table's own time.
  Date.now = () => TABLE.now_ms;
});
after(() => {
  Date.now = now;
  return site.close();
});

async function made({ createShelfwise }, name, keys = KEYS) {
  const shelf = await createShelfwise({ release: `${site.origin}/cases/${name}/release`, keys, timeoutMs: 20_000 });
  const { snapshot } = await shelf.rerank({ placement: "category", items: ["soap", "milk", "butter"] });
  shelf.close();
  return { error: shelf.status.error, served: snapshot !== null };
}

test("Node's entry takes each valid release, and shows the shop's own order for each invalid one", async () => {
  const node = await entry("node.js");
  for (const tested of TABLE.cases) {
    const { name, forgetting } = tested;
    const { error, served } = await made(node, name, keysOf(tested));
    const isTaken = forgetting.outcome === "new";
    assert.equal(served, isTaken, `${name}: ${error?.message}`);
    if (!isTaken) assert.ok(saysWhy(error, forgetting), `${name}: ${error.code}: ${error.message}`);
  }
});

test("Node's entry loaded by `require` does the same as the imported one", async () => {
  const { error, served } = await made(createRequire(import.meta.url)(join(DIST, "node.cjs")), "good-next");
  assert.deepEqual([error, served], [null, true]);
});

test("an entry without releases reports that it takes none", async () => {
  const { error, served } = await made(await entry("base64.js"), "good-next");
  assert.deepEqual([error.code, served], ["bad_options", false]);
  assert.match(error.message, /takes no release: give it snapshot and policy/);
});
