/** Platform of the handler: the store, the origin, settings, the time, chance. */

import { download } from "./origin.mjs";

export class Platform {
  #env;
  #store;
  /** `{ value }` or `{ error }` of the last operation; undefined while it is pending. */
  #outcome;
  #going = Promise.resolve();
  /** The request's random bytes, once something is drawn: its key and its answer have the same draw. */
  #entropy;

  constructor(env, store) {
    this.#env = env;
    this.#store = store;
  }

  get(key) {
    this.#begin(this.#store.get(key));
  }

  /** Reads a key as other isolates see it too. */
  latest(key) {
    this.#begin(this.#store.latest(key));
  }

  set(key, bytes) {
    this.#begin(this.#store.set(key, bytes));
  }

  fetch(url, atMost) {
    this.#begin(download(url, atMost));
  }

  /** Returns the result: bytes, or null if there are none; undefined while it is pending. Throws its error. */
  take() {
    if (this.#outcome?.error) throw this.#outcome.error;
    return this.#outcome?.value;
  }

  /** Resolves when `take` has a result. */
  get settled() {
    return this.#going;
  }

  setting(name) {
    return typeof this.#env[name] === "string" ? this.#env[name] : undefined;
  }

  now() {
    return Date.now();
  }

  entropy() {
    return (this.#entropy ??= crypto.getRandomValues(new Uint8Array(16)));
  }

  /** Starts an operation. A value that is available is taken at once, without a turn of the event loop. */
  #begin(work) {
    if (!(work instanceof Promise)) {
      this.#outcome = { value: work ?? null };
      return;
    }
    this.#outcome = undefined;
    const keep = (outcome) => (this.#outcome = outcome);
    this.#going = work.then((value) => keep({ value: value ?? null }), (error) => keep({ error: Object(error) }));
  }
}
