/** A shop's own unit tests run its page in jsdom: a window, but no worker and no WebAssembly of a browser. */

import { createShelfwise } from "shelfwise";
import { visit } from "./shop.js";

globalThis.seen = visit(createShelfwise, { snapshot: "/grocer.swm" });
