/** The engine that ships, once under each policy. */

import { createShelfwise } from "./package/index.js";

/** How long the engine may take, in milliseconds: nobody waits here as a shopper does. */
const PATIENCE_MS = 20_000;
/** How often the engine looks for a new release: there is none at the same address. */
const A_DAY_MS = 86_400_000;

/** An engine with a policy. */
export class Engine {
  #handle;

  constructor(handle) {
    this.#handle = handle;
  }

  /** Opens a release: the model, its facts and a policy. Throws where the engine refuses one of them. */
  static async open(release, keys) {
    const options = { release: `releases/${release}`, keys, mode: "session", isolation: "inline", timeoutMs: PATIENCE_MS, refreshMs: A_DAY_MS };
    const handle = await createShelfwise(options);
    const { ready, error } = handle.status;
    if (!ready || error) throw new Error(error ? error.message : "the engine did not start");
    return new Engine(handle);
  }

  /** The mode that holds: below `session` a signal of this browser says so, and visits count for nothing. */
  get mode() {
    return this.#handle.status.mode;
  }

  /** Ranks for a visit. Returns the slate. */
  async slate({ placement, isList, events, cell, places, list, category }) {
    await this.#handle.forget();
    for (const [event, id] of events) this.#handle.track(event, { items: [{ item_id: id }] });
    const slate = isList
      ? await this.#handle.rerank({ placement, items: list, limit: places, context: { category: category || undefined, cell } })
      : await this.#handle.recommend({ placement, limit: places, context: { cell } });
    const { error } = this.#handle.status;
    if (slate.slate_id === "") throw new Error(error ? error.message : "the engine made no slate");
    return slate;
  }

  /** Returns what rules did to an item of a slate, as words of one form each; an empty list where they did nothing. */
  async acts(slate, id) {
    const explanation = await this.#handle.explain(slate.slate_id, id);
    if (!explanation) return [];
    const moved = ({ rule, effect, from, to }) => ({ rule, effect, by: from === null || to === null ? 0 : to - from });
    const acts = explanation.adjustments.map(moved);
    const out = explanation.ruled_out;
    if (out?.rule) acts.push({ rule: out.rule, effect: "ruled_out", by: 0 });
    return acts;
  }

  close() {
    this.#handle.close();
  }
}
