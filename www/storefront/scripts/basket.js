/** The basket: what the shopper wants to buy. A shop needs it with or without Shelfwise. */

import { read, write } from "./kept.js";

const KEY = "basket";

export class Basket {
  /** Lines in the order in which they were first added: `{ id, title, meta, cents, picture, look, sensitive, quantity }`. */
  #lines = read(KEY, []);

  get lines() {
    return this.#lines;
  }

  /** Pieces in the basket. */
  get count() {
    return this.#lines.reduce((sum, line) => sum + line.quantity, 0);
  }

  /** What they cost together, in cents. */
  get cents() {
    return this.#lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);
  }

  /** Pieces of one product. */
  quantity(id) {
    return this.#line(id)?.quantity ?? 0;
  }

  /** Adds pieces, or takes them away where `step` is negative. Returns how many there are then. */
  change(product, step) {
    const quantity = Math.max(0, this.quantity(product.id) + step);
    const line = this.#line(product.id);
    if (quantity === 0) this.#lines = this.#lines.filter((other) => other !== line);
    else if (line) line.quantity = quantity;
    else this.#lines.push({ ...product, quantity });
    write(KEY, this.#lines);
    return quantity;
  }

  /** Takes everything out. */
  clear() {
    this.#lines = [];
    write(KEY, this.#lines);
  }

  #line(id) {
    return this.#lines.find((line) => line.id === id);
  }
}

/** 219 as `$2.19`. */
export function dollars(cents) {
  return `$${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}

/** `$2.19` as 219. */
export function cents(text) {
  return Math.round(Number(text.replace("$", "")) * 100);
}
