/** Pushes of real shops, taken from the documents of Google and of shop plugins. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { Notes, play, shopWindow } from "./page.mjs";
import { load } from "./sources.mjs";

const FOLDER = new URL("fixtures/", import.meta.url);
const { DataLayer } = await load("auto/data-layer.ts");
const { EntryLinter } = await load("auto/lint/entries.ts");

for (const file of readdirSync(FOLDER)) {
  const fixture = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
  const { source, shop, pushes, told, findings } = fixture;

  test(`events of ${file} are read as the fixture states: ${shop}`, () => {
    assert.match(source, /^https:\/\//, "a fixture names the document it is from");
    const scope = shopWindow();
    play(scope, pushes);
    assert.deepEqual(tellsOf(scope, () => {}), told, "pushed before auto.js came");

    const later = shopWindow();
    assert.deepEqual(tellsOf(later, () => play(later, pushes)), told, "pushed after it came");
  });

  test(`findings of ${file} are those that the fixture states`, () => {
    const scope = shopWindow();
    play(scope, pushes);
    const linter = new EntryLinter(() => 0);
    const codes = scope.dataLayer.flatMap((entry) => linter.check(entry)).map((finding) => finding.code);
    assert.deepEqual(codes, findings);
  });
}

function tellsOf(scope, then) {
  const notes = new Notes();
  const end = new DataLayer({ scope, name: "dataLayer", consent: "google" }).listen(notes);
  try {
    then();
  } finally {
    end();
  }
  return notes.told;
}
