import { createShelfwise } from "shelfwise";
import { visit } from "./shop.js";

visit(createShelfwise, { snapshot: "/grocer.swm", assets: "/shelfwise/" }).then((seen) => (globalThis.seen = seen));
