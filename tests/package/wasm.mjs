/** Replaces one function of a module by a trap, for tests of an engine that traps. */

import { createHash } from "node:crypto";

import { file } from "./site.mjs";

const CODE = 10;
const EXPORTS = 7;
const IMPORTS = 2;
/** The body of a function that traps: no locals, `unreachable`, the end. */
const TRAP = [0x00, 0x00, 0x0b];

/** The hash of these bytes in Subresource Integrity's form. */
export const hash = (bytes) => `sha256-${createHash("sha256").update(bytes).digest("base64")}`;

/** The package's files with a module that traps in this function; the scripts name it by its hash. For `Site.with`. */
export function trap(name) {
  const module = file("shelfwise_bg.wasm");
  const broken = trapping(module, name);
  const known = (script) => ({ body: file(script).toString().replaceAll(hash(module), hash(broken)) });
  const scripts = ["index.js", "inline.js", "worker.js"].map((script) => [`/shelfwise/${script}`, known(script)]);
  return { ...Object.fromEntries(scripts), "/shelfwise/shelfwise_bg.wasm": { body: broken } };
}

/** The module with the exported function of that name trapping at its first instruction. */
function trapping(bytes, name) {
  const sections = [...split(bytes)];
  const of = (id) => sections.find((section) => section.id === id).body;
  const index = exported(of(EXPORTS), name) - importedFunctions(of(IMPORTS));
  const changed = sections.map(({ id, body }) => (id === CODE ? { id, body: replaced(body, index) } : { id, body }));
  return Buffer.concat([bytes.subarray(0, 8), ...changed.flatMap(({ id, body }) => [Buffer.from([id, ...leb(body.length)]), body])]);
}

function* split(bytes) {
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const length = reader.number();
    yield { id, body: reader.take(length) };
  }
}

function replaced(code, index) {
  const reader = new Reader(code);
  const count = reader.number();
  const bodies = Array.from({ length: count }, () => reader.take(reader.number()));
  bodies[index] = Buffer.from(TRAP);
  return Buffer.concat([Buffer.from(leb(count)), ...bodies.flatMap((body) => [Buffer.from(leb(body.length)), body])]);
}

function exported(section, wanted) {
  const reader = new Reader(section);
  for (let left = reader.number(); left > 0; left -= 1) {
    const name = reader.take(reader.number()).toString();
    const kind = reader.byte();
    const index = reader.number();
    if (kind === 0 && name === wanted) return index;
  }
  throw new Error(`the module exports no function ${wanted}`);
}

function importedFunctions(section) {
  const reader = new Reader(section);
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.take(reader.number());
    reader.take(reader.number());
    if (reader.byte() !== 0) throw new Error("the module imports more than functions");
    reader.number();
    functions += 1;
  }
  return functions;
}

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned number in LEB128. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

function leb(number) {
  const bytes = [];
  do bytes.push((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
  while ((number >>>= 7));
  return bytes;
}
