/** The goods of the shop, and the pages that it makes of them. */

/** The longest category page of the shop that is put in order. */
const LIST = 60;

/** What is known of items. */
export class Catalog {
  #items;
  #byId;

  constructor(items) {
    this.#items = items.map(([id, title, category, brand, price, popularity]) => ({ id, title: title || id, category, brand, price, popularity }));
    this.#byId = new Map(this.#items.map((item) => [item.id, item]));
  }

  get(id) {
    return this.#byId.get(id) ?? { id, title: id, category: "", brand: "", price: null, popularity: 0 };
  }

  id(number) {
    return this.#items[number]?.id ?? "?";
  }

  search(text, most) {
    const wanted = text.toLowerCase();
    const found = [];
    for (const item of this.#items) {
      if (found.length === most) break;
      if (wanted !== "" && (item.title.toLowerCase().includes(wanted) || item.id === text)) found.push(item);
    }
    return found;
  }

  /** The shop's own page of a category, as `rerank` takes it: most popular first, of equals by id. */
  page(category) {
    const page = this.#items.filter((item) => item.category === category);
    page.sort((a, b) => b.popularity - a.popularity || (a.id < b.id ? -1 : 1));
    return page.slice(0, LIST).map(({ id, category, brand }) => ({ item_id: id, item_category: category || undefined, item_brand: brand || undefined }));
  }
}
