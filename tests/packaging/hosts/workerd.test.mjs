/** Golden vectors in workerd, the runtime of Cloudflare's workers: it takes WebAssembly as a part of its configuration only. */

import { after, before, test } from "node:test";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tool } from "../project.mjs";
import { freePort, start } from "../served.mjs";
import { assertSameBytes, MODULE } from "./expected.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const WORKER = `
import { answers } from "./read.js";
import module from "./hosts.wasm";
export default { fetch: () => Response.json(answers(module)) };
`;
const config = (port) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "vectors", worker = (
    modules = [
      (name = "worker.js", esModule = embed "worker.js"),
      (name = "read.js", esModule = embed "read.js"),
      (name = "hosts.wasm", wasm = embed "hosts.wasm"),
    ],
    compatibilityDate = "2026-01-01",
    globalOutbound = "nowhere",
  )),
  (name = "nowhere", network = (allow = []))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "vectors")],
);
`;

let runtime;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "vectors-"));
  copyFileSync(join(HERE, "read.js"), join(folder, "read.js"));
  copyFileSync(MODULE, join(folder, "hosts.wasm"));
  writeFileSync(join(folder, "worker.js"), WORKER);
  const port = await freePort();
  writeFileSync(join(folder, "config.capnp"), config(port));
  runtime = await start(tool("workerd"), ["serve", "config.capnp"], { folder, port });
});
after(() => {
  runtime?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("workerd gives the bytes of the native run", async (t) => {
  const lines = await (await fetch(runtime.address)).json();
  t.diagnostic(`workerd: ${assertSameBytes(lines)} cases, the same bytes`);
});
