/** The list re-ranks after every product that goes into the cart, and each tile may say why it moved up. */

import { createShelfwise } from "shelfwise";

const list = document.querySelector("ul");
const tiles = new Map([...list.children].map((tile) => [tile.dataset.itemId, tile]));
const nameOf = (id) => tiles.get(id)?.querySelector("b").textContent ?? "your cart";
const shelf = await createShelfwise({ snapshot: "/shelfwise/model.swm", mode: "session", visit: "tab" });

async function rank() {
  const { items } = await shelf.rerank({ placement: "category", items: [...tiles.keys()] });
  for (const { item_id, reasons } of items) {
    const tile = tiles.get(item_id);
    const [because] = reasons.filter((reason) => reason.code === "because_you_added");
    tile.querySelector("small").textContent = because ? `Goes with ${because.evidence.map(nameOf).join(", ")}` : "";
    list.append(tile);
  }
  document.querySelector("[role=status]").textContent = `Engine: ${shelf.status.isolation}.`;
}

list.addEventListener("click", ({ target }) => {
  if (!target.matches("button")) return;
  shelf.track("add_to_cart", { items: [{ item_id: target.closest("li").dataset.itemId }] });
  rank();
});

// A shopper who turns personal order off, or a signal of the browser, is heard at once.
shelf.on("mode", rank);
await rank();
