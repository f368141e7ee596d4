/**
 * The shop's script. The page is complete without it; with it there is a basket, and with the engine the shelves
 * are in an order for this visit. Whatever fails, the shop's own order stays.
 */

import { Aisle } from "./aisle.js";
import { Basket, dollars } from "./basket.js";
import { Catalog } from "./catalog.js";
import { Checkout } from "./checkout.js";
import { Device } from "./device.js";
import { drop, read, write } from "./kept.js";
import { say } from "./notice.js";
import { Panel } from "./panel.js";
import { Requests } from "./requests.js";
import { Shelf } from "./shelf.js";
import { describe, hold } from "./tile.js";
import { Visit } from "./visit.js";

const OWN_ORDER = "order";

class Shop {
  #basket = new Basket();
  #visit = new Visit();
  #device = new Device();
  #catalog = new Catalog({});
  #requests = new Requests();
  #panel = new Panel();
  #aisle = Aisle.here();
  #checkout = Checkout.here();
  #ownOrder = read(OWN_ORDER, false);
  #page = document.body.dataset;
  #shelf = Shelf.here(this.#page.item);

  /** Basket first, because it needs nothing; then the engine, told what this visit was so far. */
  async open() {
    this.#listen();
    this.#showBasket();
    [this.#catalog] = await Promise.all([Catalog.load(), this.#device.start()]);
    this.#visit.events.forEach((event) => this.#device.track(event));
    if (this.#page.item) this.#record("view_item", { id: this.#page.item, ...this.#flag() });
    this.#rank();
    this.#requests.watch(() => this.#showPanel());
  }

  #listen() {
    document.addEventListener("click", (event) => {
      const node = event.target.closest(".add")?.closest("[data-item]");
      if (node) this.#change(describe(node), 1);
    });
    this.#checkout?.listen({ change: (id, step) => this.#step(id, step), buy: () => this.#buy() });
    this.#panel.listen({ forget: () => this.#forget(), order: (own) => this.#choose(own) });
  }

  #flag() {
    return { sensitive: "sensitive" in this.#page };
  }

  #step(id, step) {
    const line = this.#basket.lines.find((other) => other.id === id);
    if (line) this.#change(line, step);
  }

  #change(product, step) {
    const quantity = this.#basket.change(product, step);
    if (step > 0) this.#record("add_to_cart", product);
    else if (quantity === 0) this.#record("remove_from_cart", product);
    this.#showBasket();
    say(`${product.title}: ${quantity} in your basket.`);
    this.#rank(product.id);
  }

  #buy() {
    const told = this.#basket.lines.filter((line) => !line.sensitive).map((line) => line.id);
    if (told.length) this.#device.track(this.#visit.record("purchase", told));
    this.#basket.clear();
    this.#showBasket();
    say("Thank you. Nothing was ordered: this is a demo.");
    this.#rank();
  }

  /** Sensitive products never reach the engine, nor the list of the visit. */
  #record(event, product) {
    if (!product.sensitive) this.#device.track(this.#visit.record(event, [product.id]));
  }

  #forget() {
    this.#visit.forget();
    this.#device.forget();
    say("Forgotten. The shelves are as they were.");
    this.#rank();
  }

  #choose(own) {
    this.#ownOrder = own;
    if (own) write(OWN_ORDER, true);
    else drop(OWN_ORDER);
    this.#rank();
  }

  /** Puts aisle and shelf in order for the visit; `held` is the product whose button was pressed. */
  #rank(held) {
    try {
      if (this.#ownOrder) this.#restore();
      else this.#order(held);
    } catch (error) {
      this.#device.fail(error);
      this.#restore();
    }
    this.#showHeld();
    this.#showPanel();
  }

  #order(held) {
    const moved = this.#aisle?.rerank(this.#device, (id) => this.#catalog.find(id)?.title, held);
    this.#shelf?.fill(this.#device, this.#catalog, this.#basket, (id) => this.#aisle?.has(id));
    if (moved) say(`Aisle re-ordered for your ${held ? "basket" : "visit"}: ${moved} ${moved === 1 ? "item" : "items"} moved.`);
  }

  #restore() {
    this.#aisle?.restore();
    this.#shelf?.restore();
  }

  #showBasket() {
    const { count, cents } = this.#basket;
    document.querySelector("[data-basket-count]").textContent = count ? String(count) : "";
    document.querySelector("[data-basket-sum]").textContent = count ? dollars(cents) : "empty";
    this.#checkout?.show(this.#basket);
    this.#showHeld();
  }

  #showHeld() {
    const nodes = [...document.querySelectorAll(".held")].map((held) => held.closest("[data-item]"));
    nodes.forEach((node) => hold(node, this.#basket.quantity(node.dataset.item)));
  }

  #showPanel() {
    this.#panel.show({ device: this.#device, catalog: this.#catalog, requests: this.#requests, ownOrder: this.#ownOrder });
  }
}

new Shop().open();
