import { createShelfwise } from "shelfwise";
import { visit } from "./shop.js";

globalThis.seen = await visit(createShelfwise, { snapshot: "/grocer.swm", assets: "/shelfwise/" });
