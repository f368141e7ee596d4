/** Parcel 2 without configuration: it reads `module` and `browser` of the package, and not `exports`. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { assertPersonal, browserForBuilds } from "./built.mjs";
import { project, run } from "./project.mjs";

const visited = browserForBuilds();

test("Parcel's default build runs the browser entry in a contained worker", async (t) => {
  const folder = project("parcel");
  run(join(folder, "node_modules/.bin/parcel"), ["build", "index.html", "--no-cache", "--log-level=error"], folder);
  const found = await visited(join(folder, "dist"));
  assertPersonal(t, found, "worker");
  assert.equal(found.elements, "function", "shelfwise/shelf is found as well");
});
