/**
 * A shop's server for tests: the package's files, a model, and pages; any of them can be made to fail.
 *
 * DIST names the package's unpacked `dist`.
 */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const DIST = resolve(process.env.DIST ?? join(ROOT, "target/shelfwise/package/shelfwise/dist"));

/** A small grocer's model, in which bread goes with butter. */
export const MODEL = readFileSync(join(ROOT, "tests/snapshots/v1/good/grocer.swm"));
/** The documented header of `worker.js`. */
export const CONTAINED = "default-src 'none'; script-src 'wasm-unsafe-eval'";

const TYPES = { js: "text/javascript", wasm: "application/wasm", html: "text/html", swm: "application/octet-stream" };
/** Puts the package where the tests' scripts find it; a module, because a strict policy allows no inline scripts. */
const PAGE_SCRIPT = `
  import * as shelfwise from "/shelfwise/index.js";
  globalThis.shelfwise = shelfwise;
`;

export const file = (name) => readFileSync(join(DIST, name));

/** One server, closed after the last test. Each path has a response; `with` replaces some for one test. */
export class Site {
  #server = createServer((request, response) => this.#serve(request, response));
  #changed = new Map();
  /** Requested paths, in order. */
  asked = [];
  /** Paths requested with a `Referer`. */
  referred = [];
  /** Bodies that were posted, as `{ path, body, headers }`, in order. */
  posted = [];
  /** Responses of other paths, by path. */
  more = () => undefined;

  static async open() {
    const site = new Site();
    await site.listen();
    return site;
  }

  listen() {
    return new Promise((listening) => this.#server.listen(0, "127.0.0.1", listening));
  }

  get port() {
    return this.#server.address().port;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Changes answers until the next call: `{ status, headers, body, hang, cut, afterMs }` by path; what is left out stays as it is. */
  with(answers) {
    this.#changed = new Map(Object.entries(answers));
    this.asked = [];
    this.referred = [];
    this.posted = [];
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((closed) => this.#server.close(closed));
  }

  async #serve(request, response) {
    const { pathname } = new URL(request.url, "http://shop");
    this.asked.push(pathname);
    if (request.headers.referer) this.referred.push(pathname);
    if (request.method === "POST") await this.#take(request, pathname);
    const answer = { ...usual(pathname), ...this.more(pathname), ...this.#changed.get(pathname) };
    setTimeout(() => this.#answer(response, answer), answer.afterMs ?? 0);
  }

  async #take(request, path) {
    const parts = [];
    for await (const part of request) parts.push(part);
    this.posted.push({ path, body: Buffer.concat(parts).toString(), headers: request.headers });
  }

  #answer(response, answer) {
    response.writeHead(answer.status, { "cache-control": "no-store", ...answer.headers });
    // The headers are sent, the body never is.
    if (answer.hang) response.flushHeaders();
    // Part of the body is sent, then the connection is closed.
    else if (answer.cut) response.write(answer.body.subarray(0, answer.cut), () => response.destroy());
    else response.end(answer.body);
  }
}

function usual(path) {
  const type = TYPES[path.split(".").pop()] ?? "text/html";
  const headers = { "content-type": type };
  if (path === "/") return { status: 200, headers, body: `<!doctype html><title>Shop</title><script type="module" src="/page.js"></script>` };
  if (path === "/page.js") return { status: 200, headers, body: PAGE_SCRIPT };
  if (path === "/model.swm") return { status: 200, headers, body: MODEL };
  if (path === "/shelfwise/worker.js") headers["content-security-policy"] = CONTAINED;
  try {
    return { status: 200, headers, body: file(path.replace("/shelfwise/", "")) };
  } catch {
    return { status: 404, headers: { "content-type": "text/html" }, body: "<h1>Not here</h1>" };
  }
}
