/**
 * Store of the admitted model: in this isolate's memory, backed by a KV namespace or the data centre's cache, for later
 * isolates. Nothing of a request is ever stored here.
 */

/** Key of the record that names the admitted files. All other keys contain the hash of their content. */
const RECORD = "shelfwise/current";
/** Key of this isolate's poll state: not shared with other isolates, which also saves paid writes. */
const LOOK = "shelfwise/look";
/** Time for which an isolate uses its copy of the record, before it reads what another one admitted. */
const RECORD_MS = 60_000;
/** Maximum size of an isolate's memory: one model of the maximum size, or also the previous one if both are small. */
const KEPT_BYTES = 40 << 20;
const A_YEAR_S = 31_536_000;

/** Bytes by key, oldest first. */
const kept = new Map();
let recordUntil = 0;

export class Store {
  #behind;

  /** `namespace` is a KV namespace, if one is bound; otherwise the cache of the worker's own `host` is used. */
  constructor(namespace, host) {
    this.#behind = namespace ? new Namespace(namespace) : new DataCentre(host);
  }

  /** Returns the value of a key; a promise if it is not in memory. */
  get(key) {
    const bytes = kept.get(key);
    const isGood = bytes && (key !== RECORD || Date.now() < recordUntil);
    return isGood || key === LOOK ? bytes : this.#load(key);
  }

  /** Returns the value of a key in the backing store, bypassing this isolate's memory. */
  latest(key) {
    return this.#load(key);
  }

  /** Stores a value. If the backing store refuses it, only this isolate has it, and each of the others fetches its own. */
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

/** The data centre's cache. If it fails, or is not available to this worker, it is treated as empty. */
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
      // Ignored: the isolate has the value in memory.
    }
  }

  #address(key) {
    return `https://${this.#host}/${key}`;
  }
}
