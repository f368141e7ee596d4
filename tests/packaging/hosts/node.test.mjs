/** Golden vectors in Node. */

import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertSameBytes, MODULE } from "./expected.mjs";
import { answers } from "./read.js";

test("Node returns the bytes of the native run", (t) => {
  const lines = answers(new WebAssembly.Module(readFileSync(MODULE)));
  t.diagnostic(`Node ${process.version}: ${assertSameBytes(lines)} cases, the same bytes`);
});
