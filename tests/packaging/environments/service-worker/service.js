import { createShelfwise } from "/shelfwise/index.js";
import { visit } from "/shop.js";

self.addEventListener("message", (event) => {
  const asked = visit(createShelfwise, { snapshot: "/grocer.swm", isolation: "inline" });
  event.waitUntil(asked.then((seen) => event.source.postMessage(seen)));
});
