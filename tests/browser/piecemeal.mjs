/**
 * A server in front of the shop that sends pages in pieces, so that they are painted while they arrive, as over a slow
 * line. All other requests are passed through, and no content is changed.
 */

import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** Tags and texts sent one by one: more than the first window of any page shows. */
const FIRST = 520;
/** Number of tags and texts in each later piece. */
const REST = 40;
/** About one frame, in milliseconds. */
const PAUSE_MS = 17;
/** Headers of one connection, or of a length and coding that no longer apply. */
const OF_ITS_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"]);

/** Opens the server in front of `shop`. Returns `{ address, close }`. */
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

/** A page's head in one piece, because nothing is painted before its styles; then tags and texts one by one. */
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
