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
/** A small grocer's model: milk, bread, butter. Its first customers are the golden vectors. */
export const MODEL = join(ROOT, "tests/snapshots/v1/good/grocer.swm");
/** The demo shop's model, for pages that show its products. */
export const DEMO_MODEL = resolve(process.env.MODEL ?? join(ROOT, "target/shelfwise/demo/model/model.swm"));
/** Long enough for two busy cores; a step that hangs fails by name. */
const STEP_MS = 120_000;
const NPM = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

/** Copies the folder and installs the tarball into the copy, with `words` for npm; returns where it is. */
export function project(environment, folder = join(HERE, "environments", environment), words = []) {
  if (!existsSync(TARBALL)) throw new Error(`there is no ${TARBALL}: run \`cargo xtask package\` first`);
  const copy = join(OUT, environment);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(folder, copy, { recursive: true });
  cpSync(join(HERE, "environments/shop.js"), join(copy, "shop.js"));
  run("npm", [...NPM, ...words, TARBALL], copy);
  return copy;
}

/** Runs a program to its end and returns what it printed; its words are part of the error where it fails. */
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

/** What stands in the installed package. */
export const installed = (copy, ...path) => join(copy, "node_modules/shelfwise", ...path);
