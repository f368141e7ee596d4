/**
 * The events of this visit, by their GA4 names. The engine lives as long as a page; this list carries the visit
 * from one page to the next, in this tab only, and the panel declares it.
 */

import { drop, read, write } from "./kept.js";

const KEY = "visit";
/** What this shop records. */
const EVENTS = ["view_item", "add_to_cart", "remove_from_cart", "purchase"];
/** As many as the engine remembers: older ones would be replayed for nothing. */
const MOST_EVENTS = 200;
/** After half an hour of silence a new visit begins. */
const IDLE_MS = 30 * 60 * 1000;

export class Visit {
  #events = recent(read(KEY, []), Date.now());

  /** `{ event, ids, at }`, oldest first. */
  get events() {
    return this.#events;
  }

  get isEmpty() {
    return this.#events.length === 0;
  }

  /** Adds an event and returns it. */
  record(event, ids) {
    const entry = { event, ids, at: Date.now() };
    this.#events = [...this.#events, entry].slice(-MOST_EVENTS);
    write(KEY, this.#events);
    return entry;
  }

  forget() {
    this.#events = [];
    drop(KEY);
  }
}

function recent(kept, now) {
  const events = kept.filter(isEvent);
  const last = events.at(-1);
  return last && now - last.at < IDLE_MS ? events : [];
}

/** Storage is the shopper's: what stands there may be anything. */
function isEvent(entry) {
  return EVENTS.includes(entry?.event) && Array.isArray(entry.ids) && Number.isFinite(entry.at);
}
