/** Everything on the page and in the browser's stores that can hold something, as text. */

const QUIET_MS = 60;
/** How long a picture may take: one that does not come by then is not waited for. */
const PATIENCE_MS = 5_000;

/**
 * Resolves when the page's pictures have loaded and nothing was asked for a moment. Lazy ones begin with a frame and end when the
 * machine gets to it: those in sight are waited for, and as long as further ones come, another moment is.
 */
export async function settled() {
  let before;
  do {
    before = loaded();
    await frame();
    await Promise.race([Promise.all(expected().map((image) => image.decode().catch(() => {}))), pause(PATIENCE_MS)]);
    await pause(QUIET_MS);
  } while (loaded() > before);
}

function loaded() {
  return [...document.images].filter((image) => image.naturalWidth > 0).length;
}

function expected() {
  return [...document.images].filter((image) => image.loading !== "lazy" || isInSight(image));
}

function isInSight(image) {
  const { top, bottom } = image.getBoundingClientRect();
  return image.checkVisibility() && bottom >= 0 && top <= innerHeight;
}

/** Resolves behind the next frame; pages that are not shown have none. */
function frame() {
  return Promise.race([new Promise((done) => requestAnimationFrame(() => setTimeout(done))), pause(QUIET_MS * 5)]);
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

/** Reads all stores. */
export async function dump() {
  return {
    stored: [
      ...entries("sessionStorage"),
      ...entries("localStorage"),
      ...(await databases()),
      ...(await cached()),
      ...(await files()),
    ],
    page: {
      "document.cookie": document.cookie,
      "history.state": text(history.state),
      "window.name": globalThis.name,
      "document.referrer": document.referrer,
      "location.href": location.href,
    },
    exits: exits(),
  };
}

function entries(place) {
  try {
    return Object.entries({ ...globalThis[place] }).map(([key, value]) => ({ place, key, value }));
  } catch {
    return [];
  }
}

/** Every record of every IndexedDB. */
async function databases() {
  const found = [];
  for (const { name } of (await indexedDB.databases?.().catch(() => [])) ?? []) {
    const database = await result(indexedDB.open(name)).catch(() => null);
    found.push({ place: "indexedDB", key: name, value: "" });
    for (const store of database?.objectStoreNames ?? []) {
      const rows = await result(database.transaction(store).objectStore(store).getAll()).catch(() => []);
      for (const row of rows) found.push({ place: "indexedDB", key: `${name}/${store}`, value: text(row) });
    }
    database?.close();
  }
  return found;
}

/** Every answer that a script has put into the Cache API. */
async function cached() {
  const found = [];
  for (const name of await globalThis.caches?.keys().catch(() => []) ?? []) {
    const cache = await caches.open(name);
    found.push({ place: "caches", key: name, value: "" });
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request))?.text();
      found.push({ place: "caches", key: `${name} ${request.url}`, value: body ?? "" });
    }
  }
  return found;
}

/** Every file of the origin's private file system. */
async function files() {
  const found = [];
  const root = await navigator.storage?.getDirectory?.().catch(() => null);
  for await (const [name, handle] of root?.entries() ?? []) {
    const value = handle.kind === "file" ? await (await handle.getFile()).text() : "";
    found.push({ place: "file system", key: name, value });
  }
  return found;
}

/** What of the document asks for, or leads to, an address: sorted, because their order is the ranking itself. */
function exits() {
  const names = ["src", "href", "srcset", "action", "ping", "poster", "data", "imagesrcset"];
  const found = [];
  for (const node of document.querySelectorAll("*")) {
    for (const name of names) {
      const value = node.getAttribute(name);
      if (value) found.push(`${node.localName} ${node.getAttribute("rel") ?? ""} ${name} ${value}`);
    }
    const { backgroundImage } = node.style ?? {};
    if (backgroundImage) found.push(`${node.localName} style ${backgroundImage}`);
  }
  return found.sort();
}

function result(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => failed(request.error);
  });
}

function text(value) {
  try {
    return typeof value === "string" ? value : JSON.stringify(value) ?? "";
  } catch {
    return String(value);
  }
}
