/** No worker can be started here, and nothing imported later: the one script with the module inside it. */

import { createShelfwise } from "/shelfwise/base64.js";
import { visit } from "/shop.js";

self.addEventListener("message", (event) => {
  const asked = visit(createShelfwise, { snapshot: "/grocer.swm" });
  event.waitUntil(asked.then((seen) => event.source.postMessage(seen)));
});
