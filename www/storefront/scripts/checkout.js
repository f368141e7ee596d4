/** The basket's own page: lines, amounts, and a till that sells nothing. */

import { dollars } from "./basket.js";
import { fill } from "./tile.js";

export class Checkout {
  #root;

  constructor(root) {
    this.#root = root;
  }

  /** The basket's page, or nothing elsewhere. */
  static here() {
    const root = document.querySelector("[data-basket]");
    return root ? new Checkout(root) : undefined;
  }

  /** Calls `change(id, step)` and `buy()` when their buttons are pressed. */
  listen({ change, buy }) {
    this.#root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-step]");
      if (button) change(button.closest("[data-item-id]").dataset.itemId, Number(button.dataset.step));
    });
    this.#part("buy").addEventListener("click", buy);
  }

  /** Shows the basket. Lines that stay are the same nodes, so that focus stays in them. */
  show(basket) {
    const list = this.#part("lines");
    const known = new Map([...list.children].map((line) => [line.dataset.itemId, line]));
    const lines = basket.lines.map((line) => amount(known.get(line.id) ?? make(line), line));
    const gone = [...list.children].filter((line) => !lines.includes(line));
    gone.forEach((line) => line.remove());
    lines.filter((line) => !line.isConnected).forEach((line) => list.append(line));
    this.#part("empty").hidden = lines.length > 0;
    this.#part("total").hidden = lines.length === 0;
    for (const sum of this.#root.querySelectorAll("[data-basket-sum-here]")) sum.textContent = dollars(basket.cents);
  }

  #part(name) {
    return this.#root.querySelector(`[data-basket-${name}]`);
  }
}

function make(line) {
  const node = document.querySelector("#line").content.firstElementChild.cloneNode(true);
  node.dataset.itemId = line.id;
  fill(node, line);
  node.querySelector(".title").href = `/product/${line.id}.html`;
  for (const button of node.querySelectorAll("[data-step]")) {
    button.setAttribute("aria-label", `${button.dataset.step === "1" ? "One more" : "One less"}: ${line.title}`);
  }
  return node;
}

function amount(node, line) {
  node.querySelector(".quantity").textContent = String(line.quantity);
  node.querySelector(".price").textContent = dollars(line.quantity * line.cents);
  return node;
}
