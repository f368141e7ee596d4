/**
 * A handle that is none of the package's: it keeps the contract, and orders as the test says, so that a test can ask
 * for the order that is the hardest to show.
 */

export function scripted(order = (ids) => ids, { mode = "contextual", ready = true } = {}) {
  const listeners = { ready: [], update: [], mode: [], error: [] };
  const idOf = (item) => (typeof item === "string" ? item : item.item_id);
  let count = 0;
  const handle = {
    status: { ready, mode },
    /** Requests, as they came. */
    asked: [],
    order,
    /** What slates rest on. */
    basis: "session",
    reasons: [],
    /** Answers wait for this. */
    wait: Promise.resolve(),
    async rerank(request) {
      handle.asked.push(request);
      const { order: now, wait } = handle;
      await wait;
      const own = request.items.map(idOf);
      const basis = handle.status.mode === "off" ? "shop_order" : handle.basis;
      return slate(basis === "shop_order" ? own : now(own).slice(0, request.limit), basis);
    },
    async recommend(request) {
      handle.asked.push(request);
      await handle.wait;
      const own = (request.fallback ?? []).map(idOf);
      return handle.status.mode === "off" ? slate(own, "shop_order") : slate(handle.order(own).slice(0, request.limit), "session");
    },
    storeOrder: (items) => slate(items.map(idOf), "shop_order"),
    on(name, listener) {
      listeners[name].push(listener);
      return () => (listeners[name] = listeners[name].filter((one) => one !== listener));
    },
    tell: (name) => listeners[name].forEach((listener) => listener(handle.status)),
    listeners,
  };
  function slate(ids, basis) {
    const reasons = basis === "shop_order" ? [] : handle.reasons;
    const items = ids.map((item_id, position) => ({ item_id, position, score: 1, from_position: null, source: "together", reasons, rules: [] }));
    return { slate_id: `scripted-${(count += 1)}`, snapshot: null, fallback_used: basis === "shop_order", basis, items };
  }
  return handle;
}
