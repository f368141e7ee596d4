/** The list re-ranks after every product that goes into the cart. Beside this file: the package's `dist` as `shelfwise/`, and the model. */

import { createShelfwise } from "./shelfwise/index.js";

const list = document.querySelector("ul");
const tiles = new Map([...list.children].map((tile) => [tile.dataset.itemId, tile]));
// The shop's review came to the mode `session`; without a word it is `contextual`, and nothing of a visit is read.
const shelf = await createShelfwise({ snapshot: "model.swm", mode: "session" });

async function rank() {
  const { items, basis } = await shelf.rerank({ placement: "category", items: [...tiles.keys()] });
  list.append(...items.map((item) => tiles.get(item.item_id)));
  document.querySelector("[role=status]").textContent = `Order: ${basis}. Engine: ${shelf.status.isolation}.`;
}

list.addEventListener("click", ({ target }) => {
  if (!target.matches("button")) return;
  shelf.track("add_to_cart", { items: [{ item_id: target.closest("li").dataset.itemId }] });
  rank();
});

await rank();
