/** The aisle: the tiles that the page came with, in the shop's own order or in the order for this visit. */

import { reorder } from "./move.js";
import { sentence } from "./reason.js";
import { explain } from "./tile.js";

const PLACEMENT = "category";

export class Aisle {
  #list;
  #own;
  #note = document.querySelector("[data-order-note]");
  #ownNote = this.#note.textContent;

  /** `list` holds the tiles in the shop's own order. */
  constructor(list) {
    this.#list = list;
    this.#own = [...list.children];
  }

  /** The aisle of this page, or nothing. */
  static here() {
    const list = document.querySelector("[data-tiles]");
    return list ? new Aisle(list) : undefined;
  }

  has(id) {
    return this.#own.some((tile) => tile.dataset.item === id);
  }

  /**
   * Orders the aisle for the visit. The tile with the id `held`, whose button was just pressed, keeps its place
   * under the shopper's finger. Returns how many tiles came forward; nothing where the engine has no say.
   */
  rerank(device, nameOf, held) {
    const slate = device.rerank(PLACEMENT, this.#own.map((tile) => tile.dataset.item));
    if (!slate) {
      this.restore();
      return undefined;
    }
    const places = new Map(slate.items.map((item) => [item.item_id, item]));
    if (!this.#fits(places)) throw new Error("its answer does not fit the aisle");
    this.#own.forEach((tile) => this.#label(tile, places.get(tile.dataset.item), nameOf));
    this.#place(ordered(this.#own, slate.items), held);
    const moved = slate.items.filter((item) => item.score > 0 && item.position < item.from_position).length;
    this.#note.textContent = moved ? `In the order for this visit: ${moved} came forward.` : this.#ownNote;
    return moved;
  }

  /** Back to the shop's own order. */
  restore() {
    this.#own.forEach((tile) => this.#label(tile, { score: 0 }));
    this.#note.textContent = this.#ownNote;
    this.#place([...this.#own]);
  }

  /** A rule may take tiles out; an answer about nothing, or about other products, would empty the aisle. */
  #fits(places) {
    const known = this.#own.filter((tile) => places.has(tile.dataset.item)).length;
    return known > 0 && known === places.size;
  }

  #label(tile, item, nameOf) {
    tile.hidden = item === undefined;
    explain(tile, item?.score > 0 ? sentence(item.reasons, nameOf) : "");
  }

  #place(tiles, held) {
    const now = [...this.#list.children];
    const from = now.findIndex((tile) => tile.dataset.item === held);
    const to = from < 0 ? [] : tiles.splice(tiles.indexOf(now[from]), 1);
    tiles.splice(from < 0 ? tiles.length : from, 0, ...to);
    if (tiles.some((tile, at) => tile !== now[at])) reorder(this.#list, tiles);
  }
}

/** Tiles in the slate's order; those that a rule took out stand hidden at the end. */
function ordered(tiles, items) {
  const place = new Map(items.map((item, at) => [item.item_id, at]));
  const at = (tile) => place.get(tile.dataset.item) ?? Infinity;
  return [...tiles].sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
}
