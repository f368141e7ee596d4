/** The shop's origin and the worker's stores, as servers in this process, so that tests see what they hold. */

import { once } from "node:events";
import { createServer } from "node:http";

/** Serves until the test ends; `answer(request, response)` writes the response. */
async function listen(answer) {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: server.address().port, close: () => (server.closeAllConnections(), server.close()) };
}

/** An origin. `files` are responses by path: bytes, or a function that writes the response itself. */
export async function origin(files) {
  const asked = [];
  const server = await listen((request, response) => {
    asked.push(request.url);
    const file = files[request.url];
    if (typeof file === "function") file(response);
    else if (file) response.end(file);
    else response.writeHead(404).end();
  });
  return { ...server, asked, files, address: `http://127.0.0.1:${server.port}` };
}

/** Workers KV and the data centre's cache, by the protocol that workerd speaks to them. `values` are bytes by key. */
export async function stores() {
  const values = new Map();
  const server = await listen(async (request, response) => {
    if (store.isDown) return response.writeHead(500).end();
    const { pathname } = new URL(request.url, "http://store");
    const key = decodeURIComponent(pathname).slice(1);
    if (request.method === "PUT") {
      const chunks = await request.toArray();
      if (store.isFull) return response.writeHead(500).end();
      values.set(key, Buffer.concat(chunks));
      return response.writeHead(204).end();
    }
    const value = values.get(key);
    if (request.headers["cache-control"] === "only-if-cached") cached(response, value);
    else response.writeHead(value ? 200 : 404).end(value);
  });
  const store = { ...server, values, isDown: false, isFull: false };
  return store;
}

/** A cached response is stored as it was sent, head and body. */
function cached(response, value) {
  if (!value) return response.writeHead(504, { "cf-cache-status": "MISS" }).end();
  const end = value.indexOf("\r\n\r\n");
  const chunked = /^transfer-encoding: *chunked/im.test(value.subarray(0, end).toString());
  const body = value.subarray(end + 4);
  response.writeHead(200, { "cf-cache-status": "HIT" }).end(chunked ? joined(body) : body);
}

/** Decodes a chunked body: each chunk is its length in hexadecimal digits, a line break, the bytes, a line break. */
function joined(body) {
  const parts = [];
  for (let at = 0; ; ) {
    const line = body.indexOf("\r\n", at);
    const bytes = Number.parseInt(body.subarray(at, line).toString(), 16);
    if (!bytes) return Buffer.concat(parts);
    parts.push(body.subarray(line + 2, line + 2 + bytes));
    at = line + 2 + bytes + 2;
  }
}
