/** A shop's typing error. */

import { createShelfwise } from "shelfwise";

const shelf = await createShelfwise({ snapshot: "/model.swm" });
await shelf.rerankk({ placement: "category", items: [] });
