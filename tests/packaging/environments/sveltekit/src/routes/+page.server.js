/** The server renders the shop's own order; the browser takes over. */

import { createShelfwise } from "shelfwise";
import { visit } from "../../shop.js";

export const load = async () => ({ server: await visit(createShelfwise, { snapshot: "/grocer.swm" }) });
