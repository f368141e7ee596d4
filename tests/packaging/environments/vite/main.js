import { createShelfwise } from "shelfwise";
import { visit } from "./shop.mjs";

globalThis.seen = await visit(createShelfwise, { snapshot: "/grocer.swm" });
