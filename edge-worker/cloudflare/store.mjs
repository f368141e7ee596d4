/**
 * The admitted model: in this isolate's memory, and behind it in a KV namespace or in the data centre's cache, for
 * isolates to come. Nothing of a request is ever put here.
 */

/** The key of the record that names the admitted files. All others carry the hash of what they hold. */
const RECORD = "shelfwise/current";
/** When this isolate last looked at the origin: nobody else's concern, and no write to be paid for. */
const LOOK = "shelfwise/look";
/** So long an isolate goes by the record that it has, before it asks what another one admitted. */
const RECORD_MS = 60_000;
/** The most that an isolate keeps: one model of the largest kind, and the one before it where both are small. */
const KEPT_BYTES = 40 << 20;
const A_YEAR_S = 31_536_000;

/** Bytes by key, oldest first. */
const kept = new Map();
let recordUntil = 0;

export class Store {
  #behind;

  /** `namespace` is a KV namespace, if one is bound; the cache is that of the worker's own `host`. */
  constructor(namespace, host) {
    this.#behind = namespace ? new Namespace(namespace) : new DataCentre(host);
  }

  /** What stands under a key; a promise where it is not at hand. */
  get(key) {
    const bytes = kept.get(key);
    const isGood = bytes && (key !== RECORD || Date.now() < recordUntil);
    return isGood || key === LOOK ? bytes : this.#load(key);
  }

  /** What stands under a key behind this isolate's memory, whatever it has. */
  latest(key) {
    return this.#load(key);
  }

  /** A store that takes nothing leaves the model to this isolate, and each of the others fetches it for itself. */
  async set(key, bytes) {
    keep(key, bytes);
    if (key === LOOK) return;
    try {
      await this.#behind.put(key, bytes);
    } catch (error) {
      console.warn(`Shelfwise: ${key} could not be stored: ${error.message}`);
    }
  }

  async #load(key) {
    try {
      const bytes = await this.#behind.get(key);
      if (bytes) keep(key, new Uint8Array(bytes));
    } catch (error) {
      if (!kept.has(key)) throw error;
    }
    return kept.get(key);
  }
}

function keep(key, bytes) {
  if (key === RECORD) recordUntil = Date.now() + RECORD_MS;
  kept.delete(key);
  kept.set(key, bytes);
  let sum = kept.values().reduce((sum, { length }) => sum + length, 0);
  for (const [oldest, { length }] of kept) {
    if (sum <= KEPT_BYTES) break;
    kept.delete(oldest);
    sum -= length;
  }
}

class Namespace {
  #kv;

  constructor(kv) {
    this.#kv = kv;
  }

  get(key) {
    return this.#kv.get(key, { type: "arrayBuffer" });
  }

  put(key, bytes) {
    return this.#kv.put(key, bytes);
  }
}

/** A cache that fails, or that this worker has not, is one that has nothing. */
class DataCentre {
  #host;

  constructor(host) {
    this.#host = host;
  }

  async get(key) {
    try {
      const cache = await caches.open("shelfwise");
      return await (await cache.match(this.#address(key)))?.arrayBuffer();
    } catch {
      return undefined;
    }
  }

  async put(key, bytes) {
    try {
      const cache = await caches.open("shelfwise");
      await cache.put(this.#address(key), new Response(bytes, { headers: { "cache-control": `max-age=${A_YEAR_S}` } }));
    } catch {
      // The isolate has it.
    }
  }

  #address(key) {
    return `https://${this.#host}/${key}`;
  }
}
