/**
 * The shop's script. The page is complete without it; with it there is a basket, and with the engine the shelves
 * are in an order for this visit. Whatever fails, the shop's own order stays.
 */

import { Basket, dollars } from "./basket.js";
import { Catalog } from "./catalog.js";
import { Checkout } from "./checkout.js";
import { choose, start, timed } from "./engine.js";
import { drop, read, write } from "./kept.js";
import { say } from "./notice.js";
import { Panel } from "./panel.js";
import { load as loadPictures } from "./pictures.js";
import { Requests } from "./requests.js";
import { Shelves } from "./shelves.js";
import { describe, hold } from "./tile.js";

const OWN_ORDER = "order";
/** How often an open page looks for a new release: often enough to watch one arrive. A real shop leaves it at a quarter of an hour. */
const REFRESH_MS = 3000;

class Shop {
  #basket = new Basket();
  #catalog = new Catalog({});
  #requests = new Requests();
  #panel = new Panel();
  #shelves = new Shelves();
  #checkout = Checkout.here();
  #ownOrder = read(OWN_ORDER, false);
  #page = document.body.dataset;
  /** Nothing until it has started, and where it cannot. */
  #handle;
  #why = "";
  #rankedInMs;
  /** Whether something was put into the basket, and the aisle has not said yet what that changed. */
  #asked = false;

  /** Basket first, because it needs nothing; then the engine, which knows itself what this visit was so far. */
  async open() {
    this.#listen();
    this.#showBasket();
    const [catalog, { handle, release, why }] = await Promise.all([Catalog.load(), start({ refreshMs: REFRESH_MS }), loadPictures()]);
    this.#catalog = catalog;
    this.#why = why ?? "";
    if (handle) this.#connect(handle, release);
    if (this.#ownOrder) this.#choose(true);
    this.#requests.watch({ release, changed: () => this.#showPanel(), looked: () => this.#panel.looked(this.#requests.looks) });
    this.#showPanel();
  }

  #connect(handle, release) {
    this.#handle = timed(handle, (ms) => (this.#rankedInMs = ms));
    handle.on("error", ({ message }) => message.startsWith(release) && this.#panel.refused(message.slice(release.length)));
    for (const name of ["ready", "update", "mode", "error"]) handle.on(name, () => this.#showPanel());
    if (this.#page.item) this.#record("view_item", { id: this.#page.item, sensitive: "sensitive" in this.#page });
    this.#shelves.connect({
      handle: this.#ownOrder ? undefined : this.#handle,
      catalog: this.#catalog,
      basket: this.#basket,
      shown: () => this.#showRanked(),
      moved: (count) => this.#sayMoved(count),
    });
  }

  #listen() {
    document.addEventListener("click", (event) => {
      const node = event.target.closest(".add")?.closest("[data-item-id]");
      if (node) this.#change(describe(node), 1);
    });
    this.#checkout?.listen({ change: (id, step) => this.#step(id, step), buy: () => this.#buy() });
    this.#panel.listen({
      opened: () => this.#showPanel(),
      forget: () => this.#forget(),
      grant: () => this.#handle && choose(this.#handle, "remembered"),
      mute: (what) => this.#mute("mute", what),
      unmute: (what) => this.#mute("unmute", what),
      order: (own) => this.#choose(own),
      mode: (mode) => this.#handle && choose(this.#handle, mode),
    });
  }

  #step(id, step) {
    const line = this.#basket.lines.find((other) => other.id === id);
    if (line) this.#change(line, step);
  }

  #change(product, step) {
    const quantity = this.#basket.change(product, step);
    this.#asked = true;
    say(`${product.title}: ${quantity} in your basket.`);
    if (step > 0) this.#record("add_to_cart", product);
    else if (quantity === 0) this.#record("remove_from_cart", product);
    this.#showBasket();
  }

  #buy() {
    const items = this.#basket.lines.filter((line) => !line.sensitive).map(({ id }) => ({ item_id: id }));
    if (items.length) this.#handle?.track("purchase", { items });
    this.#basket.clear();
    this.#showBasket();
    say("Thank you. Nothing was ordered: this is a demo.");
  }

  /** Sensitive products never reach the engine. */
  #record(event, { id, sensitive }) {
    if (!sensitive) this.#handle?.track(event, { items: [{ item_id: id }] });
  }

  async #forget() {
    await this.#handle?.forget();
    say("Forgotten. The shelves are as they were.");
  }

  async #mute(deed, what) {
    const isDone = await this.#handle?.[deed](what);
    if (isDone) say(deed === "mute" ? "It is not shown any more, on any shelf." : "It may be shown again.");
  }

  #choose(own) {
    this.#ownOrder = own;
    if (own) write(OWN_ORDER, true);
    else drop(OWN_ORDER);
    if (own) this.#shelves.restore(this.#catalog);
    else this.#shelves.follow(this.#handle);
    this.#showHeld();
    this.#showPanel();
  }

  #sayMoved(count) {
    if (this.#asked) say(`Aisle re-ordered for your basket: ${count} ${count === 1 ? "product" : "products"} came forward.`);
    this.#asked = false;
  }

  #showBasket() {
    const { count, cents } = this.#basket;
    document.querySelector("[data-basket-count]").textContent = count ? String(count) : "";
    document.querySelector("[data-basket-sum]").textContent = count ? dollars(cents) : "empty";
    document.querySelector("[data-basket-line]").textContent = `${count} · ${dollars(cents)}`;
    document.querySelector("[data-basket-bar]").hidden = count === 0 || this.#page.page === "basket";
    this.#checkout?.show(this.#basket);
    this.#showHeld();
  }

  #showRanked() {
    this.#showHeld();
    if (this.#panel.isOpen) this.#showPanel();
  }

  #showHeld() {
    const nodes = [...document.querySelectorAll(".held")].map((held) => held.closest("[data-item-id]")).filter(Boolean);
    nodes.forEach((node) => hold(node, this.#basket.quantity(node.dataset.itemId)));
  }

  #showPanel() {
    this.#panel.show({
      handle: this.#handle,
      why: this.#why,
      rankedInMs: this.#rankedInMs,
      catalog: this.#catalog,
      requests: this.#requests,
      ownOrder: this.#ownOrder,
      isOfEdge: this.#shelves.isOfEdge,
      shown: this.#shelves.shown,
    });
  }
}

new Shop().open();
