/** Reads the parts of the context key: the device's clock, class and language, and only those that the model uses. */

import { CONTEXT_BITS } from "../contract.js";

/** The parts of a context key in order (hour, weekday, device, language), each with its bits in the model's mask. */
const TOLD: readonly [mask: number, read: () => unknown][] = [
    [CONTEXT_BITS.day_part, () => new Date().getHours()],
    [CONTEXT_BITS.week_part, () => new Date().getDay()],
    [CONTEXT_BITS.device, device],
    [CONTEXT_BITS.language, () => /^[a-z]{2}(?![a-z])/i.exec(navigator.language)?.[0]],
];

/** Returns the current context key. Only parts in the mask are read; unreadable ones and the country stay empty. */
export function cellOf(facts: number): string {
    return TOLD.map(([mask, read]) => {
        try {
            // Not on a server, whose clock and language are not the shopper's.
            return facts & mask && globalThis.document ? read() : "";
        } catch {
            return "";
        }
    }).join();
}

/** Returns the coarse class of device, by the same rule that the edge worker applies to headers. */
function device(): string {
    const { userAgent, userAgentData } = navigator as Navigator & { userAgentData?: { mobile?: boolean } };
    if (/iPad|Tablet/.test(userAgent)) return "tablet";
    return userAgentData?.mobile || /Mobi/.test(userAgent) ? "phone" : userAgent && "desktop";
}
