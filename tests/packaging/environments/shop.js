/** What the shop of every environment does: shows a list, sees bread go into the basket, shows the list again. */

export const LIST = ["soap", "candy", "oranges", "butter", "milk", "bread"];

/** Orders before and after the event, and what the engine says of itself. */
export async function visit(createShelfwise, options) {
  const shelf = await createShelfwise({ mode: "session", timeoutMs: 5000, ...options });
  const order = async () => (await shelf.rerank({ placement: "category", items: LIST })).items.map((item) => item.item_id);
  const before = await order();
  shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
  const after = await order();
  const { ready, source, mode, isolation, error } = shelf.status;
  return { before, after, ready, source, mode, isolation, error };
}
