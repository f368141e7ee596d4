import { createShelfwise } from "/shelfwise/index.js";
import { visit } from "/shop.js";

globalThis.seen = await visit(createShelfwise, { snapshot: "/grocer.swm" });
