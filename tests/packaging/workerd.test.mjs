/** workerd, the runtime of Cloudflare's workers: WebAssembly is part of the deployed worker, never bytes at run time. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL, project, run, tool } from "./project.mjs";
import { serve } from "./workerd.mjs";

/** Bundles as wrangler does: its conditions of `exports`, and files that are not scripts stay beside the bundle. */
const BUNDLE = ["main.js", "--bundle", "--format=esm", "--conditions=workerd", "--external:*.wasm", "--external:*.swm"];

test("a worker in workerd re-ranks without any network", async (t) => {
  const folder = project("workerd");
  run(tool("esbuild"), [...BUNDLE, "--outfile=worker.js", "--log-level=error"], folder);
  cpSync(installed(folder, "dist/shelfwise_bg.wasm"), join(folder, "shelfwise_bg.wasm"));
  cpSync(MODEL, join(folder, "grocer.swm"));
  const runtime = await serve(folder, { "worker.js": "esModule", "shelfwise_bg.wasm": "wasm", "grocer.swm": "data" });
  try {
    const seen = await (await fetch(runtime.address)).json();
    assertReranked(seen, "inline");
    report(t, seen);
  } finally {
    runtime.close();
  }
});
