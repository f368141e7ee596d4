/** The list of a page, and what a page does to get its handle. */

export const LIST = ["soap", "milk", "butter", "candy"];

/** Makes a handle, and helpers beside it that the tests' scripts use. Runs in the page. */
export async function open({ list, options }) {
  const shelf = await globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "session", timeoutMs: 5000, ...options });
  const modes = [];
  shelf.on("mode", (status) => modes.push(`${status.mode} by ${status.mode_source}`));
  const order = async () => (await shelf.rerank({ placement: "category", items: list })).items.map((item) => item.item_id);
  const add = (item_id) => shelf.track("add_to_cart", { items: [{ item_id }] });
  globalThis.shop = { shelf, modes, order, add };
  return shelf.status;
}
