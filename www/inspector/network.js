/** Shows every request of this page, from the browser's performance entries, and its purpose. */

import { make, part, whole } from "./dom.js";

/** Purposes by pattern of the path; the first match counts. */
const PURPOSES = [
  [/^\/shelfwise\/dist\/worker\.js$/, "the engine's worker"],
  [/^\/shelfwise\/dist\/shelfwise_release\.wasm$/, "the module that verifies releases"],
  [/^\/shelfwise\/dist\/.*\.wasm$/, "the engine"],
  [/^\/shelfwise\/dist\/shelf\b/, "the shelves' element"],
  [/^\/shelfwise\/dist\/.*\.js$/, "the package's shell"],
  [/^\/model\/release$/, "the signed release: which model and rules hold"],
  [/^\/model\/.*\.swm$/, "the model, the same for everybody"],
  [/^\/model\/.*\.swp$/, "the shop's rules"],
  [/^\/model\/.*\.swf$/, "what the shop's rules ask of products, such as their season"],
  [/^\/model\/hidden-.*\.json$/, "what the shop's rules hide, for when the engine cannot rank"],
  [/^\/pins\.js$/, "the trusted keys of releases, and the engine's hash"],
  [/^\/catalog\.json$/, "names of products, the same file for everybody"],
  [/\.svg$/, "pictures, the same file for everybody"],
  [/\.css$/, "this page's styles"],
  [/\.js$/, "this page's script"],
  [/^\/inspector\/$/, "this page"],
];

export class Network {
  #entries = performance.getEntriesByType("navigation");
  #ready = Infinity;
  #later = 0;
  #tell = () => {};

  /** Shows past and future requests; calls `changed` after each update. */
  watch(changed) {
    const observer = new PerformanceObserver((list) => {
      const fresh = list.getEntries();
      this.#entries.push(...fresh);
      // By start time, because requests that began before are reported later.
      this.#later += fresh.filter((entry) => entry.startTime > this.#ready).length;
      this.#show();
      changed();
    });
    observer.observe({ type: "resource", buffered: true });
  }

  /** Starts counting requests. Calls `tell` with each new count. */
  countFromNow(tell) {
    this.#ready = performance.now();
    this.#tell = tell;
    this.#show();
  }

  #show() {
    const rows = this.#entries.map((entry) => row(entry, entry.startTime > this.#ready));
    part("network").tBodies[0].replaceChildren(...rows);
    const sum = (name) => whole(this.#entries.reduce((total, entry) => total + entry[name], 0));
    const total = [`${this.#entries.length} requests`, "", sum("transferSize"), sum("decodedBodySize"), ""];
    part("network").tFoot.replaceChildren(make("tr", {}, ...total.map((text) => make("td", {}, text))));
    if (this.#ready === Infinity) return;
    const count = this.#later === 1 ? "1 request" : `${this.#later} requests`;
    part("since").textContent = `Since the page was ready: ${count}.`;
    this.#tell(this.#later);
  }
}

function row(entry, isLater) {
  const address = new URL(entry.name);
  const purpose = PURPOSES.find(([path]) => path.test(address.pathname))?.[1] ?? "unknown to this page";
  const shown = address.origin === location.origin ? address.pathname : address.href;
  const wire = entry.transferSize ? whole(entry.transferSize) : "0, from the cache";
  const cells = [purpose, shown, wire, whole(entry.decodedBodySize), `${whole(entry.startTime)} ms`];
  return make("tr", { className: isLater ? "later" : "" }, ...cells.map((text) => make("td", {}, text)));
}
