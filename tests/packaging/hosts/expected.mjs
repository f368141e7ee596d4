/** The committed answers, which the native run of `tests/vectors` must give too; and the module that gives them elsewhere. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../..");
/** The least number of answers: fewer would mean that a file of cases is missing. */
const LEAST = 400;

export const MODULE = resolve(process.env.VECTORS_MODULE ?? join(ROOT, "target/wasm32-unknown-unknown/wasm/examples/hosts.wasm"));

const cases = (file) => JSON.parse(readFileSync(join(ROOT, "tests/vectors/cases", `${file}.json`), "utf8"));

/** Compares every line with the committed answer, byte by byte; returns the number of lines. */
export function assertSameBytes(lines) {
  const files = new Map();
  for (const line of lines) {
    const { file, name, answer, error } = JSON.parse(line);
    assert.equal(error, null, `${file}: ${name}`);
    if (!files.has(file)) files.set(file, cases(file));
    const expected = files.get(file).find((other) => other.name === name)?.expect;
    assert.ok(expected, `${file}: ${name} is not among the committed cases`);
    const [here, committed] = [answer, expected].map((one) => JSON.stringify(one));
    assert.ok(here === committed, `${file}: ${name}\nhere      ${here}\ncommitted ${committed}`);
  }
  const committed = [...files.values()].reduce((sum, file) => sum + file.length, 0);
  assert.equal(lines.length, committed, "every case of every file is answered");
  assert.ok(lines.length >= LEAST, `${lines.length} cases, at least ${LEAST} are wanted`);
  return lines.length;
}
