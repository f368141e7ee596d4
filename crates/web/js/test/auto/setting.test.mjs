/** Attributes of a shop's script element. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { load } from "./sources.mjs";

const { ownScript, readSetting } = await load("auto/setting.ts");

const setting = (dataset, host = "shop.example") => readSetting({ dataset }, host);

test("one attribute is enough: the defaults need no consent and store nothing", () => {
  const { options, ...rest } = setting({ snapshot: "/model.swm" });
  assert.deepEqual(options, { snapshot: "/model.swm" });
  assert.deepEqual(rest, {
    consent: "not read",
    layer: "dataLayer",
    lists: '[data-shelfwise="category"], [data-shelfwise-list]',
    itemAttribute: "data-item-id",
    rendering: "strict",
    start: "ready",
    isDevelopment: false,
  });
});

test("every attribute sets its option", () => {
  const { options, ...rest } = setting({
    snapshot: "/model.swm", integrity: "sha256-x", policy: "/policy.swp", policyIntegrity: "sha256-y", mode: "session",
    isolation: "inline", visit: "tab", consent: "granted", list: ".grid", dataLayer: "gtmLayer", itemAttribute: "data-sku",
    memoryDays: "90", timeoutMs: "1500", refreshMs: "60000", assets: "/static/shelfwise/", rendering: "declared", start: "load",
  });
  assert.deepEqual(options, {
    snapshot: "/model.swm", integrity: "sha256-x", policy: { url: "/policy.swp", integrity: "sha256-y" }, mode: "session",
    isolation: "inline", visit: "tab", consent: "granted", memoryDays: 90, timeoutMs: 1500, refreshMs: 60000, assets: "/static/shelfwise/",
  });
  assert.deepEqual(rest, {
    consent: "not read", layer: "gtmLayer", lists: ".grid", itemAttribute: "data-sku", rendering: "declared", start: "load", isDevelopment: false,
  });
});

/** An option without an attribute could not be used by shops that only have the tag. */
test("every option of createShelfwise has an attribute", () => {
  const [, choices] = readFileSync(new URL("../../src/types.ts", import.meta.url), "utf8").match(/interface Choices \{([^]*?)\n\}/);
  const options = [...choices.matchAll(/^ {4}(\w+)\?:/gm)].map(([, name]) => name);
  assert.ok(options.length >= 11, options.join(" "));
  const all = Object.fromEntries(options.map((name) => [name, "1"]));
  assert.deepEqual(Object.keys(setting(all).options).sort(), [...options].sort());
});

test("invalid number is passed to createShelfwise unchanged", () => {
  for (const text of ["soon", ""]) assert.ok(Number.isNaN(setting({ snapshot: "/m", timeoutMs: text }).options.timeoutMs), text);
});

test("a signed release replaces the model, with keys separated by spaces or line breaks", () => {
  const { options } = setting({ release: "/shelfwise/release", keys: " release-0a\n  policy-0b " });
  assert.deepEqual(options, { release: "/shelfwise/release", keys: ["release-0a", "policy-0b"], snapshot: "" });
});

test('data-consent="ga" waits for the dataLayer', () => {
  const { options, consent } = setting({ snapshot: "/m", mode: "session", consent: "ga" });
  assert.equal(options.consent, "pending");
  assert.equal(consent, "google");
});

test("an invalid value is passed to createShelfwise unchanged", () => {
  assert.equal(setting({ snapshot: "/m", mode: "sesion" }).options.mode, "sesion");
});

for (const host of ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "shop.local", "shop.test", "www.shop.localhost"]) {
  test(`host ${host} is a development host`, () => assert.equal(setting({ snapshot: "/m" }, host).isDevelopment, true));
}

for (const host of ["shop.example", "local.shop.example", "localhost.evil.example", "mytest", "contest", "10.127.0.1", ""]) {
  test(`host "${host}" is not a development host`, () => assert.equal(setting({ snapshot: "/m" }, host).isDevelopment, false));
}

test("data-debug enables the linter on any host", () => {
  assert.equal(setting({ snapshot: "/m", debug: "" }).isDevelopment, true);
});

const script = (src, dataset) => ({ src, dataset });
const pageWith = (...scripts) => ({ querySelectorAll: () => scripts });
const URL_OF_TAG = "https://shop.example/auto.js";

test("ownScript returns the script that loaded this file", () => {
  const [other, own] = [script("https://shop.example/other.js", { snapshot: "/a" }), script(URL_OF_TAG, { snapshot: "/b" })];
  assert.equal(ownScript(pageWith(other, own), URL_OF_TAG), own);
  assert.equal(ownScript(pageWith(), URL_OF_TAG), null);
});

test("ownScript returns the only script of a bundled file", () => {
  const own = script("https://shop.example/bundle.js", { snapshot: "/a" });
  assert.equal(ownScript(pageWith(own), "https://shop.example/chunk.js"), own);
});

test("ownScript returns a tag that occurs twice", () => {
  const [one, two] = [script(URL_OF_TAG, { snapshot: "/a" }), script(URL_OF_TAG, { snapshot: "/a" })];
  assert.equal(ownScript(pageWith(one, two), URL_OF_TAG), one);
});

test("ownScript returns none of scripts that differ", () => {
  const [own, injected] = [script(URL_OF_TAG, { snapshot: "/a" }), script(URL_OF_TAG, { snapshot: "//other.example/model.swm" })];
  for (const scripts of [[own, injected], [injected, own]]) assert.equal(ownScript(pageWith(...scripts), URL_OF_TAG), null);
  const bundled = [script("", { snapshot: "/a" }), script("", { snapshot: "/a", mode: "session" })];
  assert.equal(ownScript(pageWith(...bundled), "https://shop.example/chunk.js"), null);
});

const DOCUMENT = readFileSync(new URL("../../../../../docs/ga4.md", import.meta.url), "utf8");
const source = (name) => readFileSync(new URL(`../../src/auto/${name}`, import.meta.url), "utf8");

test("docs/ga4.md lists every attribute", () => {
  const read = [...source("setting.ts").matchAll(/dataset\["(\w+)"\]|\{ (policy), (policyIntegrity) \}/g)].flatMap((match) => match.slice(1));
  const attributes = new Set(read.filter(Boolean).map((name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`));
  assert.ok(attributes.size >= 11, `${attributes.size} attributes`);
  for (const attribute of attributes) assert.ok(DOCUMENT.includes(`\`${attribute}\``), attribute);
});

test("docs/ga4.md explains every linter message", () => {
  const [, union] = source("lint/finding.ts").match(/type FindingCode =([^;]*);/);
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 20);
  for (const code of codes) assert.ok(DOCUMENT.includes(`\`${code}\``), code);
});
