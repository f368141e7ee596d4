import { createShelfwise } from "shelfwise";
import { visit } from "./shop.mjs";

visit(createShelfwise, { snapshot: "/grocer.swm", assets: "/shelfwise/" }).then((seen) => (globalThis.seen = seen));
