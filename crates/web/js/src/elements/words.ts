/** The texts that a slate has for tiles with elements for them: the reason, and the label of a paid place. */

import type { Reason, ReasonCode, SlateItem } from "../types.js";

/** Returns a product's short name; undefined if the page does not know it. */
export type NameOf = (itemId: string) => string | undefined;
/** Formats the reasons for an item's position; empty for no text. */
export type ReasonFormatter = (reasons: readonly Reason[], nameOf: NameOf) => string;

const REASON = "[data-shelfwise-reason]";
const LABEL = "[data-shelfwise-label]";

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
    // The slate's own label says it, in the shop's words.
    sponsored: ["", ""],
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
    for (const place of tile.querySelectorAll(REASON)) {
        const own = ownOf(place);
        write(place, format() || own);
    }
}

/**
 * Writes why a tile stands where it stands, and the label of a place that somebody pays for, which leaves the tile with the
 * place. A tile whose item is not of the slate has the shop's own texts.
 */
export function writeTexts(tile: Element, item: SlateItem | undefined, { format, nameOf }: { format: ReasonFormatter; nameOf: NameOf }): void {
    writeReason(tile, () => format(item?.reasons ?? [], nameOf));
    for (const place of tile.querySelectorAll(LABEL)) {
        const own = ownOf(place);
        write(place, item ? (item.sponsored?.label ?? "") : own);
    }
}

/** Restores the shop's own texts of a tile. */
export function restoreTexts(tile: Element): void {
    for (const place of tile.querySelectorAll(`${REASON}, ${LABEL}`)) write(place, ownOf(place));
}

/** Returns the shop's own text of an element: the one before anything was written into it. */
function ownOf(place: Element): string {
    const own = owns.get(place) ?? place.textContent ?? "";
    owns.set(place, own);
    return own;
}

function write(place: Element, text: string): void {
    if (place.textContent !== text) place.textContent = text;
}
