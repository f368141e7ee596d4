/** The reader of policy files: compared with the engine's list for the same rules, and on invalid files. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { load } from "../auto/sources.mjs";

const { hiddenItems } = await load("policy-file.ts");
const { Guardrails } = await load("guardrails.ts");

const fixture = (name) => readFileSync(new URL(`../../../../../tests/snapshots/policies/${name}`, import.meta.url));
const POLICY = fixture("every-verb.swp");
const LIST = fixture("every-verb.hidden.json");
const sorted = (ids) => [...new Set(ids)].sort();

test("policy with every verb hides what the engine lists", () => {
  const { everywhere, placements } = JSON.parse(LIST);
  const found = hiddenItems(POLICY);
  assert.deepEqual(sorted(found.everywhere), sorted(everywhere));
  assert.deepEqual(Object.fromEntries([...found.placements].map(([name, ids]) => [name, sorted(ids)])), named(placements));
});

for (const [format, name, unlisted] of [
  [3, "policy-3", ["unlisted"]],
  [4, "experiments", []],
]) {
  test(`policy of format ${format} hides what the engine lists`, () => {
    const [file, list] = [fixture(`${name}.swp`), JSON.parse(fixture(`${name}.hidden.json`))];
    assert.equal(file[3], format);
    const found = hiddenItems(file);
    assert.deepEqual(sorted(found.everywhere), sorted(list.everywhere));
    assert.deepEqual(Object.fromEntries([...found.placements].map(([name, ids]) => [name, sorted(ids)])), named(list.placements));
    assert.deepEqual(found.unlisted, unlisted);
  });
}

test("rules about a category or a brand without items are named", () => {
  assert.deepEqual(hiddenItems(POLICY).unlisted, ["unlisted", "unlisted-brand"]);
});

test("policy and its hidden list give the same answers", () => {
  const [own, list] = [Guardrails.of(POLICY), Guardrails.read(LIST)];
  for (const placement of ["home", "category", "pdp", "search", "constructor", undefined]) {
    for (const id of ["milk", "candy", "brötchen", "butter", "x".repeat(200), "constructor"]) {
      assert.equal(own.in(placement)(id), list.in(placement)(id), `${placement} ${id}`);
    }
  }
  assert.deepEqual([own.in("category")("candy"), own.in("home")("candy"), own.in("home")("milk")], [true, false, true]);
});

test("damaged policy file gives an answer or null without an exception", () => {
  for (let length = 0; length < POLICY.length; length += 1) assert.equal(Guardrails.of(POLICY.subarray(0, length)), null, `${length} bytes`);
  assert.equal(Guardrails.of(Buffer.concat([POLICY, Buffer.of(0)])), null);
  assert.equal(Guardrails.of(Buffer.from("SWP\x05\x00\x01\x00\x03\x00\x00\x00\x00\x00\x00", "latin1")), null, "a later format");
  // Every changed byte gives an answer or null, in bounded time.
  for (let at = 0; at < POLICY.length; at += 1) {
    for (const byte of [0, 1, 127, 128, 255]) Guardrails.of(Buffer.from(POLICY).fill(byte, at, at + 1));
  }
});

/** Lists with at least one item: a placement without one has no entry. */
function named(lists) {
  return Object.fromEntries(Object.entries(lists).filter(([, ids]) => ids.length > 0));
}
