/** Reasons in words, for tiles that have a place for them. */

import type { Reason, ReasonCode } from "../types.js";

/** A product's short name; nothing where the page does not know it. */
export type NameOf = (itemId: string) => string | undefined;
/** Says why an item stands where it stands; empty text says nothing. */
export type Say = (reasons: readonly Reason[], nameOf: NameOf) => string;

const PLACE = "[data-shelfwise-reason]";

/** With the name of the shopper's item, and without. */
const SENTENCES: Record<ReasonCode, readonly [start: string, without: string]> = {
    because_you_viewed: ["Because you viewed ", "Because of what you viewed"],
    because_you_added: ["Because you added ", "Goes with your basket"],
    because_you_saved: ["Because you saved ", "Because of what you saved"],
    because_you_bought: ["Because you bought ", "Goes with what you bought"],
    goes_with_this: ["Goes with ", "Goes with this"],
    seen_before: ["", "You viewed this before"],
    similar_to: ["Similar to ", "Similar to what you viewed"],
    popular_in_category: ["", "Popular in this category"],
    popular: ["", "Popular in this shop"],
};

/** The strongest reason in plain English. */
export function sayInEnglish(reasons: readonly Reason[], nameOf: NameOf): string {
    for (const { code, evidence } of reasons) {
        const sentence = SENTENCES[code];
        const name = evidence.map(nameOf).find(Boolean);
        if (sentence) return sentence[0] && name ? sentence[0] + name : sentence[1];
    }
    return "";
}

const owns = new WeakMap<Element, string>();

/** Writes what `say` says where the tile has a place for reasons; where it says nothing, what the shop had there. */
export function writeReason(tile: Element, say: () => string): void {
    for (const place of tile.querySelectorAll(PLACE)) {
        const own = owns.get(place) ?? place.textContent ?? "";
        owns.set(place, own);
        const wanted = say() || own;
        if (place.textContent !== wanted) place.textContent = wanted;
    }
}
