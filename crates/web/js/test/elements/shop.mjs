/**
 * A small shop for these tests: pages made by the test, tiles with images, the package's files, and a list of the
 * requests.
 *
 * PACKAGE_DIST names the folder with the files of the package; `cargo xtask package` makes it. With SOURCES=1 the shelf
 * is bundled from its sources instead.
 */

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "../../../../..");
const SOURCES = join(HERE, "../../src");
export const DIST = process.env.PACKAGE_DIST ?? join(ROOT, "target/shelfwise/package/shelfwise/dist");
const MODEL = join(ROOT, "tests/snapshots/v1/good/grocer.swm");
const CONTAINED = "default-src 'none'; script-src 'wasm-unsafe-eval'";
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css", ".html": "text/html; charset=utf-8", ".svg": "image/svg+xml" };

export class Shop {
  /** Requested paths, in order. */
  asked = [];
  /** Pages by path: `{ html, headers }`. */
  pages = new Map();
  /** How long an image of that path takes, in milliseconds. */
  imageMs = () => 0;

  static async open() {
    const shop = new Shop();
    if (!existsSync(join(DIST, "shelf.js"))) throw new Error(`there is no shelf.js in ${DIST}: run \`cargo xtask package\` first`);
    // A copy, because the package may be rebuilt while tests run.
    shop.folder = mkdtempSync(join(tmpdir(), "shelfwise-elements-"));
    cpSync(DIST, shop.folder, { recursive: true });
    if (process.env.SOURCES) await bundle(shop.folder);
    shop.server = createServer((request, response) => void shop.#answer(request, response));
    shop.server.listen(0, "127.0.0.1");
    await once(shop.server, "listening");
    shop.address = `http://127.0.0.1:${shop.server.address().port}`;
    return shop;
  }

  /** Puts a page on a path. */
  put(path, html, headers = {}) {
    this.pages.set(path, { html, headers });
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answer({ url }, response) {
    this.asked.push(url);
    const path = new URL(url, "http://shop").pathname;
    const page = this.pages.get(path);
    if (page) return send(response, page.html, ".html", page.headers);
    if (path.startsWith("/image/")) {
      await new Promise((done) => setTimeout(done, this.imageMs(path)));
      return send(response, picture(path), ".svg");
    }
    const file = fileOf(path, this.folder);
    if (!file) return response.writeHead(404).end();
    return send(response, readFileSync(file), extname(file), path.endsWith("/worker.js") ? { "content-security-policy": CONTAINED } : {});
  }
}

function fileOf(path, folder) {
  const name = path.split("/").at(-1);
  const file = { "/model.swm": MODEL, "/scripted.js": join(HERE, "scripted.js") }[path] ?? join(folder, name);
  return name && existsSync(file) ? file : undefined;
}

function send(response, body, extension, headers = {}) {
  response.writeHead(200, { "content-type": TYPES[extension] ?? "application/octet-stream", "cache-control": "no-store", ...headers });
  response.end(body);
}

function picture(path) {
  const hue = [...path].reduce((sum, letter) => sum + 37 * letter.charCodeAt(0), 0) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="80"><rect width="100" height="80" fill="hsl(${hue} 70% 60%)"/></svg>`;
}

async function bundle(outdir) {
  await build({ entryPoints: [join(SOURCES, "shelf.ts")], outdir, bundle: true, format: "esm", target: "es2022", logLevel: "error" });
}
