/** A folder on 127.0.0.1 with a test's headers, and programs that serve by themselves. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import { extname, join, normalize } from "node:path";

/** The worker's header of `docs/headers.md`. */
export const CONTAINED = "default-src 'none'; script-src 'wasm-unsafe-eval'";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
/** How often a starting program is asked whether it serves. */
const POLL_MS = 50;
const STARTING_MS = 30_000;

/** Serves until `close()`. `headers(path)` are added to an answer. */
export async function serve(folder, headers = () => ({})) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://shop").pathname);
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      const bytes = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers(path) });
      response.end(bytes);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => (server.closeAllConnections(), server.close()) };
}

/** The header on the worker's script, matched like the recipes do; none on other files. */
export const contained = (path) => (/\/worker([.-][\w-]+)?\.js$/.test(path) ? { "content-security-policy": CONTAINED } : {});

/** A port that was free a moment ago. */
export async function freePort() {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** Starts a program that serves on the port; resolves when it answers. `said()` returns its output so far. */
export async function start(program, words, { folder, port, env = {} }) {
  const child = spawn(program, words, { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let failed;
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  child.on("error", (error) => (failed = error));
  const address = `http://127.0.0.1:${port}`;
  const until = Date.now() + STARTING_MS;
  while (!(await answers(address))) {
    if (failed || child.exitCode !== null || Date.now() > until) {
      child.kill();
      throw new Error(`${program} does not serve ${address}: ${failed?.message ?? said}`);
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return { address, close: () => child.kill(), said: () => said };
}

async function answers(address) {
  try {
    await fetch(address);
    return true;
  } catch {
    return false;
  }
}
