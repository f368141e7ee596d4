/** Every request that this page has made since it was ready, as the browser itself counts them. */

export class Requests {
  /** Addresses, oldest first. */
  addresses = [];

  /** Starts counting; calls `changed` after each request. */
  watch(changed) {
    if (typeof PerformanceObserver !== "function") return;
    const ready = performance.now();
    const observer = new PerformanceObserver((list) => {
      // Requests that began before are reported late.
      const later = list.getEntries().filter((entry) => entry.startTime > ready);
      this.addresses.push(...later.map((entry) => entry.name));
      if (later.length) changed();
    });
    observer.observe({ type: "resource" });
  }
}
