/** A page that runs the golden vectors, for browsers. */

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../served.mjs";
import { MODULE } from "./expected.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const PAGE = `<!doctype html><title>vectors</title><link rel="icon" href="data:,">`;

/** Serves the page with the module. */
export async function open() {
  const folder = mkdtempSync(join(tmpdir(), "vectors-"));
  copyFileSync(join(HERE, "read.js"), join(folder, "read.js"));
  copyFileSync(MODULE, join(folder, "hosts.wasm"));
  writeFileSync(join(folder, "index.html"), PAGE);
  const site = await serve(folder);
  const close = () => {
    site.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { address: `${site.address}/`, close };
}

/** The script that the page evaluates: every answer as a line. */
export async function lines() {
  const { answers } = await import("/read.js");
  return answers(await WebAssembly.compileStreaming(fetch("/hosts.wasm")));
}
