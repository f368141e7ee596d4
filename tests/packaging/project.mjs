/**
 * A shop's project: a copy of one environment's folder, away from this repository's own modules, with the packed
 * tarball installed as a shop would install it.
 *
 * PACKAGE names the tarball, PACKAGING_OUT the folder for the copies.
 */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(HERE, "../..");
const VERSION = JSON.parse(readFileSync(join(ROOT, "crates/web/js/package.json"), "utf8")).version;
export const TARBALL = resolve(process.env.PACKAGE ?? join(ROOT, `target/shelfwise/package/shelfwise-${VERSION}.tgz`));
const OUT = resolve(process.env.PACKAGING_OUT ?? join(ROOT, "target/shelfwise/packaging"));
/** A small grocer's model: milk, bread, butter. The golden vectors use it too. */
export const MODEL = join(ROOT, "tests/snapshots/v1/good/grocer.swm");
/** The demo shop's model, for pages that show its products. */
export const DEMO_MODEL = resolve(process.env.MODEL ?? join(ROOT, "target/shelfwise/demo/model/model.swm"));
/** Long enough for two busy cores; a step that hangs fails with its name. */
const STEP_MS = 240_000;
const NPM = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

/** Copies a folder away from this repository's own modules; returns the path of the copy. */
export function copied(name, folder) {
  if (!existsSync(TARBALL)) throw new Error(`there is no ${TARBALL}: run \`cargo xtask package\` first`);
  const copy = join(OUT, name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** A copy of the environment, with the common script `shop.js`, and the tarball installed into it. */
export function project(environment, folder = join(HERE, "environments", environment)) {
  const copy = copied(environment, folder);
  cpSync(join(HERE, "environments/shop.js"), join(copy, "shop.js"));
  install(copy);
  return copy;
}

/** Installs the tarball, with `words` as options of npm. */
export function install(copy, words = []) {
  run("npm", [...NPM, ...words, TARBALL], copy);
}

/** Runs a program to its end and returns its output, which is part of the error if it fails. */
export function run(program, words, folder, environment = {}) {
  try {
    const env = { ...process.env, ...environment };
    return execFileSync(program, words, { cwd: folder, encoding: "utf8", timeout: STEP_MS, env, stdio: "pipe" });
  } catch (error) {
    throw new Error(`${program} ${words.join(" ")} in ${folder}:\n${error.stdout ?? ""}${error.stderr ?? ""}${error.message}`);
  }
}

/** A program of the pinned tools. */
export const tool = (name) => join(HERE, "node_modules/.bin", name);

/** A file of the installed package. */
export const installed = (copy, ...path) => join(copy, "node_modules/shelfwise", ...path);
