import { createShelfwise } from "shelfwise";
import { rerankElements } from "shelfwise/shelf";
import { visit } from "./shop.js";

visit(createShelfwise, { snapshot: "/grocer.swm" }).then((seen) => (globalThis.seen = { ...seen, elements: typeof rerankElements }));
