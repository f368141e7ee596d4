/** Shows the effective mode, its source, and the shopper's switch. */

import { choose } from "/scripts/engine.js";

import { part, showFacts } from "./dom.js";
import { MODES } from "./words.js";

const ORDER = Object.keys(MODES);
const SETTERS = {
  shop: "the shop's ceiling",
  gpc: "Global Privacy Control",
  dnt: "Do Not Track",
  signal_unreadable: "a signal that could not be read",
  consent: "the shop's consent management",
  grant: "the missing grant: nothing is remembered before you say so",
  shopper: "you",
};

export class ModePart {
  #handle;
  #modes = part("modes");

  constructor(handle) {
    this.#handle = handle;
    this.#modes.addEventListener("change", (event) => choose(handle, event.target.value));
  }

  show() {
    const { mode, mode_source } = this.#handle.status;
    const isSignal = ["gpc", "dnt", "signal_unreadable", "consent"].includes(mode_source);
    this.#modes.disabled = false;
    for (const input of this.#modes.querySelectorAll("input")) {
      input.checked = input.value === mode;
      // The shopper's choice cannot exceed the mode of a browser signal.
      input.disabled = isSignal && ORDER.indexOf(input.value) > ORDER.indexOf(mode);
    }
    part("mode-means").textContent = MODES[mode];
    showFacts(part("signals"), [
      ["Set by", SETTERS[mode_source] ?? mode_source],
      ["Global Privacy Control", signal("globalPrivacyControl")],
      ["Do Not Track", signal("doNotTrack")],
      ["The shop's ceiling", "remembered"],
      ["Consent management", "not required in this demo"],
    ]);
  }
}

/** Describes a signal of the browser, with its raw value. */
function signal(name) {
  try {
    const value = navigator[name];
    const isSet = value === true || value === "1";
    return `${isSet ? "set" : "no signal"} (${JSON.stringify(value) ?? "undefined"})`;
  } catch {
    return "unreadable, which counts as set";
  }
}
