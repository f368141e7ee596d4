/** The sources as modules that Node can load: esbuild bundles each entry once for a run of tests. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const SOURCES = fileURLToPath(new URL("../../src/", import.meta.url));

/** Loads `src/<name>`, such as `auto/ga4.ts`. */
export async function load(name) {
  const folder = mkdtempSync(join(tmpdir(), "shelfwise-"));
  const outfile = join(folder, "bundle.mjs");
  try {
    const define = { SHELFWISE_WASM: '"sha256-none"', SHELFWISE_RELEASE_WASM: '"sha256-none"' };
    await build({ entryPoints: [join(SOURCES, name)], outfile, bundle: true, format: "esm", target: "es2022", logLevel: "error", define });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
