/** workerd, the runtime of Cloudflare's workers: WebAssembly is a part of the worker there, never bytes at run time. */

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL, project, run, tool } from "./project.mjs";
import { freePort, start } from "./served.mjs";

/** As wrangler bundles: its conditions of `exports`, and files that are no scripts stay beside the bundle. */
const BUNDLE = ["main.js", "--bundle", "--format=esm", "--conditions=workerd", "--external:*.wasm", "--external:*.swm"];

const config = (port) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "shop", worker = (
    modules = [
      (name = "worker.js", esModule = embed "worker.js"),
      (name = "shelfwise_bg.wasm", wasm = embed "shelfwise_bg.wasm"),
      (name = "grocer.swm", data = embed "grocer.swm"),
    ],
    compatibilityDate = "2026-01-01",
    globalOutbound = "nowhere",
  )),
  (name = "nowhere", network = (allow = []))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "shop")],
);
`;

test("a worker of workerd re-ranks, without any network", async (t) => {
  const folder = project("workerd");
  run(tool("esbuild"), [...BUNDLE, "--outfile=worker.js", "--log-level=error"], folder);
  cpSync(installed(folder, "dist/shelfwise_bg.wasm"), join(folder, "shelfwise_bg.wasm"));
  cpSync(MODEL, join(folder, "grocer.swm"));
  const port = await freePort();
  writeFileSync(join(folder, "config.capnp"), config(port));
  const runtime = await start(tool("workerd"), ["serve", "config.capnp"], { folder, port });
  try {
    const seen = await (await fetch(runtime.address)).json();
    assertReranked(seen, "inline");
    report(t, seen);
  } finally {
    runtime.close();
  }
});
