/**
 * The worker as it was built, in workerd, beside an empty one to compare it with.
 *
 * WORKERD names the runtime, WORKER the worker's folder, NATIVE the handler without a platform; `cargo xtask test --only
 * cloudflare` builds and names them.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, start as startProgram } from "../packaging/served.mjs";
import { origin, stores } from "./origin.mjs";

export const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
const WORKERD = process.env.WORKERD ?? join(ROOT, "edge-worker/cloudflare/node_modules/.bin/workerd");
export const WORKER = process.env.WORKER ?? join(ROOT, "target/shelfwise/cloudflare");
const NATIVE = process.env.NATIVE ?? join(ROOT, "target/debug/examples/answers");
/** A small grocer's model: milk, bread, butter. */
export const MODEL = join(ROOT, "tests/snapshots/v1/good/grocer.swm");
const KINDS = { mjs: "esModule", js: "esModule", wasm: "wasm" };
const EMPTY = `export default { fetch: () => new Response("{}", { headers: { "content-type": "application/json" } }) };`;
const LOOK_MS = 25;
/** Longer than the worker's own timeout for an origin. */
const LOOKS = 800;

/** Where the worker may store the model; `memory` is a worker that has neither. */
export const STORES = ["kv", "cache", "memory"];

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A worker in its own workerd: `{ ask, origin, store, said, close }`. `given` can set origin, store and settings. */
export async function deploy({ kind = "kv", model = MODEL, settings = {}, extra = {}, ...given } = {}) {
  const bytes = readFileSync(model);
  const source = given.origin ?? (await origin({ "/model.swm": bytes }));
  const store = given.store ?? (await stores());
  const all = { snapshot_url: `${source.address}/model.swm`, snapshot_sha256: sha256(bytes), ...settings };
  const [port, idle] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "worker-"));
  const main = extra.main ?? "worker.mjs";
  cpSync(WORKER, folder, { recursive: true });
  for (const [name, text] of Object.entries(extra.files ?? {})) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "config.capnp"), config({ modules: modules(folder, main), settings: all, kind, store, port, idle }));
  const runtime = await startProgram(WORKERD, ["serve", "config.capnp"], { folder, port: idle });
  const close = () => {
    runtime.close();
    rmSync(folder, { recursive: true, force: true });
    if (!given.origin) source.close();
    if (!given.store) store.close();
  };
  const ask = (path, options) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...options });
  return { ask, origin: source, store, said: runtime.said, close, address: `http://127.0.0.1:${port}`, empty: runtime.address };
}

function modules(folder, main) {
  const files = readdirSync(folder).filter((file) => KINDS[file.split(".").pop()]);
  const ordered = [main, ...files.filter((file) => file !== main)];
  return ordered.map((file) => `(name = "${file}", ${KINDS[file.split(".").pop()]} = embed "${file}")`).join(", ");
}

function config({ modules, settings, kind, store, port, idle }) {
  const texts = Object.entries(settings).map(([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`);
  const bindings = kind === "kv" ? [...texts, `(name = "SHELFWISE", kvNamespace = "store")`] : texts;
  return `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [${modules}],
      bindings = [${bindings.join(", ")}],
      compatibilityDate = "2026-01-01",
      globalOutbound = "origin",
      ${kind === "cache" ? `cacheApiOutbound = "store",` : ""}
    )),
    (name = "empty", worker = (
      modules = [(name = "empty.mjs", esModule = ${JSON.stringify(EMPTY)})],
      compatibilityDate = "2026-01-01",
      globalOutbound = "nowhere",
    )),
    (name = "origin", network = (allow = ["private"])),
    (name = "nowhere", network = (allow = [])),
    (name = "store", external = (address = "127.0.0.1:${store.port}", http = ())),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${port}", http = (cfBlobHeader = "cf-blob"), service = "worker"),
    (name = "idle", address = "127.0.0.1:${idle}", http = (), service = "empty"),
  ],
);
`;
}

/** Waits until the worker reports a model; the first request makes it fetch one. */
export async function ready(worker) {
  return until(async () => (await (await worker.ask("/healthz")).json()).status === "ok", () => `no model: ${worker.said()}`);
}

/** Waits until a condition holds. */
export async function until(holds, otherwise) {
  for (let look = 0; look < LOOKS; look += 1) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  throw new Error(otherwise());
}

/** A request for a list, as a shop's server sends it. */
export const rerank = (body, headers = {}) => ({ method: "POST", headers, body: JSON.stringify(body) });

/** Items of a slate. */
export const ids = ({ items }) => items.map(({ item_id }) => item_id);

/** The native handler's answers to requests `{ method, uri, headers, body }`. */
export function native(questions, { model = MODEL, recent = "off" } = {}) {
  const lines = questions.map(({ method = "GET", uri, headers = {}, body = "" }) =>
    JSON.stringify({ method, uri, headers: Object.entries(headers), body, now_ms: Date.now() }),
  );
  const input = `${lines.join("\n")}\n`;
  const printed = execFileSync(NATIVE, [model, recent], { input, encoding: "utf8", maxBuffer: 1 << 26 });
  return printed.trimEnd().split("\n").map((line) => JSON.parse(line));
}
