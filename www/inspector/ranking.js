/** Shows a ranking with explanations, and how it would be without some of the events. */

import { make, part } from "./dom.js";
import { explainAll, Row, sumOf } from "./row.js";
import { slide } from "./slide.js";
import { BASES, clock, sentence } from "./words.js";

/** Number of rows: as many as a shelf or the first screen of an aisle has. */
const PLACES = 12;
/** Number of colours for items of the visit; they repeat from the ninth item on. */
const COLOURS = 8;
const PLACEMENTS = { home: "Home page", basket: "Beside the basket", pdp: "A product's page", category: "An aisle" };
/** Limit of items in one request. */
const MOST_ITEMS = 1000;

export class Ranking {
  #handle;
  #catalog;
  #choice = part("choice");
  #rows = new Map();
  /** The largest sum of an item's contributions: the scale of the bars. */
  #most = 1;
  #slate;
  #events = [];
  #without = new Set();
  /** The number of the last request; answers to earlier ones are dropped. */
  #turn = 0;

  constructor(handle, catalog) {
    this.#handle = handle;
    this.#catalog = catalog;
    this.#fill("placement", Object.entries(PLACEMENTS));
    const aisles = [...new Set(catalog.all().map(({ aisle }) => aisle))];
    this.#fill("aisle", aisles.map((aisle) => [aisle, aisle]));
    this.#choice.addEventListener("change", () => this.#rank());
    part("events").addEventListener("change", ({ target }) => this.#tick(Number(target.value), target.checked));
  }

  /** Ranks with the events of this profile. */
  async show(profile) {
    this.#events = profile.events;
    this.#without.clear();
    const seen = [...new Set(profile.events.map(({ item_id }) => item_id))].filter((id) => this.#catalog.find(id));
    const [first] = this.#catalog.all();
    const items = (seen.length || !first ? seen : [first.id]).map((id) => [id, this.#catalog.find(id).title]);
    this.#fill("page", items);
    part("events").replaceChildren(...this.#eventLines());
    await this.#rank();
  }

  #fill(name, options) {
    const select = this.#choice.elements[name];
    const before = select.value;
    select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
    if (options.some(([value]) => value === before)) select.value = before;
  }

  #eventLines() {
    if (!this.#events.length) return [make("li", { className: "none" }, "Nothing is held of this visit. Put something into the basket and come back.")];
    return this.#events.toReversed().map((event) => {
      const box = make("input", { type: "checkbox", value: String(event.id), checked: true });
      const words = make("span", {}, sentence(event, this.#catalog));
      const dot = make("i", { className: `dot by-${this.#colourOf(event.item_id)}`, ariaHidden: "true" });
      return make("li", {}, make("label", {}, box, dot, words, make("time", {}, clock(event.at_ms))));
    });
  }

  /** Requests a ranking as the shop's page of the chosen placement does. */
  async #rank() {
    const turn = (this.#turn += 1);
    const { placement, aisle, page: item } = Object.fromEntries(new FormData(this.#choice));
    for (const label of this.#choice.querySelectorAll("[data-for]")) label.hidden = label.dataset.for !== placement;
    const slate = await this.#ask(placement, aisle, item);
    if (turn !== this.#turn) return;
    this.#slate = slate;
    const shown = slate.items.slice(0, PLACES);
    const explained = await explainAll(this.#handle, slate, shown);
    if (turn !== this.#turn) return;
    this.#most = Math.max(...[...explained.values()].map(sumOf), Number.MIN_VALUE);
    this.#rows = new Map(shown.map((entry) => [entry.item_id, this.#row(entry, explained)]));
    part("basis").textContent = BASES[slate.basis];
    for (const box of part("events").querySelectorAll("input")) box.checked = true;
    this.#without.clear();
    this.#place(slate);
    await this.#showRuledOut(slate, turn);
  }

  #ask(placement, aisle, item) {
    if (placement === "category") {
      const items = this.#catalog.all().filter((product) => product.aisle === aisle).slice(0, MOST_ITEMS);
      return this.#handle.rerank({ placement, items: items.map(({ id }) => id) });
    }
    const page = placement === "pdp" && item ? { item } : {};
    return this.#handle.recommend({ placement, limit: PLACES, ...page });
  }

  async #tick(id, isThere) {
    if (isThere) this.#without.delete(id);
    else this.#without.add(id);
    const turn = (this.#turn += 1);
    if (!this.#without.size) return this.#compare(this.#slate);
    const slate = await this.#handle.whatIf(this.#slate.slate_id, { without: [...this.#without] });
    if (turn !== this.#turn || !slate) return;
    const fresh = slate.items.filter(({ item_id }) => !this.#rows.has(item_id));
    const explained = await explainAll(this.#handle, this.#slate, fresh);
    for (const entry of fresh) this.#rows.set(entry.item_id, this.#row(entry, explained));
    if (turn === this.#turn) this.#compare(slate);
  }

  #row(entry, explained) {
    const id = entry.item_id;
    return new Row({
      entry,
      explanation: explained.get(id),
      catalog: this.#catalog,
      most: this.#most,
      colourOf: (item) => this.#colourOf(item),
      hide: () => this.#handle.lessLike(id),
    });
  }

  /** Returns the colour of an item of the visit, by order of its first event; `none` for other evidence. */
  #colourOf(id) {
    const at = [...new Set(this.#events.map(({ item_id }) => item_id))].indexOf(id);
    return at < 0 ? "none" : String(at % COLOURS);
  }

  /** The items whose events are all excluded: they do not contribute to the other order. */
  get #gone() {
    const speaking = this.#events.filter(({ id }) => !this.#without.has(id)).map(({ item_id }) => item_id);
    return new Set(this.#events.map(({ item_id }) => item_id).filter((id) => !speaking.includes(id)));
  }

  /** Shows another order of the same list, and how far each product has moved. */
  #compare(slate) {
    const count = this.#without.size === 1 ? "1 event" : `${this.#without.size} events`;
    const other = `As it would be without ${count}. Their contributions are faded.`;
    part("basis").textContent = this.#without.size ? other : BASES[slate.basis];
    this.#place(slate);
  }

  #place(slate) {
    const real = new Map(this.#slate.items.map((entry) => [entry.item_id, entry]));
    const shown = slate.items.slice(0, PLACES);
    const gone = this.#gone;
    for (const entry of shown) {
      const was = slate === this.#slate ? undefined : (real.get(entry.item_id)?.position ?? null);
      this.#rows.get(entry.item_id).show(entry, { was, gone });
    }
    slide(part("list"), shown.map((entry) => this.#rows.get(entry.item_id).node));
    this.#showOwn(slate);
    this.#showRules(slate);
  }

  /** Shows the shop's own order, with each product's present place. Hidden for shelves, which have no such order. */
  #showOwn({ items }) {
    const own = items.filter(({ from_position }) => from_position !== null && from_position !== undefined);
    const first = own.toSorted((a, b) => a.from_position - b.from_position).slice(0, PLACES);
    part("own").hidden = first.length === 0;
    part("own-list").replaceChildren(...first.map((entry) => this.#ownLine(entry)));
  }

  #ownLine({ item_id, from_position, position }) {
    const now = position === from_position ? "stays" : `now ${position + 1}`;
    const way = position < from_position ? "up" : position > from_position ? "down" : "";
    const moved = make("span", { className: "moved" }, now);
    moved.dataset.way = way;
    return make("li", {}, make("span", { className: "place" }, String(from_position + 1)), make("span", { className: "title" }, this.#catalog.find(item_id)?.title ?? item_id), moved);
  }

  /** Shows the rules that have placed products in this list, with the number of products. */
  #showRules({ items }) {
    const fired = new Map();
    for (const rule of items.flatMap(({ rules }) => rules)) fired.set(rule, (fired.get(rule) ?? 0) + 1);
    const lines = [...fired].map(([rule, count]) => make("li", {}, make("code", {}, rule), ` ${count === 1 ? "1 product" : `${count} products`}`));
    const none = make("li", { className: "none" }, "No rule has placed a product in this list.");
    part("fired-heading").hidden = false;
    part("fired").replaceChildren(...(lines.length ? lines : [none]));
  }

  /** Shows the products of the visit that are excluded from this list, and why. */
  async #showRuledOut(slate, turn) {
    const ids = [...new Set(this.#events.map(({ item_id }) => item_id))];
    const explained = await explainAll(this.#handle, slate, ids.map((item_id) => ({ item_id })));
    if (turn !== this.#turn) return;
    const out = ids.filter((id) => explained.get(id)?.ruled_out);
    part("out-heading").hidden = out.length === 0;
    part("out").replaceChildren(...out.map((id) => this.#outLine(id, explained.get(id).ruled_out)));
  }

  #outLine(id, { by, rule }) {
    const why = { shopper: "you hid it", current_item: "it is the page's own product", rule: `the rule ${rule}` }[by];
    return make("li", {}, make("span", {}, this.#catalog.find(id)?.title ?? id), make("span", { className: "meta" }, why));
  }
}
