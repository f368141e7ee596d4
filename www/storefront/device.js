/**
 * The engine on this device. It fails to the shop's own order: no method throws, and one that has nothing to say
 * returns nothing. `state.is` is `starting`, `ready` or `off`; `state.why` says in words why it is off.
 */

const ENGINE = "/engine/shelfwise.js";
const MODULE = "/engine/shelfwise_bg.wasm";
const SNAPSHOT = "/model/model.swm";
const POLICY = "/model/policy.swp";

export class Device {
  state = { is: "starting", why: "" };
  /** How long the last ranking took, in milliseconds; nothing before the first. */
  rankedInMs;
  #engine;

  /** Loads the engine, its model and the shop's rules: all of it, or the shop's own order. */
  async start() {
    try {
      if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
      const [face, wasm, ...model] = await Promise.all([import(ENGINE), ...[MODULE, SNAPSHOT, POLICY].map(bytes)]);
      // The module fetches nothing, itself included: it is given its bytes.
      await face.default({ module_or_path: wasm });
      this.#engine = new face.Engine(...model);
      this.state = { is: "ready", why: "" };
    } catch (error) {
      this.fail(error);
    }
  }

  /** Tells the engine what the shopper did. */
  track({ event, ids, at }) {
    this.#ask((engine) => engine.track(event, ids, at));
  }

  /** The list in the order for this visit. */
  rerank(placement, ids) {
    const items = ids.map((item_id) => ({ item_id }));
    return this.#rank((engine, now_ms) => engine.rerank({ placement, items, limit: ids.length, now_ms }));
  }

  /** Products out of the whole catalog; `item` is the product whose page this is. */
  recommend(placement, limit, item) {
    const page = item ? { item } : {};
    return this.#rank((engine, now_ms) => engine.recommend({ placement, limit, now_ms, ...page }));
  }

  /** What the engine holds of the visit: `[{ event, item_id, at_ms }]`. */
  session() {
    return this.#ask((engine) => engine.session()) ?? [];
  }

  /** Facts of the model. */
  info() {
    return this.#ask((engine) => engine.info());
  }

  forget() {
    this.#ask((engine) => engine.forget());
  }

  #rank(question) {
    const start = performance.now();
    const slate = this.#ask((engine) => question(engine, Date.now()));
    if (slate) this.rankedInMs = performance.now() - start;
    return slate;
  }

  #ask(question) {
    if (this.state.is !== "ready") return undefined;
    try {
      return question(this.#engine);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Gives the engine up for this page: from here on the shop's own order stands. */
  fail(error) {
    this.#engine = undefined;
    this.state = { is: "off", why: error instanceof Error ? error.message : String(error) };
  }
}

async function bytes(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
