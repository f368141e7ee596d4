/** What a shop writes into its script element. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { load } from "./sources.mjs";

const { ownScript, readSetting } = await load("auto/setting.ts");

const setting = (dataset, host = "shop.example") => readSetting({ dataset }, host);

test("one attribute is enough: everything else has a value that asks for no consent and keeps nothing", () => {
  const { options, ...rest } = setting({ snapshot: "/model.swm" });
  assert.deepEqual(options, { snapshot: "/model.swm" });
  assert.deepEqual(rest, {
    consent: "not read",
    layer: "dataLayer",
    lists: '[data-shelfwise="category"], [data-shelfwise-list]',
    itemAttribute: "data-item-id",
    isDevelopment: false,
  });
});

test("every attribute has its place", () => {
  const { options, ...rest } = setting({
    snapshot: "/model.swm", integrity: "sha256-x", policy: "/policy.swp", policyIntegrity: "sha256-y", mode: "session",
    isolation: "inline", visit: "tab", consent: "granted", list: ".grid", dataLayer: "gtmLayer", itemAttribute: "data-sku",
  });
  assert.deepEqual(options, {
    snapshot: "/model.swm", integrity: "sha256-x", policy: { url: "/policy.swp", integrity: "sha256-y" }, mode: "session",
    isolation: "inline", visit: "tab", consent: "granted",
  });
  assert.deepEqual(rest, { consent: "not read", layer: "gtmLayer", lists: ".grid", itemAttribute: "data-sku", isDevelopment: false });
});

test("a signed release stands in place of a model, its keys with spaces or line breaks between them", () => {
  const { options } = setting({ release: "/shelfwise/release", keys: " release-0a\n  policy-0b " });
  assert.deepEqual(options, { release: "/shelfwise/release", keys: ["release-0a", "policy-0b"], snapshot: "" });
});

test('data-consent="ga" waits for the dataLayer', () => {
  const { options, consent } = setting({ snapshot: "/m", mode: "session", consent: "ga" });
  assert.equal(options.consent, "pending");
  assert.equal(consent, "google");
});

test("a word that is wrong is handed on, for createShelfwise to say so", () => {
  assert.equal(setting({ snapshot: "/m", mode: "sesion" }).options.mode, "sesion");
});

for (const host of ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "shop.local", "shop.test", "www.shop.localhost"]) {
  test(`the linter speaks on ${host}`, () => assert.equal(setting({ snapshot: "/m" }, host).isDevelopment, true));
}

for (const host of ["shop.example", "local.shop.example", "localhost.evil.example", "mytest", "contest", "10.127.0.1", ""]) {
  test(`it is silent on "${host}"`, () => assert.equal(setting({ snapshot: "/m" }, host).isDevelopment, false));
}

test("data-debug lets it speak anywhere", () => {
  assert.equal(setting({ snapshot: "/m", debug: "" }).isDevelopment, true);
});

test("of several scripts the one that loaded this file counts", () => {
  const [other, own] = [{ src: "https://shop.example/other.js" }, { src: "https://shop.example/auto.js" }];
  const page = { querySelectorAll: () => [other, own] };
  assert.equal(ownScript(page, "https://shop.example/auto.js"), own);
  assert.equal(ownScript(page, "https://shop.example/bundle.js"), other, "bundled into a file of the shop's");
  assert.equal(ownScript({ querySelectorAll: () => [] }, "https://shop.example/auto.js"), null);
});

const DOCUMENT = readFileSync(new URL("../../../../../docs/ga4.md", import.meta.url), "utf8");
const source = (name) => readFileSync(new URL(`../../src/auto/${name}`, import.meta.url), "utf8");

test("the document names every attribute", () => {
  const read = [...source("setting.ts").matchAll(/dataset\["(\w+)"\]|\{ (policy), (policyIntegrity) \}/g)].flatMap((match) => match.slice(1));
  const attributes = new Set(read.filter(Boolean).map((name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`));
  assert.ok(attributes.size >= 11, `${attributes.size} attributes`);
  for (const attribute of attributes) assert.ok(DOCUMENT.includes(`\`${attribute}\``), attribute);
});

test("the document explains every message of the linter", () => {
  const [, union] = source("lint/finding.ts").match(/type FindingCode =([^;]*);/);
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 20);
  for (const code of codes) assert.ok(DOCUMENT.includes(`\`${code}\``), code);
});
