/** `node node.mjs GLUE WORKLOAD`: times the module in Node, and prints the rows as JSON. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { measure } from "./measure.mjs";

const [glue, workload] = process.argv.slice(2);
const { Engine } = await import(pathToFileURL(resolve(glue)).href);
const snapshot = new Uint8Array(readFileSync(join(workload, "snapshot.swm")));
const { visits } = JSON.parse(readFileSync(join(workload, "visits.json"), "utf8"));
console.log(JSON.stringify({ version: `Node ${process.versions.node}`, rows: measure(Engine, snapshot, visits) }));
