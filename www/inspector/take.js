/** Downloads the export as a file, or deletes the visit and shows what is left. */

import { part } from "./dom.js";

const FILE = "shelfwise-export.json";

export class Take {
  #handle;
  #forgotten = false;

  constructor(handle) {
    this.#handle = handle;
    part("export").addEventListener("click", () => this.#download());
    part("forget").addEventListener("click", () => this.#forget());
  }

  /** Shows the export as it is now. */
  async show() {
    const text = await this.#text();
    part("dump").textContent = text;
    part("dump-heading").textContent = this.#forgotten ? "What is left after forgetting" : "The export now";
  }

  async #text() {
    return JSON.stringify({ ...(await this.#handle.exportData()), storage: storage() }, null, 2);
  }

  async #download() {
    const address = URL.createObjectURL(new Blob([await this.#text()], { type: "application/json" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: FILE });
    link.click();
    URL.revokeObjectURL(address);
  }

  async #forget() {
    this.#forgotten = true;
    await this.#handle.forget();
    await this.show();
    part("dump").focus({ preventScroll: true });
  }
}

/** Reads storage under Shelfwise's keys directly, not by the package; null if there is none. */
function storage() {
  try {
    return { sessionStorage: sessionStorage.getItem("shelfwise"), localStorage: localStorage.getItem("shelfwise") };
  } catch {
    return { sessionStorage: null, localStorage: null };
  }
}
