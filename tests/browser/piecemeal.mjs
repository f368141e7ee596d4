/**
 * A server before the shop whose pages arrive in pieces, so that they are drawn while they arrive, as over a slow line.
 * All else is handed through. It stands in for the line only; what is shown is the shop's own.
 */

import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** Tags and texts that come one by one: more than the first window of any page shows. */
const FIRST = 520;
/** Those after them, so many at a time. */
const REST = 40;
/** About one frame. */
const PAUSE_MS = 17;
/** Headers that are about one connection, or about a length and a coding that hold no more here. */
const OF_ITS_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"]);

/** Opens the server before `shop`. Answers `{ address, close }`. */
export async function open(shop) {
  const server = createServer((request, response) => answer(shop, request, response).catch((error) => response.destroy(error)));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, close };
}

async function answer(shop, request, response) {
  const { status, headers, body } = await ask(shop, request);
  response.writeHead(status, headers);
  for (const piece of pieces(headers["content-type"] ?? "", body)) {
    response.write(piece);
    await pause(PAUSE_MS);
  }
  response.end();
}

async function ask(shop, { url }) {
  const answer = await fetch(shop + url);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !OF_ITS_CONNECTION.has(name)));
  return { status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** A page's head in one piece, because nothing is drawn before its styles are here; then tags and texts one by one. */
function pieces(type, body) {
  if (!type.startsWith("text/html")) return [body];
  const html = body.toString();
  const begin = html.indexOf("<body");
  const tags = html.slice(begin).match(/<[^>]*>\s*|[^<]+/g);
  const rest = Array.from({ length: Math.ceil((tags.length - FIRST) / REST) }, (_, at) => {
    const from = FIRST + at * REST;
    return tags.slice(from, from + REST).join("");
  });
  return [html.slice(0, begin), ...tags.slice(0, FIRST), ...rest];
}
