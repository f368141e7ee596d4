/**
 * Releases for tests: the table of valid and invalid ones that every client runs, and a writer of current valid ones. The
 * writer follows the format's document alone, so that it also tests whether that document is complete.
 */

import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const CASES = new URL("../releases/cases/", import.meta.url);
/** The PKCS #8 prefix of an Ed25519 key's 32 bytes. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const DAY_MS = 86_400_000;
export const BYTES = { "content-type": "application/octet-stream" };

/** The types that a shop's server gives files by their endings: the list of hidden ids is JSON. */
const typeOf = (path) => (path.endsWith(".json") ? { "content-type": "application/json" } : BYTES);

/** Test keys of `tests/releases`, from public seeds: no client may trust them. */
const RELEASE_KEY = key("release", "shelfwise test key for releases!");
const POLICY_KEY = key("policy", "shelfwise test key for policies!");
const FACTS_KEY = key("facts", "shelfwise test key for facts !!!");
export const TABLE = JSON.parse(readFileSync(new URL("cases.json", CASES)));

/** The keys that pages trust: of each role the key that signs here, and another one. */
export const KEYS = TABLE.keys;

/** The keys that a case's pages trust: these, or the root keys. */
export const keysOf = ({ trusts }) => (trusts === "root" ? TABLE.root_keys : TABLE.keys);

/** The case whose origin serves the last good release to clients with the same trusted keys. */
const unchangedOf = (name) => {
  const { trusts } = TABLE.cases.find((each) => each.name === name);
  return TABLE.cases.find((each) => each.trusts === trusts && each.remembering.outcome === "unchanged").name;
};

/** A file of a case, or else of the last good release; undefined if neither has it. */
export function fileOf(name, path) {
  const own = TABLE.cases.find((each) => each.name === name).files.find((file) => file.path === path);
  const from = own ? `${name}/${path}` : TABLE.last_good.some((file) => file.path === path) ? `last-good/${path}` : null;
  if (from === null) return undefined;
  const headers = { ...typeOf(path), ...(own?.encoding && { "content-encoding": own.encoding }) };
  return { status: 200, headers, body: readFileSync(new URL(from, CASES)) };
}

/** A release valid for a day from `now`: its files by path. `hidden` is the list of hidden ids, as JSON; none if empty. Without `facts` it has none. */
export function published({ epoch, snapshot, policy, hidden = "", facts = null, now = Date.now() }) {
  const validity = [...varint(now - 60_000), ...varint(now + DAY_MS)];
  const files = { snapshot: file(0, "snapshot", snapshot, "swm"), policy: file(1, "policy", policy, "swp"), hidden: file(2, "hidden", hidden, "json") };
  const ofPolicy = hidden.length > 0 ? [files.policy, files.hidden] : [files.policy];
  const statement = sealed(1, POLICY_KEY, [...varint(epoch), ...validity, ...list(ofPolicy)]);
  const enclosed = [enclosing(1, statement)];
  if (facts) {
    files.facts = file(3, "facts", facts, "swf");
    // Optional: clients that trust no facts key skip it.
    enclosed.push(enclosing(0, sealed(2, FACTS_KEY, [...varint(epoch), ...validity, ...list([files.facts])])));
  }
  // No least engine version, and no root statement.
  const record = [...varint(epoch), ...validity, 0, 0, 0, 0, ...list(enclosed), ...list([files.snapshot])];
  const named = [files.snapshot, ...ofPolicy, ...(facts ? [files.facts] : [])].map(({ path, body }) => [path, body]);
  return { release: sealed(0, RELEASE_KEY, record), ...Object.fromEntries(named) };
}

/** The path of a release's file of this kind. */
export const pathOf = (files, kind) => Object.keys(files).find((path) => path.startsWith(`${kind}-`));

/** A required artefact without parts and deltas. */
function file(kind, name, content, ending) {
  const body = Buffer.from(content);
  const path = `${name}-${sha256(body).toString("hex").slice(0, 32)}.${ending}`;
  return { path, body, bytes: [kind, 1, ...sha256(body), ...varint(body.length), 0, 0] };
}

/** A statement in a record; the flag is 1 where clients must know its role. */
function enclosing(flag, statement) {
  return { bytes: [flag, ...varint(statement.length), ...statement] };
}

function list(entries) {
  return [...varint(entries.length), ...entries.flatMap(({ bytes }) => bytes)];
}

/** Two policies that hide one category each, in the core's encoding. */
export const [POLICY, OTHER_POLICY] = ["good-unchanged", "good-next"].map((name) => {
  const { path } = TABLE.cases.find((each) => each.name === name).files.find((file) => file.path.startsWith("policy"));
  return fileOf(name, path).body;
});

/** Serves the cases below `/cases/`; below `/live/` the last good release first, and then the case. */
export function serveTable(site) {
  const begun = new Set();
  site.with({});
  site.more = (pathname) => {
    const [, folder, name, path] = pathname.split("/");
    if (!["cases", "live"].includes(folder)) return undefined;
    const first = folder === "live" && path === "release" && !begun.has(name);
    begun.add(name);
    return fileOf(first ? unchangedOf(name) : name, path);
  };
}

/** Serves releases below `/shop/`, by name of folder; `change` may replace a response. */
export function serve(site, of, change = (answer) => answer) {
  site.with({});
  site.more = (pathname) => {
    const [, folder, name, path] = pathname.split("/");
    const files = folder === "shop" ? of(name, path) : undefined;
    const body = files?.[path];
    return body && change({ status: 200, headers: typeOf(path), body }, { name, path, files });
  };
}

/** Whether a problem matches the table. The message holds part and reason; a failed load has its own code. */
export function saysWhy({ code, message }, { what, why }) {
  const expected = why === "missing" ? "not_found" : "bad_release";
  return code === expected && message.includes(`${what}: ${why}`);
}

function sealed(role, { secret, id, name }, payload) {
  const context = Buffer.from(`shelfwise ${name} v2\0`);
  const signature = sign(null, Buffer.concat([context, Buffer.from(payload)]), secret);
  return Buffer.concat([Buffer.from("SWR\x02", "latin1"), Buffer.of(role, 1), id, signature, Buffer.from(payload)]);
}

function key(role, seed) {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(seed)]), format: "der", type: "pkcs8" });
  const open = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
  return { secret, name: role, id: sha256(open).subarray(0, 8), text: `${role}-${open.toString("hex")}` };
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest();
}

/** An unsigned number in LEB128. */
function varint(number) {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) + 128);
  return [...bytes, number];
}
