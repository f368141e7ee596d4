/** A shop's own tests, or a build for a platform that has no WebAssembly. */

import { createShelfwise } from "shelfwise/nowasm";
import { visit } from "./shop.js";

console.log(JSON.stringify(await visit(createShelfwise, { snapshot: "/grocer.swm" })));
