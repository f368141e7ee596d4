/** A shelf of recommendations: the page comes with the shop's own choice in every place, so that none is empty. */

import { reorder } from "./move.js";
import { sentence } from "./reason.js";
import { explain, make } from "./tile.js";

/** What a shelf is called once the basket, the product at hand, or else the visit has filled it. */
const HEADINGS = { basket: "Goes with your basket", pdp: "Goes with this" };
const VISIT = "For this visit";
/** Asked for beyond the places of the shelf, because some are on the page already. */
const SPARE = 12;

export class Shelf {
  #section;
  #heading;
  #list;
  #own;
  #item;

  constructor(section, item) {
    this.#section = section;
    this.#item = item;
    this.#list = section.querySelector(".tiles");
    this.#own = [...this.#list.children];
    this.#heading = section.querySelector("h2").textContent;
  }

  /** The shelf of this page, or nothing. `item` is the product whose page this is. */
  static here(item) {
    const section = document.querySelector("[data-shelf]");
    return section ? new Shelf(section, item) : undefined;
  }

  /** Fills the places for the visit, with nothing that the page (`isHere(id)`) or the basket has already. */
  fill(device, catalog, basket, isHere) {
    const placement = this.#section.dataset.shelf;
    const slate = device.recommend(placement, this.#own.length + SPARE, this.#item);
    if (!slate || slate.fallback_used) {
      this.restore();
      return;
    }
    const isNew = (id) => !isHere(id) && basket.quantity(id) === 0 && catalog.find(id);
    const items = slate.items.filter((item) => isNew(item.item_id));
    const tiles = items.slice(0, this.#own.length).map((item) => this.#tile(item, catalog));
    const isEmpty = placement === "basket" && basket.count === 0;
    this.#show((!isEmpty && HEADINGS[placement]) || VISIT, this.#topUp(tiles));
  }

  /** Back to what the page came with. */
  restore() {
    this.#own.forEach((tile) => explain(tile, ""));
    this.#show(this.#heading, this.#own);
  }

  #tile(item, catalog) {
    const known = [...this.#list.children, ...this.#own].find((tile) => tile.dataset.item === item.item_id);
    const tile = known ?? make(catalog.find(item.item_id));
    // On a product's page the heading says already that the shelf goes with the product.
    const isSaid = this.#item !== undefined && item.reasons[0]?.evidence[0] === this.#item;
    explain(tile, isSaid ? "" : sentence(item.reasons, (id) => catalog.find(id)?.title));
    return tile;
  }

  #topUp(tiles) {
    const shown = new Set(tiles.map((tile) => tile.dataset.item));
    const rest = this.#own.filter((tile) => !shown.has(tile.dataset.item));
    return [...tiles, ...rest].slice(0, this.#own.length);
  }

  #show(heading, tiles) {
    this.#section.querySelector("h2").textContent = heading;
    const now = [...this.#list.children];
    if (tiles.some((tile, at) => tile !== now[at])) reorder(this.#list, tiles);
  }
}
