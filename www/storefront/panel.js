/** What this device knows, what was sent, and what the model is: nothing is shown here that was not measured. */

import { inventory } from "./kept.js";

const DONE = { view_item: "Looked at", add_to_cart: "Added", remove_from_cart: "Took out", purchase: "Bought" };
const SHOWN_EVENTS = 30;

export class Panel {
  #parts = {};

  constructor() {
    for (const part of document.querySelectorAll("[data-panel]")) this.#parts[part.dataset.panel] = part;
  }

  /** Calls `forget` and `order(own)` when their buttons are pressed. */
  listen({ forget, order }) {
    this.#parts.forget.addEventListener("click", forget);
    this.#parts.order.addEventListener("click", () => order(this.#parts.order.getAttribute("aria-pressed") !== "true"));
  }

  /** Shows the state of things. */
  show({ device, catalog, requests, ownOrder }) {
    this.#state(device, ownOrder);
    this.#events(device.session(), catalog);
    this.#requests(requests.addresses);
    this.#model(device);
    this.#kept(inventory());
    this.#parts.order.setAttribute("aria-pressed", String(ownOrder));
  }

  #state({ state }, ownOrder) {
    const words = {
      starting: "The engine is starting. Until it is ready, you see the shop's own order.",
      ready: "The engine runs in this page. What you do here is ranked here.",
      off: `You see the shop's own order. The engine could not be used: ${state.why}.`,
    };
    this.#parts.state.dataset.is = state.is;
    this.#parts.state.textContent = ownOrder ? "You asked for the shop's own order, and that is what you see." : words[state.is];
  }

  #events(events, catalog) {
    const rows = events.slice(-SHOWN_EVENTS).reverse().map((event) => row(event, catalog));
    const none = Object.assign(document.createElement("li"), { className: "none", textContent: "Nothing yet." });
    this.#parts.events.replaceChildren(...(rows.length ? rows : [none]));
  }

  #requests(addresses) {
    this.#parts.requests.textContent = String(addresses.length);
    const rows = addresses.map((address) => Object.assign(document.createElement("li"), { textContent: address }));
    this.#parts.urls.replaceChildren(...rows);
  }

  #model(device) {
    const info = device.info();
    const say = (part, text) => (this.#parts[part].textContent = text);
    say("bytes", info ? `${Math.ceil(info.snapshot_bytes / 1024)} KB` : "–");
    say("items", info ? info.items.toLocaleString("en") : "–");
    say("support", info ? `${info.min_support} ${info.support === "people" ? "households" : "baskets"}` : "–");
    say("ranked", device.rankedInMs === undefined ? "–" : duration(device.rankedInMs));
  }

  #kept(entries) {
    const list = entries.map(({ key, length }) => `${key} (${length} characters)`).join(", ");
    this.#parts.kept.textContent = list ? `${list}. Gone when you close the tab.` : "Nothing.";
  }
}

function row({ event, item_id, at_ms }, catalog) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.textContent = new Date(at_ms).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hour12: false });
  item.append(`${DONE[event] ?? event} ${catalog.find(item_id)?.title ?? item_id}`, time);
  return item;
}

/** Browsers round their clocks: a time of 0 means less than what the clock can tell. */
function duration(ms) {
  return ms < 0.1 ? "under 0.1 ms" : `${ms.toFixed(1)} ms`;
}
