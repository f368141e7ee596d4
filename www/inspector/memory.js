/** Shows what is remembered of earlier visits, on what grounds and until when, with buttons to grant, mute and unmute. */

import { choose } from "/scripts/engine.js";

import { make, part, showFacts, whole } from "./dom.js";
import { EVENTS, day } from "./words.js";

export class MemoryPart {
  #handle;
  #catalog;

  constructor(handle, catalog) {
    this.#handle = handle;
    this.#catalog = catalog;
    part("grant").addEventListener("click", () => choose(handle, "remembered"));
  }

  /** Shows the part of an export that is about earlier visits. */
  show({ profile: { memory }, remembered, status }) {
    const isBarred = !["shop", "grant", "shopper"].includes(status.mode_source);
    part("grant").disabled = Boolean(memory) || isBarred;
    showFacts(part("memory"), [
      ["Key", remembered ? `${remembered.key}, in localStorage` : "none"],
      ["Characters", remembered ? `${whole(remembered.bytes)} of at most 65,536` : "0"],
      ["Receipt", memory?.receipt ?? "none: you have granted nothing"],
      ["Granted", memory ? day(memory.granted_ms) : "–"],
      ["Ends", memory ? `${day(memory.expires_ms)}, however often you come` : "–"],
    ]);
    const title = (id) => this.#catalog.find(id)?.title ?? id;
    const mutes = (memory?.mutes ?? []).map(({ kind, name }) =>
      this.#row(`Never shown: ${kind === "item" ? title(name) : `${kind} ${name}`}`, "Show again", () => this.#handle.unmute({ [kind]: name })));
    const items = [...(memory?.items ?? [])].reverse().map(({ event, item_id, day_ms }) =>
      this.#row(`${EVENTS[event] ?? event} ${title(item_id)}, ${day(day_ms)}`, "Mute", () => this.#handle.mute({ item: item_id })));
    const rows = [...mutes, ...items];
    part("remembered").replaceChildren(...(rows.length ? rows : [make("li", { className: "none" }, "Nothing is remembered.")]));
    part("memory-raw").textContent = remembered?.text ?? "Nothing.";
  }

  #row(text, label, press) {
    const button = make("button", { type: "button", className: "button quiet small", ariaLabel: `${label}: ${text}` }, label);
    button.addEventListener("click", press);
    return make("li", {}, make("span", {}, text), button);
  }
}
