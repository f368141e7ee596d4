/** What this shop knows of the shopper, what was sent, and what the model is: nothing is shown that was not measured. */

import { stateOf } from "./engine.js";
import { inventory } from "./kept.js";
import { deeds } from "./rules.js";

const DONE = { view_item: "Looked at", add_to_cart: "Added", remove_from_cart: "Took out", purchase: "Bought", hide_item: "Hid" };
const SHOWN_EVENTS = 30;
const MODES = ["off", "contextual", "session", "remembered"];
const MEANS = {
  off: "Off: nothing is read and nothing is ordered.",
  contextual: "This page: only the product or the aisle that you look at counts. Nothing of the visit is kept.",
  session: "This visit: in this tab, until 30 minutes without an event.",
  remembered: "Next visits too: what you looked at last, and what you never want to see, on this device alone.",
};
const SET_BY = {
  gpc: "Your browser's Global Privacy Control asked for it, and it holds.",
  dnt: "Your browser's Do Not Track asked for it, and it holds.",
  signal_unreadable: "Your browser's privacy signal could not be read, so it counts as set.",
  shopper: "You chose it.",
};
/** What a refusal means, by its parts and defects that need words. */
const MEANT = [
  ["approval: too-few-signatures", "nobody approved its guarded rules"],
  ["approval: wrong-role", "its guarded rules were approved by a key that may not"],
  ["policy: not-approved", "the lead approved other rules"],
];
const RUNS = { worker: "in a closed worker", "worker-uncontained": "in an open worker", inline: "on the page", none: "not at all" };

export class Panel {
  #parts = {};
  /** Counts calls: an answer that comes after a later call shows nothing. */
  #turn = 0;
  /** The release that holds, and since when on this page. */
  #release = { epoch: undefined, since: 0 };
  /** Why a later one does not, and since when. */
  #refusal = { why: "", since: 0 };
  #listeners = {};

  constructor() {
    for (const part of document.querySelectorAll("[data-panel]")) this.#parts[part.dataset.panel] = part;
  }

  /** Whether the shopper looks at it: what takes work is shown then alone. */
  get isOpen() {
    return this.#parts.sheet.matches(":popover-open");
  }

  /** Calls `opened`, `forget`, `grant`, `mute(what)`, `unmute(what)`, `order(own)` and `mode(name)` when their buttons are pressed. */
  listen({ opened, forget, grant, mute, unmute, order, mode }) {
    this.#listeners = { mute, unmute };
    this.#parts.sheet.addEventListener("toggle", ({ newState }) => newState === "open" && opened());
    this.#parts.grant.addEventListener("click", grant);
    this.#parts.forget.addEventListener("click", forget);
    this.#parts.order.addEventListener("click", () => order(this.#parts.order.getAttribute("aria-pressed") !== "true"));
    this.#parts.modes.addEventListener("change", (event) => mode(event.target.value));
  }

