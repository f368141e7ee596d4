/** A server with the engine in its own process: bytes in, orders out. */

import { readFile } from "node:fs/promises";
import { createShelfwise } from "shelfwise";
import { visit } from "./shop.js";

const snapshot = new Uint8Array(await readFile(process.argv[2]));
console.log(JSON.stringify(await visit(createShelfwise, { snapshot, isolation: "inline" })));
