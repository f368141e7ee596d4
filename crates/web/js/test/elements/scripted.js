/**
 * A handle that is not the package's: it keeps the contract, and orders as the test sets, so that a test can use
 * the order that is the hardest to show.
 */

export function scripted(order = (ids) => ids, { mode = "contextual", ready = true } = {}) {
  const listeners = { ready: [], update: [], mode: [], error: [] };
  const idOf = (item) => (typeof item === "string" ? item : item.item_id);
  let count = 0;
  const handle = {
    status: { ready, mode },
    /** Requests, in their order. */
    asked: [],
    order,
    /** The `basis` of slates. */
    basis: "session",
    reasons: [],
    /** Labels of paid places, by item. */
    labels: {},
    /** A promise that answers wait for. */
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
    const items = ids.map((item_id, position) => {
      const label = handle.labels[item_id];
      return { item_id, position, score: 1, from_position: null, source: "together", reasons, rules: [], sponsored: label ? { by: "Fjord", label } : null };
    });
    return { slate_id: `scripted-${(count += 1)}`, snapshot: null, fallback_used: basis === "shop_order", basis, items };
  }
  return handle;
}