  /** Shows the state of things. */
  async show({ handle, why, rankedInMs, catalog, requests, ownOrder, isOfEdge, shown }) {
    const turn = (this.#turn += 1);
    this.#order(ownOrder);
    this.#requests(requests.addresses);
    this.#say("ranked", rankedInMs === undefined ? "–" : duration(rankedInMs));
    const profile = await handle?.profile();
    if (turn !== this.#turn) return;
    this.#events(profile?.events ?? [], catalog);
    this.#memory(profile?.memory, handle?.status, catalog);
    this.#model(handle?.status);
    this.#mode(handle?.status);
    this.#kept(inventory());
    this.#state({ status: handle?.status, why, ownOrder, isOfEdge });
    if (!this.isOpen) return;
    const done = handle ? await deeds(handle, shown) : [];
    if (turn === this.#turn) this.#rules(done, catalog);
  }

  /** Shows how often the page has asked for a new release. */
  looked(times) {
    this.#say("looks", times === 1 ? "once" : `${times} times`);
  }

  /** A release did not come, or was refused, for this reason. */
  refused(why) {
    if (why !== this.#refusal.why) this.#refusal = { why, since: Date.now() };
  }

  #say(part, text) {
    if (this.#parts[part].textContent !== text) this.#parts[part].textContent = text;
  }

  #order(ownOrder) {
    this.#parts.order.setAttribute("aria-pressed", String(ownOrder));
  }

  /** Last, because it says that all of it is shown. */
  #state({ status, why, ownOrder, isOfEdge }) {
    const is = status ? stateOf(status) : why ? "off" : "starting";
    const reason = status?.mode === "off" ? "you switched it off" : (status?.error?.message ?? why);
    const order = isOfEdge ? "what the edge chose for this page" : "the shop's own order";
    const words = {
      starting: "The engine is starting. Until it is ready, you see the order that the page came with.",
      ready: `The engine runs ${RUNS[status?.isolation]} of this tab. What you do here is ranked here.`,
      off: `You see ${order}. The engine is not used: ${reason}.`,
    };
    this.#say("state", ownOrder ? "You asked for the shop's own order, and that is what you see." : words[is]);
    this.#parts.state.dataset.is = is;
    document.body.dataset.engine = is;
  }

  #mode(status) {
    const inputs = [...this.#parts.modes.querySelectorAll("input")];
    this.#parts.modes.disabled = !status;
    if (!status) return;
    const isSignal = status.mode_source in SET_BY && status.mode_source !== "shopper";
    for (const input of inputs) {
      input.checked = input.value === status.mode;
      // A signal of the browser is a ceiling.
      input.disabled = isSignal && MODES.indexOf(input.value) > MODES.indexOf(status.mode);
    }
    this.#say("why-mode", `${MEANS[status.mode]} ${SET_BY[status.mode_source] ?? ""}`.trim());
  }

  #events(events, catalog) {
    const rows = events.slice(-SHOWN_EVENTS).reverse().map((event) => row(event, catalog));
    this.#parts.events.replaceChildren(...(rows.length ? rows : [none("Nothing yet.")]));
    this.#say("held", String(events.length));
    const words = events.length === 1 ? "1 event" : `${events.length} events`;
    document.querySelector("[data-device]").textContent = events.length ? `On this device: ${words}` : "On this device";
  }

  /** What is remembered, until when and on what grounds, with a button for each thing. */
  #memory(memory, status, catalog) {
    const { mute, unmute } = this.#listeners;
    const isBarred = !status || !["shop", "grant", "shopper"].includes(status.mode_source);
    this.#parts.grant.hidden = Boolean(memory) || isBarred;
    this.#say("memory", memory
      ? `Granted on ${day(memory.granted_ms)}, gone on ${day(memory.expires_ms)}, however often you come. Receipt: ${memory.receipt}.`
      : isBarred ? "Nothing, and nothing can be: see above." : "Nothing. It begins only if you say so.");
    const title = (id) => catalog.find(id)?.title ?? id;
    const items = [...(memory?.items ?? [])].reverse().map(({ event, item_id }) =>
      withButton(`${DONE[event] ?? event} ${title(item_id)}`, "Never show", () => mute({ item: item_id })));
    const mutes = (memory?.mutes ?? []).map(({ kind, name }) =>
      withButton(`Never shown: ${kind === "item" ? title(name) : name}`, "Show again", () => unmute({ [kind]: name })));
    this.#parts.remembered.replaceChildren(...mutes, ...items);
  }

  /** Which tiles the shop's people placed, by which rule. */
  #rules(done, catalog) {
    const rows = done.map(({ id, words }) => {
      const [item, title, deed] = ["li", "span", "span"].map((name) => document.createElement(name));
      Object.assign(title, { className: "title", textContent: catalog.find(id)?.title ?? id });
      Object.assign(deed, { className: "deed", textContent: words.join("; ") });
      item.append(title, " ", deed);
      return item;
    });
    this.#parts.rules.replaceChildren(...(rows.length ? rows : [none("No rule moved anything on this page.")]));
  }

  #requests(addresses) {
    this.#say("requests", String(addresses.length));
    const rows = addresses.map((address) => Object.assign(document.createElement("li"), { textContent: address }));
    this.#parts.urls.replaceChildren(...rows);
  }

  #model(status) {
    const facts = status?.snapshot;
    this.#say("bytes", facts ? `${Math.ceil(facts.snapshot_bytes / 1024)} KB` : "–");
    this.#say("items", facts ? facts.items.toLocaleString("en") : "–");
    this.#say("support", facts ? `${facts.min_support} ${facts.support === "people" ? "households" : "baskets"}` : "–");
    this.#say("isolation", RUNS[status?.isolation ?? "none"]);
    this.#showRelease(facts?.release);
  }

  #showRelease(epoch) {
    if (epoch !== this.#release.epoch) {
      this.#release = { epoch, since: Date.now() };
      this.#refusal = { why: "", since: 0 };
    }
    const { why, since } = this.#refusal;
    this.#say("release", epoch ? `${epoch}, here since ${clock(this.#release.since)}` : "–");
    const meant = MEANT.find(([codes]) => why.includes(codes));
    const because = meant ? `${why}, so ${meant[1]}` : why;
    this.#say("refused", epoch && why ? `What is published${because} (${clock(since)}). What was here before stays.` : "");
  }

  #kept(entries) {
    const list = entries.map(({ key, length }) => `${key} (${length} characters)`).join(", ");
    this.#say("kept", list ? `${list}. Gone when you close the tab.` : "Nothing.");
  }
}

/** A line that says that there are none. */
function none(textContent) {
  return Object.assign(document.createElement("li"), { className: "none", textContent });
}

/** A time of day, to the second. */
function clock(ms) {
  return new Date(ms).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

/** A day as it stands in a memory, which counts in UTC. */
function day(ms) {
  return new Date(ms).toLocaleDateString("en", { day: "numeric", month: "long", timeZone: "UTC" });
}

function withButton(text, label, press) {
  const [item, button] = [document.createElement("li"), document.createElement("button")];
  Object.assign(button, { type: "button", textContent: label });
  button.setAttribute("aria-label", `${label}: ${text}`);
  button.addEventListener("click", press);
  item.append(text, button);
  return item;
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
  return ms < 0.1 ? "< 0.1 ms" : `${ms.toFixed(1)} ms`;
}
