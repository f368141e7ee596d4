/** Reads what a context key is made of: the device's clock, class and language, and only what the model tells apart. */

import { CONTEXT_BITS } from "../contract.js";

/** The facts of a cell that a page can know, first first: hour, weekday, device, language. Each with its bits in the mask. */
const TOLD: readonly [mask: number, read: () => unknown][] = [
    [CONTEXT_BITS.day_part, () => new Date().getHours()],
    [CONTEXT_BITS.week_part, () => new Date().getDay()],
    [CONTEXT_BITS.device, device],
    [CONTEXT_BITS.language, () => /^[a-z]{2}(?![a-z])/i.exec(navigator.language)?.[0]],
];

/** The cell of this moment, of the facts in the mask; no other one is read. What cannot be read is unknown, as is the country. */
export function cellOf(facts: number): string {
    return TOLD.map(([mask, read]) => {
        try {
            // A server's clock and language are not the shopper's.
            return facts & mask && globalThis.document ? read() : "";
        } catch {
            return "";
        }
    }).join();
}

/** The class of device, coarsely, as the edge worker reads it off headers. */
function device(): string {
    const { userAgent, userAgentData } = navigator as Navigator & { userAgentData?: { mobile?: boolean } };
    if (/iPad|Tablet/.test(userAgent)) return "tablet";
    return userAgentData?.mobile || /Mobi/.test(userAgent) ? "phone" : userAgent && "desktop";
}
