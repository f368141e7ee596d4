/**
 * Recommendations of the last minute, in this isolate's memory. The handler names them: by the question, the admitted
 * files and the cell of the context. Two requests of one name get the same bytes, whoever sends them.
 */

/** As long as a browser may show one again. */
const KEPT_MS = 60_000;
/** A few kilobytes each. */
const MOST = 500;

/** `{ answer, until }` by name, oldest first. */
const kept = new Map();

/** The answer of that name, if there is one. */
export function find(name) {
  const found = kept.get(name);
  return found && Date.now() < found.until ? found.answer : undefined;
}

/** Keeps an answer, unless it has no name or is there already. */
export function keep(name, answer) {
  if (!name || find(name)) return;
  kept.delete(name);
  kept.set(name, { answer, until: Date.now() + KEPT_MS });
  if (kept.size > MOST) kept.delete(kept.keys().next().value);
}
