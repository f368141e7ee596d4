/** Golden vectors in workerd, the runtime of Cloudflare's workers: it takes WebAssembly from its configuration only. */

import { after, before, test } from "node:test";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../workerd.mjs";
import { assertSameBytes, MODULE } from "./expected.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const WORKER = `
import { answers } from "./read.js";
import module from "./hosts.wasm";
export default { fetch: () => Response.json(answers(module)) };
`;
let runtime;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "vectors-"));
  copyFileSync(join(HERE, "read.js"), join(folder, "read.js"));
  copyFileSync(MODULE, join(folder, "hosts.wasm"));
  writeFileSync(join(folder, "worker.js"), WORKER);
  runtime = await serve(folder, { "worker.js": "esModule", "read.js": "esModule", "hosts.wasm": "wasm" });
});
after(() => {
  runtime?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("workerd returns the bytes of the native run", async (t) => {
  const lines = await (await fetch(runtime.address)).json();
  t.diagnostic(`workerd: ${assertSameBytes(lines)} cases, the same bytes`);
});
