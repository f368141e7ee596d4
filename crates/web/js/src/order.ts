/** The shop's own order, which everything falls back to. */

import type { Slate, SlateItem } from "./types.js";

/** The ids as they came, in a slate that says so. */
export function shopOrder(ids: readonly string[]): Slate {
    const items = ids.map(shown);
    return { slate_id: "", snapshot: null, fallback_used: true, basis: "shop_order", items };
}

function shown(item_id: string, position: number): SlateItem {
    return { item_id, score: 0, position, from_position: position, source: "shop_order", reasons: [], rules: [] };
}
