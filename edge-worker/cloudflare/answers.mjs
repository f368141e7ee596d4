/**
 * In-memory cache of the last minute's recommendations, one for each isolate. The handler computes the key from the
 * request, the admitted files and the context key. Requests with equal keys get the same bytes, whoever sends them.
 */

/** Time to live, equal to that of the browser's cache. */
const KEPT_MS = 60_000;
/** Maximum number of entries, of a few kilobytes each. */
const MOST = 500;

/** `{ answer, until }` by key, oldest first. */
const kept = new Map();

/** Returns the cached response of a key, if there is one. */
export function find(name) {
  const found = kept.get(name);
  return found && Date.now() < found.until ? found.answer : undefined;
}

/** Caches a response, unless it has no key or is cached already. */
export function keep(name, answer) {
  if (!name || find(name)) return;
  kept.delete(name);
  kept.set(name, { answer, until: Date.now() + KEPT_MS });
  if (kept.size > MOST) kept.delete(kept.keys().next().value);
}
