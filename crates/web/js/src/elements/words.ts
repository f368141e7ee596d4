/** Formats reasons as text, for tiles with an element for it. */

import type { Reason, ReasonCode } from "../types.js";

/** Returns a product's short name; undefined if the page does not know it. */
export type NameOf = (itemId: string) => string | undefined;
/** Formats the reasons for an item's position; empty for no text. */
export type ReasonFormatter = (reasons: readonly Reason[], nameOf: NameOf) => string;

const PLACE = "[data-shelfwise-reason]";

/** Texts with the name of the evidence, and without. */
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
    from_earlier_visit: ["From an earlier visit: ", "From an earlier visit"],
};

/** Formats the strongest reason in English. */
export function formatInEnglish(reasons: readonly Reason[], nameOf: NameOf): string {
    for (const { code, evidence } of reasons) {
        const sentence = SENTENCES[code];
        const name = evidence.map(nameOf).find(Boolean);
        if (sentence) return sentence[0] && name ? sentence[0] + name : sentence[1];
    }
    return "";
}

const owns = new WeakMap<Element, string>();

/** Writes the text of `format` into the tile's elements for reasons; if it is empty, restores the shop's own text. */
export function writeReason(tile: Element, format: () => string): void {
    for (const place of tile.querySelectorAll(PLACE)) {
        const own = owns.get(place) ?? place.textContent ?? "";
        owns.set(place, own);
        const wanted = format() || own;
        if (place.textContent !== wanted) place.textContent = wanted;
    }
}
