/** Suggests the GA4 event that a misspelt name may stand for. */

import { GA4_EVENTS as KNOWN } from "../../contract.js";

/** Ecommerce events of GA4. Shelfwise does not use the last four, but they are valid. */
export const GA4_EVENTS: readonly string[] = [...KNOWN, "add_payment_info", "add_shipping_info", "refund", "view_search_results"];

/** Returns the number of typos allowed in a name: one per four letters, at most two. */
const mostSlips = (name: string): number => Math.min(2, Math.floor(name.length / 4));
/** Limit of names that are compared; GA4 itself allows 40 characters. */
const MOST_LENGTH = 60;

/** Returns the GA4 event that `name` resembles; undefined if it is one itself, or resembles none. */
export function nearEvent(name: string): string | undefined {
    if (GA4_EVENTS.includes(name) || name.length > MOST_LENGTH || name.startsWith("gtm.")) return undefined;
    const written = snakeCase(name);
    return within(written) ?? misspelt(written);
}

/** Converts names such as `addToCart` and `Add To Cart` to snake case. */
function snakeCase(name: string): string {
    return name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase().replace(/[^a-z]+/g, "_");
}

/** Returns the longest GA4 name of two or more words within a name, such as in `dl_view_item` or `view_item_custom`. */
function within(written: string): string | undefined {
    const padded = `_${written}_`;
    const names = GA4_EVENTS.filter((event) => written === event || (event.includes("_") && padded.includes(`_${event}_`)));
    return names.sort((a, b) => b.length - a.length)[0];
}

function misspelt(written: string): string | undefined {
    const near = GA4_EVENTS.map((event) => ({ event, slips: distance(written, event) })).sort((a, b) => a.slips - b.slips)[0];
    return near && near.slips <= mostSlips(written) ? near.event : undefined;
}

/** Returns the Damerau-Levenshtein distance (optimal string alignment): a transposition counts as one edit. */
export function distance(a: string, b: string): number {
    const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
    const cell = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
    for (let row = 1; row <= a.length; row += 1) {
        const current = [row];
        rows.push(current);
        for (let column = 1; column <= b.length; column += 1) {
            const same = a[row - 1] === b[column - 1] ? 0 : 1;
            const changed = same && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
            const steps = [cell(row - 1, column) + 1, cell(row, column - 1) + 1, cell(row - 1, column - 1) + same];
            if (changed) steps.push(cell(row - 2, column - 2) + 1);
            current.push(Math.min(...steps));
        }
    }
    return cell(a.length, b.length);
}
