/**
 * The demo shop's front at the edge: pages come from the shop's own server, and what stands beside a product is chosen
 * here, from the page's own facts, before the browser sees it. Whatever fails, the page stays as the shop made it.
 */

import shelfwise from "./worker.mjs";

/** What the edge answers itself; all else is the shop's. */
const OWN = /^\/(v1\/|healthz$)/;
const PRODUCT = /^\/product\/([^/]+)\.html$/;
/** Asked for beyond the places of a shelf, as the browser does it: some may not be for sale. */
const LIMIT = 22;
/** A page waits no longer for its order. */
const PATIENCE_MS = 500;
const HEADING = "Goes well with this";
/** Products by id, as the shop's own scripts read them; one file, the same for every shopper. */
let catalog;

export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (OWN.test(pathname)) return shelfwise.fetch(request, env, context);
    if (!PRODUCT.test(pathname)) return env.SHOP.fetch(request);
    const [page, products] = await Promise.all([env.SHOP.fetch(whole(request)), chosen(pathname, request, env, context)]);
    const isPage = page.status === 200 && page.headers.get("content-type")?.startsWith("text/html");
    return isPage && products.length > 0 ? filled(page, products) : page;
  },
};

/** The same question, for all of the page as it was written: what the browser has of it may be another choice. */
function whole(request) {
  const headers = new Headers(request.headers);
  for (const name of ["if-none-match", "if-modified-since", "range", "if-range"]) headers.delete(name);
  headers.set("accept-encoding", "identity");
  return new Request(request, { headers });
}

/** Products for the page, best first; none where the edge has nothing better than the shop's own order. Never rejects. */
async function chosen(pathname, request, env, context) {
  if (request.method !== "GET") return [];
  const item = decoded(pathname.match(PRODUCT)[1]);
  if (item === undefined) return [];
  const late = scheduler.wait(PATIENCE_MS).then(() => []);
  return Promise.race([late, ask(item, request, env, context)]).catch(() => []);
}

/** A part of an address as text; undefined where its bytes are no UTF-8, such as `%ff`. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

async function ask(item, request, env, context) {
  catalog ??= await (await env.SHOP.fetch(new URL("/catalog.json", request.url))).json();
  // The engine is never told of a sensitive product.
  if (!Object.hasOwn(catalog, item) || productOf(item).sensitive) return [];
  const question = new URL(`/v1/recommend?${new URLSearchParams({ placement: "pdp", item, limit: LIMIT })}`, request.url);
  const answer = await shelfwise.fetch(new Request(question, { headers: request.headers }), env, context);
  if (answer.status !== 200) return [];
  const { fallback_used, items } = await answer.json();
  if (fallback_used) return [];
  const products = items.map(({ item_id, sponsored }) => ({ ...productOf(item_id), label: sponsored?.label ?? "" }));
  return products.filter(({ id }) => id);
}

function productOf(id) {
  if (!Object.hasOwn(catalog, id)) return undefined;
  const [title, meta, cents, picture, look, sensitive] = catalog[id];
  return { id, title, meta, price: `$${(cents / 100).toFixed(2)}`, picture, look, sensitive: sensitive === 1 };
}

/** The page with these products in the places of its shelf. Each tile keeps the id of the shop's own choice. */
function filled(page, products) {
  const next = products.values();
  let now;
  const write = (text) => ({ element: (node) => void (now && node.setInnerContent(text(now))) });
  const set = (name, text) => ({ element: (node) => void (now && node.setAttribute(name, text(now))) });
  const tile = {
    element(node) {
      now = next.next().value;
      if (!now) return;
      node.setAttribute("data-own-id", node.getAttribute("data-item-id"));
      node.setAttribute("data-item-id", now.id);
      node.removeAttribute("data-sensitive");
    },
  };
  const TILE = "shelfwise-shelf[placement=pdp] li[data-shelfwise-slot]";
  return new HTMLRewriter()
    .on("#shelf-heading", { element: (node) => void node.setInnerContent(HEADING) })
    .on(TILE, tile)
    .on(`${TILE} .face`, set("href", ({ id }) => `/product/${id}.html`))
    .on(`${TILE} .picture`, set("class", ({ look }) => `picture ${look}`))
    .on(`${TILE} use`, set("href", ({ picture }) => `/pictures.svg#${picture}`))
    .on(`${TILE} .price`, write(({ price }) => price))
    .on(`${TILE} .sponsored`, write(({ label }) => label))
    .on(`${TILE} .title`, write(({ title }) => title))
    .on(`${TILE} .meta`, write(({ meta }) => meta))
    .on(`${TILE} .add`, set("aria-label", ({ title, meta }) => `Add ${title} ${meta} to the basket`))
    .transform(unvalidated(page));
}

/** Without what says that the bytes are the shop's own: the next visit's choice may be another one. */
function unvalidated(page) {
  const headers = new Headers(page.headers);
  for (const name of ["etag", "last-modified", "content-length"]) headers.delete(name);
  headers.set("cache-control", "no-cache");
  return new Response(page.body, { status: page.status, headers });
}
