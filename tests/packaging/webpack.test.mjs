/** webpack 5 without any loader or plugin: it copies worker and module as files. */

import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import webpack from "webpack";
import { assertPersonal, browserForBuilds } from "./built.mjs";
import { blockOf } from "./documents.mjs";
import { project } from "./project.mjs";

const visited = browserForBuilds();

/** Builds the folder's `main.js` into `dist`, with webpack's defaults except for `output`. */
function build(folder, output) {
  const options = {
    context: folder,
    mode: "production",
    entry: "./main.js",
    output: { path: join(folder, "dist"), clean: true, ...output },
  };
  return new Promise((done, failed) => {
    webpack(options, (error, stats) => {
      if (error || stats.hasErrors()) failed(error ?? new Error(stats.toString({ all: false, errors: true })));
      else done(stats.toJson({ all: false, assets: true }).assets.map((asset) => asset.name));
    });
  });
}

/** What the built shop shows; files that match the header's rule are served with it. */
function shown(folder) {
  cpSync(join(folder, "index.html"), join(folder, "dist/index.html"));
  return visited(join(folder, "dist"));
}

test("a list re-ranks in webpack's build", async (t) => {
  const folder = project("webpack");
  const files = await build(folder, {});
  assert.ok(files.some((name) => name.endsWith(".wasm")), files.join(" "));
  const found = await shown(folder);
  assertPersonal(t, found, "worker-uncontained");
});

test("the worker built with the line of docs/headers.md has a name that the header's rule matches", async (t) => {
  const folder = project("webpack");
  const [, name] = blockOf("headers.md", "js webpack").match(/assetModuleFilename: "(.*)"/);
  await build(folder, { assetModuleFilename: name });
  const found = await shown(folder);
  assertPersonal(t, found, "worker");
});
