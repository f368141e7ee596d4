/** The visit that shelves are for: one of the held-out log, cut where you want, or one that is clicked together. */

import { counted, make, part } from "./dom.js";

const WORDS = { view_item: "viewed", add_to_cart: "cart", purchase: "bought", hide_item: "hid", add_to_wishlist: "saved", select_item: "clicked" };
/** Names that are offered while you type. */
const OFFERED = 30;

export class Visit {
  #visits;
  #catalog;
  #changed;
  #at = 0;
  #done = 0;
  /** Events of one's own, beside those of the held-out visit. */
  #own = [];

  /** `changed` is called after each change. */
  constructor(visits, catalog, changed) {
    this.#visits = visits;
    this.#catalog = catalog;
    this.#changed = changed;
    const option = ({ number, events }, at) => make("option", { value: String(at) }, `${number} (${counted(events.length, "event")})`);
    part("visit").append(...visits.map(option), make("option", { value: "none" }, "empty"));
    part("visit").addEventListener("change", ({ target }) => this.choose(target.value));
    part("previous").addEventListener("click", () => this.#step(-1));
    part("next").addEventListener("click", () => this.#step(1));
    part("done").addEventListener("input", ({ target }) => this.#cut(Number(target.value)));
    part("find").addEventListener("input", () => this.#find());
    part("find").addEventListener("change", () => this.#found());
  }

  /** Chooses a visit by its place in the list, or `none`; `done` cuts it. */
  choose(at, done) {
    this.#at = at === "none" ? -1 : Math.min(Math.max(Number(at) || 0, 0), this.#visits.length - 1);
    this.#own = [];
    this.#done = Math.min(done ?? this.#held?.done ?? 0, this.#held?.events.length ?? 0);
    this.#show();
  }

  /** Chooses a visit by its number in the log. */
  chooseNumber(number, done) {
    const at = this.#visits.findIndex((visit) => visit.number === number);
    if (at >= 0) this.choose(at, done);
    return at >= 0;
  }

  /** Adds an event of one's own. */
  add(id) {
    this.#own.push([part("kind").value, id]);
    this.#show();
  }

  /** The events, oldest first, each with the item's id. */
  get events() {
    const held = this.#held?.events.slice(0, this.#done) ?? [];
    return [...held.map(([kind, number]) => [kind, this.#catalog.id(number)]), ...this.#own];
  }

  get cell() {
    return this.#held?.cell ?? "";
  }

  get number() {
    return this.#held?.number ?? 0;
  }

  get done() {
    return this.#done;
  }

  /** The item that the shopper chose next; none once the visit is one's own. */
  get next() {
    const event = this.#own.length === 0 ? this.#held?.events[this.#done] : undefined;
    return event && this.#catalog.id(event[1]);
  }

  get #held() {
    return this.#visits[this.#at];
  }

  #step(by) {
    const all = this.#visits.length;
    if (all > 0) this.choose((Math.max(this.#at, 0) + by + all) % all);
  }

  #cut(done) {
    this.#done = done;
    this.#show();
  }

  #show() {
    part("visit").value = this.#at < 0 ? "none" : String(this.#at);
    const length = this.#held?.events.length ?? 0;
    const slider = part("done");
    slider.max = String(length);
    slider.value = String(this.#done);
    slider.disabled = length === 0;
    part("done-text").textContent = `${this.#done} of ${length}`;
    const held = this.events.length - this.#own.length;
    const event = ([kind, id], at) => {
      const { title } = this.#catalog.get(id);
      const remove = () => {
        this.#own.splice(at - held, 1);
        this.#show();
      };
      const button = at < held ? null : make("button", { type: "button", onclick: remove, "aria-label": `Remove ${title}` }, "×");
      return make("li", {}, make("small", {}, WORDS[kind] ?? kind.replaceAll("_", " ")), title, button);
    };
    const events = this.events.map(event);
    part("trail").replaceChildren(...(events.length > 0 ? events : [make("li", { className: "none" }, "nothing yet")]));
    part("trail").scrollLeft = part("trail").scrollWidth;
    part("chosen").replaceChildren(...(this.next ? ["chosen next: ", make("b", {}, this.#catalog.get(this.next).title)] : ["chosen next: not known"]));
    this.#changed();
  }

  #find() {
    const found = this.#catalog.search(part("find").value, OFFERED);
    part("found").replaceChildren(...found.map(({ title }) => make("option", { value: title })));
  }

  #found() {
    const wanted = part("find").value;
    const [item] = this.#catalog.search(wanted, OFFERED).filter(({ title, id }) => title === wanted || id === wanted);
    if (!item) return;
    part("find").value = "";
    this.add(item.id);
  }
}
