/** One classic script by esbuild, which copies no files: the shop serves them from a folder, named by `assets`. */

import { join } from "node:path";
import { test } from "node:test";
import { addFiles, assertPersonal, browserForBuilds } from "./built.mjs";
import { project, run, tool } from "./project.mjs";

const visited = browserForBuilds();

test("an esbuild build of one classic script runs in a contained worker", async (t) => {
  const folder = project("esbuild");
  const site = join(folder, "site");
  run(tool("esbuild"), ["main.js", "--bundle", "--minify", "--format=iife", `--outfile=${join(site, "main.js")}`, "--log-level=error"], folder);
  addFiles(folder, site);
  assertPersonal(t, await visited(site), "worker");
});
