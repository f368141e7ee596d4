/** What a shop might get wrong: each line after a `@ts-expect-error` must be refused, or the compiler says so. */

import { createShelfwise } from "shelfwise";

// @ts-expect-error: a model is needed
await createShelfwise({});
// @ts-expect-error: `for ever` is no mode
await createShelfwise({ snapshot: "/model.swm", mode: "for ever" });
// @ts-expect-error: an isolation is asked for by name
await createShelfwise({ snapshot: "/model.swm", isolation: true });

const shelf = await createShelfwise({ snapshot: "/model.swm" });
// @ts-expect-error: GA4 has no such event
shelf.track("viewItem", { items: [{ item_id: "SKU1" }] });
// @ts-expect-error: an item without its id
shelf.track("view_item", { items: [{ price: 1 }] });
// @ts-expect-error: without a placement
await shelf.rerank({ items: ["SKU1"] });
// @ts-expect-error: without a limit
await shelf.recommend({ placement: "pdp" });
// @ts-expect-error: there is no such call
shelf.price("SKU1");
// @ts-expect-error: a slate is a promise first
shelf.rerank({ placement: "category", items: [] }).items;
// @ts-expect-error: the status is read, not written
shelf.status = null;
