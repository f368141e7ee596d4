/**
 * The events of this visit, by their GA4 names. The engine lives as long as a page; this list carries the visit
 * from one page to the next, in this tab only, and the panel declares it.
 */

import { drop, read, write } from "./kept.js";

const KEY = "visit";
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

function recent(events, now) {
  const last = events.at(-1);
  return last && now - last.at < IDLE_MS ? events : [];
}
