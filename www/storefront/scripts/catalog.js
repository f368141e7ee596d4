/** What the shop's scripts know of every product: one file, the same for every shopper. */

const ADDRESS = "/catalog.json";

export class Catalog {
  #rows;

  /** Whatever is no table of products is an empty one. */
  constructor(rows) {
    this.#rows = Object(rows);
  }

  /** Never throws: without the file the catalog is empty, and shelves keep what the page came with. */
  static async load() {
    try {
      // After what the first ranking needs.
      const response = await fetch(ADDRESS, { priority: "low" });
      return new Catalog(response.ok ? await response.json() : {});
    } catch {
      return new Catalog({});
    }
  }

  /** `{ id, title, meta, cents, picture, look, sensitive, aisle, place }`, or nothing for an id that the shop does not sell. */
  find(id) {
    if (!Object.hasOwn(this.#rows, id)) return undefined;
    const [title, meta, cents, picture, look, sensitive, aisle, place] = this.#rows[id];
    return { id, title, meta, cents, picture, look, sensitive: sensitive === 1, aisle, place };
  }

  /** Every product, in the shop's own order. */
  all() {
    return Object.keys(this.#rows).map((id) => this.find(id)).sort((a, b) => a.place - b.place);
  }
}
