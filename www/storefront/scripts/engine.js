/**
 * Shelfwise in this shop: one handle a page. Where the package cannot be loaded there is none, and the shop is a shop.
 */

import { drop, read, write } from "./kept.js";

const PACKAGE = "/shelfwise/dist/index.js";
const SHELVES = "/shelfwise/dist/shelf.js";
/** Where the signed release is, and whose signatures are believed. */
const PINS = "/pins.js";
/** What the shopper chose, for the tab's next page. */
const MODE = "mode";
/** A shop with less patience shows its own order sooner; the engine takes over when it is there. */
const PATIENCE_MS = 4000;

/**
 * `{ handle, release }` with the release's whole address, or `{ why }` in words where there is none. Never rejects.
 * `refreshMs` says how often an open page looks for a new release; where nothing is said, as seldom as the package does.
 */
export async function start({ refreshMs } = {}) {
  try {
    const shelves = import(SHELVES);
    const [{ createShelfwise }, { release, keys }] = await Promise.all([import(PACKAGE), import(PINS)]);
    const handle = await createShelfwise({ release, keys, refreshMs, mode: "remembered", visit: "tab", timeoutMs: PATIENCE_MS });
    await shelves;
    const chosen = read(MODE, "");
    if (chosen) handle.setMode(chosen);
    return { handle, release: new URL(release, location.href).href };
  } catch (error) {
    return { why: `it could not be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The shopper's choice: held now, and for the tab's next page. To be remembered is a choice that the memory itself holds. */
export function choose(handle, mode) {
  handle.setMode(mode);
  if (mode === "session" || mode === "remembered") drop(MODE);
  else write(MODE, mode);
  if (mode === "remembered") return grant(handle);
}

/** The shopper's consent to be remembered. The demo's proof of it is the time; a real shop has a number of its own. */
export function grant(handle) {
  const at_ms = Date.now();
  return handle.grant({ id: `larder-demo-${new Date(at_ms).toISOString().slice(0, 10)}`, at_ms });
}

/**
 * The same handle, which tells how many milliseconds each ranking took, the way to the worker and back included. The browser's
 * own timeline gets a mark `ranked` at each, which developer tools show.
 */
export function timed(handle, tell) {
  const time = (ask) => async (request) => {
    const start = performance.now();
    const slate = await ask(request);
    if (slate.basis !== "shop_order") {
      performance.mark("ranked");
      tell(performance.now() - start);
    }
    return slate;
  };
  return Object.create(handle, { rerank: { value: time(handle.rerank) }, recommend: { value: time(handle.recommend) } });
}

/** `ready`, `starting` or `off`. */
export function stateOf({ ready, mode, error }) {
  if (ready) return "ready";
  return mode !== "off" && (!error || error.code === "deadline") ? "starting" : "off";
}
