/** A shop's page is rendered on the server by the code that the browser runs too: the same import, the same options. */

import { createShelfwise } from "shelfwise";
import { visit } from "./shop.js";

console.log(JSON.stringify(await visit(createShelfwise, { snapshot: "/grocer.swm" })));
