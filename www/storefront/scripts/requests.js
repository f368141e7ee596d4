/**
 * Every request that this page has made since it was ready, as the browser itself counts them. Looks for a new release
 * are counted apart: they come by the clock, and are the same for every shopper.
 */

export class Requests {
  /** Addresses, oldest first. */
  addresses = [];
  /** How often the page has asked whether there is a new release. */
  looks = 0;

  /** Starts counting; `release` is the address of looks. Calls `changed` after each other request, `looked` after looks. */
  watch({ release, changed, looked }) {
    if (typeof PerformanceObserver !== "function") return;
    const ready = performance.now();
    const observer = new PerformanceObserver((list) => {
      // Requests that began before are reported late.
      const later = list.getEntries().filter((entry) => entry.startTime > ready);
      const others = later.filter(({ name }) => name !== release);
      this.looks += later.length - others.length;
      this.addresses.push(...others.map(({ name }) => name));
      if (others.length) changed();
      else if (later.length) looked();
    });
    observer.observe({ type: "resource" });
  }
}
