/** The shop's own order, which everything falls back to. */

import { shopItem, shopSlate } from "./contract.js";
import type { Slate } from "./types.js";

/** The ids as they came, without those that rules hide, in a slate that says so. What is left moves up. */
export function shopOrder(ids: readonly string[], limit: unknown = undefined, hides = (_id: string) => false): Slate {
    const most = typeof limit === "number" && limit >= 0 ? limit : ids.length;
    const items = ids.map(shopItem).filter(({ item_id }) => !hides(item_id)).slice(0, most);
    items.forEach((item, position) => (item.position = position));
    return shopSlate(items);
}
