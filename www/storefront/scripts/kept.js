/**
 * What the shop keeps in this tab: `sessionStorage`, under keys that begin with `shop.`. Shelfwise has one of its own.
 * A browser that forbids storage gets a shop that forgets at the next page.
 */

const PREFIX = "shop.";
/** Shelfwise's own key: the shop reads its length, to declare it, and nothing else. */
const SHELFWISE = "shelfwise";

/** The value under a key, or `otherwise` where there is none of that kind that can be read. */
export function read(key, otherwise) {
  try {
    const value = JSON.parse(sessionStorage.getItem(PREFIX + key));
    return value?.constructor === otherwise.constructor ? value : otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps a value, as far as the browser lets us. */
export function write(key, value) {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Without storage the value lives as long as the page does.
  }
}

/** Removes a value. */
export function drop(key) {
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {
    // What could not be kept need not be removed.
  }
}

/** Every key of shop and engine with its length in characters: what the panel declares. */
export function inventory() {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) || key === SHELFWISE).sort();
    return keys.map((key) => ({ key, length: sessionStorage.getItem(key).length }));
  } catch {
    return [];
  }
}
