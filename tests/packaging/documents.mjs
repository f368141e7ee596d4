/** Code blocks of the documents. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.mjs";

/** The first code block of that page of `docs` with that word after its fence. */
export function blockOf(page, word) {
  const [, block] = readFileSync(join(ROOT, "docs", page), "utf8").split(`\`\`\`${word}\n`);
  assert.ok(block, `docs/${page} has no block of ${word}`);
  return block.split("\n```")[0];
}
