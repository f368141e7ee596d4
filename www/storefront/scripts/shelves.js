/**
 * The shelves of this page: the aisle, whose tiles are moved, and the row of recommendations, whose places are filled.
 * Moving, reasons and focus are the package's; headings and what may stand on a shelf are ours.
 */

import { describe, label, labelOf, make } from "./tile.js";

/** Where a product comes from that nothing of the visit or the page speaks for. */
const OF_EVERYBODY = ["popular", "popular_in_category", "shop_order"];
/** What a shelf is called once the visit has filled it: with something in the basket, and without. */
const HEADINGS = {
  basket: ["Goes with your basket", "For this visit"],
  pdp: ["Goes well with this, and with your basket", "Goes well with this"],
  home: ["For this visit", "For this visit"],
};

export class Shelves {
  #aisle = document.querySelector("shelfwise-shelf[placement=category]");
  #row = document.querySelector("shelfwise-shelf:not([placement=category])");
  #note = document.querySelector("[data-order-note]");
  #ownNote = this.#note?.textContent;
  #heading = this.#row?.closest("section").querySelector("h2");
  #ownHeading = this.#heading?.textContent;
  /** What the tiles say that the page came with. */
  #ownLabels = new Map(tiles(document).map((tile) => [tile, labelOf(tile)]));
  /** The last slate of each shelf; none where the shop's own order stands. */
  #slates = new Map();
  #names = new Map(tiles(document).map((tile) => [tile.dataset.itemId, describe(tile).title]));

  /** Puts all shelves into the hands of `handle`. `shown` is called after every ranking, `moved` with how many tiles came forward. */
  connect({ handle, catalog, basket, shown, moved }) {
    const here = new Set(this.#aisle ? tiles(this.#aisle).map((tile) => tile.dataset.itemId) : []);
    const nameOf = (id) => catalog.find(id)?.title ?? this.#names.get(id);
    if (this.#aisle) {
      this.#aisle.nameOf = nameOf;
      this.#aisle.addEventListener("shelfwise-slate", ({ detail }) => {
        this.#slates.set(this.#aisle, detail);
        this.#label(this.#aisle, detail);
        const count = this.#noteOrder(detail);
        if (count > 0) moved(count);
        shown();
      });
    }
    if (this.#row) {
      Object.assign(this.#row, { nameOf, render: (item, slot) => make(slot, catalog.find(item.item_id)) });
      this.#row.accept = (id) => !here.has(id) && basket.quantity(id) === 0 && catalog.find(id) !== undefined;
      this.#row.addEventListener("shelfwise-slate", ({ detail }) => {
        this.#slates.set(this.#row, detail);
        this.#label(this.#row, detail);
        this.#noteShelf(detail, basket);
        shown();
      });
    }
    this.follow(handle);
  }

  /** Ranks by this handle from now on. */
  follow(handle) {
    for (const shelf of this.#all) shelf.shelf = handle;
  }

  /** The shop's own order, until a handle is followed again. */
  restore(catalog) {
    this.#slates.clear();
    for (const shelf of this.#all) {
      shelf.shelf = undefined;
      shelf.restore?.();
    }
    for (const shelf of this.#all) for (const tile of tiles(shelf)) label(tile);
    this.#takeBack(catalog);
    if (this.#aisle) for (const tile of tiles(this.#aisle)) mark(tile);
    if (this.#note) this.#note.textContent = this.#ownNote;
    if (this.#heading) this.#heading.textContent = this.#ownHeading;
  }

  /** The slates of this page, each with the entries whose tiles are shown. */
  get shown() {
    return [...this.#slates].map(([shelf, slate]) => {
      const ids = new Set(tiles(shelf).map((tile) => tile.dataset.itemId));
      return { slate, entries: slate.fallback_used && shelf === this.#row ? [] : slate.items.filter(({ item_id }) => ids.has(item_id)) };
    });
  }

  /** Whether the page came with a row that the edge had filled, and still has it to fall back on. */
  get isOfEdge() {
    return this.#ofEdge.length > 0;
  }

  get #ofEdge() {
    return [...(this.#row?.querySelectorAll("[data-own-id]") ?? [])];
  }

  /** Puts the shop's own choice where the edge had put another one, before the page was here. */
  #takeBack(catalog) {
    const tiles = this.#ofEdge;
    const own = tiles.map((tile) => catalog.find(tile.dataset.ownId));
    if (tiles.length === 0 || own.includes(undefined)) return;
    for (const [at, tile] of tiles.entries()) {
      make(tile, own[at]);
      delete tile.dataset.ownId;
    }
    this.#ownHeading = this.#heading.dataset.own;
  }

  get #all() {
    return [this.#aisle, this.#row].filter(Boolean);
  }

  /** A place that is paid for says so. With every slate, for a tile that stays may stand at another place now. */
  #label(shelf, { fallback_used, items }) {
    const labels = new Map(items.map(({ item_id, sponsored }) => [item_id, sponsored?.label]));
    // Without a visit the page's own tiles stand there, as the edge may have labelled them.
    const isOwn = fallback_used && shelf === this.#row;
    for (const tile of tiles(shelf)) label(tile, isOwn ? this.#ownLabels.get(tile) : labels.get(tile.dataset.itemId));
  }

  #noteOrder(slate) {
    const moved = slate.items.filter(({ score, position, from_position }) => score > 0 && position < from_position);
    const count = moved.length;
    const places = new Map(moved.map(({ item_id, position, from_position }) => [item_id, from_position - position]));
    for (const tile of tiles(this.#aisle)) mark(tile, places.get(tile.dataset.itemId));
    this.#note.textContent = count ? `In the order for this visit: ${count} came forward.` : this.#ownNote;
    return count;
  }

  #noteShelf({ fallback_used, items }, basket) {
    const placement = this.#row.getAttribute("placement");
    const [withBasket, without] = HEADINGS[placement];
    const filled = basket.count > 0 ? withBasket : without;
    // A shelf that the basket cannot fill ends with what sells best, and says so.
    const hasRest = placement === "basket" && basket.count > 0 && this.#showsOfEverybody(items);
    const heading = hasRest ? `${filled}, and what everybody buys` : filled;
    this.#heading.textContent = fallback_used ? this.#ownHeading : heading;
  }

  #showsOfEverybody(items) {
    const shown = new Set(tiles(this.#row).map((tile) => tile.dataset.itemId));
    return items.some(({ item_id, source }) => shown.has(item_id) && OF_EVERYBODY.includes(source));
  }
}

/** Shows by how many places a tile came forward; nothing where it did not. */
function mark(tile, places) {
  if (places) tile.querySelector(".well").dataset.moved = `↑ ${places}`;
  else delete tile.querySelector(".well").dataset.moved;
}

function tiles(root) {
  return [...root.querySelectorAll(".tile[data-item-id]")];
}
