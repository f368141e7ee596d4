/** A worker on the edge: orders with the engine in its own isolate. The model is a part of its configuration. */

import { createShelfwise } from "shelfwise";
import model from "./grocer.swm";
import { visit } from "./shop.js";

export default {
  fetch: async () => Response.json(await visit(createShelfwise, { snapshot: new Uint8Array(model) })),
};
