import { createShelfwise } from "/shelfwise/index.js";
import { visit } from "/shop.mjs";

globalThis.seen = await visit(createShelfwise, { snapshot: "/grocer.swm" });
