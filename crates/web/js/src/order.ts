/** The shop's own order, which is the fallback for every failure. */

import { shopItem, shopSlate } from "./contract.js";
import type { Choice, Slate } from "./types.js";

/** Makes a slate in the given order, marked as the shop's own. Hidden items are left out, and later ones move up. */
export function shopOrder(ids: readonly string[], limit: unknown = undefined, hides = (_id: string) => false): Slate {
    const most = typeof limit === "number" && limit >= 0 ? limit : ids.length;
    const items = ids.map(shopItem).filter(({ item_id }) => !hides(item_id)).slice(0, most);
    items.forEach((item, position) => (item.position = position));
    return shopSlate(items);
}

/** The choice where no engine has a say: the page keeps what it shows. */
export function ownChoice(): Choice {
    return { snapshot: null, fallback_used: true, held_out: false, basis: "shop_order", content: [] };
}
