/** The packed types in a shop's own TypeScript: valid use compiles, invalid use does not. */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { project, run, tool } from "./project.mjs";

const STRICT = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
/** How TypeScript finds modules, with the module kinds that go with it. */
const RESOLUTIONS = { bundler: "esnext", node16: "node16", nodenext: "nodenext" };

let folder;
before(() => (folder = project("types")));

const compile = (file, resolution) =>
  run(tool("tsc"), [...STRICT, "--module", RESOLUTIONS[resolution], "--moduleResolution", resolution, file], folder);

for (const resolution of Object.keys(RESOLUTIONS)) {
  test(`a shop's TypeScript compiles with moduleResolution ${resolution}, and each wrong use is refused`, () => {
    compile("right.ts", resolution);
    compile("entries.ts", resolution);
    compile("wrong.ts", resolution);
  });
}

test("a CommonJS server compiles", () => compile("common.cts", "node16"));

test("an unexpected wrong use fails the build and is named", () => {
  assert.throws(() => compile("misspelt.ts", "bundler"), /rerankk/);
});
