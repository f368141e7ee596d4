/**
 * Connects shelves to a handle, in either order of creation, and even if the page has loaded two versions of this file:
 * a shelf requests a handle by an event, and the owner of a handle answers by setting the shelf's property.
 */

import type { Shelfwise } from "../types.js";

/** The elements' names. */
export const NAME = "shelfwise-shelf";
export const SLOT_NAME = "shelfwise-slot";
const ASKS = "shelfwise-asks";
const HERE = "shelfwise-here";

/** The part of a shelf that a connection uses. */
export interface Connectable extends Element {
    shelf: Shelfwise | undefined;
}

/** Passes `handle` to every shelf and slot of the page without one, now and later. Returns a function that stops it. */
export function connect(handle: Shelfwise): () => void {
    const answer = (event: Event): void => give(handle, event.composedPath()[0]);
    document.addEventListener(ASKS, answer);
    document.dispatchEvent(new Event(HERE));
    return () => document.removeEventListener(ASKS, answer);
}

/** Requests a handle, and again when one is announced. Returns a function that stops it. */
export function askForHandle(shelf: Connectable): () => void {
    const ask = (): void => void shelf.dispatchEvent(new Event(ASKS, { bubbles: true, composed: true }));
    document.addEventListener(HERE, ask);
    ask();
    return () => document.removeEventListener(HERE, ask);
}

/**
 * Passes the handle to a shelf or a slot, and to no other node that requests it: by the setter of the defined element, which accepts
 * only its own instances, not by a property that the node may have defined itself.
 */
function give(handle: Shelfwise, asking: EventTarget | undefined): void {
    for (const name of [NAME, SLOT_NAME]) {
        const elements = customElements.get(name);
        if (!elements || !(asking instanceof elements)) continue;
        const setter = Object.getOwnPropertyDescriptor(elements.prototype, "shelf")?.set;
        setter?.call(asking, handle);
    }
}
