/** Shows what the tab stores of the visit: key, size, text and its content. */

import { inventory } from "/scripts/kept.js";

import { part, showFacts, whole } from "./dom.js";
import { clock } from "./words.js";

export class Stored {
  #handle;

  constructor(handle) {
    this.#handle = handle;
  }

  /** Shows the stored data. Returns the export from which it was taken. */
  async show() {
    const data = await this.#handle.exportData();
    const { stored, profile } = data;
    const others = inventory().filter(({ key }) => key !== stored?.key);
    showFacts(part("stored"), [
      ["Key", stored ? stored.key : "none"],
      ["Bytes", stored ? `${whole(stored.bytes)} of at most 65,536` : "0"],
      ["Events in it", whole(stored?.events.length ?? 0)],
      ["Last event", profile.events.length ? clock(profile.events.at(-1).at_ms) : "none"],
      ["Gone", "with the tab, after 30 minutes without an event, or at once by forgetting"],
      ["The shop's own keys", others.map(({ key, length }) => `${key} (${length})`).join(", ") || "none"],
    ]);
    part("raw").textContent = stored?.text ?? "Nothing.";
    return data;
  }
}
