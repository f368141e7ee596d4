/** A shelf of recommendations: the page comes with the shop's own choice in every place, so that none is empty. */

import { reorder } from "./move.js";
import { sentence } from "./reason.js";
import { explain, make } from "./tile.js";

/** What a shelf is called once the visit, or the product at hand, has filled it. */
const HEADINGS = { home: "For this visit", basket: "Goes with your basket", pdp: "Goes with this" };
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

  /** Fills the places for the visit. `isShown(id)` tells what the page or the basket has already. */
  fill(device, catalog, isShown) {
    const placement = this.#section.dataset.shelf;
    const slate = device.recommend(placement, this.#own.length + SPARE, this.#item);
    if (!slate || slate.fallback_used) {
      this.restore();
      return;
    }
    const items = slate.items.filter((item) => !isShown(item.item_id) && catalog.find(item.item_id));
    const tiles = items.slice(0, this.#own.length).map((item) => this.#tile(item, catalog));
    this.#show(HEADINGS[placement], this.#topUp(tiles));
  }

  /** Back to what the page came with. */
  restore() {
    this.#own.forEach((tile) => explain(tile, ""));
    this.#show(this.#heading, this.#own);
  }

  #tile(item, catalog) {
    const known = [...this.#list.children, ...this.#own].find((tile) => tile.dataset.item === item.item_id);
    const tile = known ?? make(catalog.find(item.item_id));
    explain(tile, sentence(item.reasons, (id) => catalog.find(id)?.title));
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
    if (tiles.every((tile, at) => tile === now[at])) return;
    reorder(this.#list, tiles);
    now.filter((tile) => !tiles.includes(tile)).forEach((tile) => tile.remove());
  }
}
