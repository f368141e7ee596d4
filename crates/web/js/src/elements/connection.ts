/**
 * How a shelf and a handle find each other, whichever is there first, and also where the page has loaded two versions
 * of this file: a shelf asks by an event, and who has a handle answers by setting the shelf's property.
 */

import type { Shelfwise } from "../types.js";

/** The element's name. */
export const NAME = "shelfwise-shelf";
const ASKS = "shelfwise-asks";
const HERE = "shelfwise-here";

/** A shelf, as far as a connection needs it. */
export interface Connectable extends Element {
    shelf: Shelfwise | undefined;
}

/** Gives `handle` to every shelf of the page that was given none, now and later; what it returns ends that. */
export function connect(handle: Shelfwise): () => void {
    const answer = (event: Event): void => give(handle, event.composedPath()[0]);
    document.addEventListener(ASKS, answer);
    document.dispatchEvent(new Event(HERE));
    return () => document.removeEventListener(ASKS, answer);
}

/** Asks for a handle, and again when one comes; what it returns ends the asking. */
export function askForHandle(shelf: Connectable): () => void {
    const ask = (): void => void shelf.dispatchEvent(new Event(ASKS, { bubbles: true, composed: true }));
    document.addEventListener(HERE, ask);
    ask();
    return () => document.removeEventListener(HERE, ask);
}

/**
 * Gives the handle to a shelf, and to nothing else that asks: by the setter of the defined element, which takes only its
 * own instances, and not by a property that the asking node has in its place.
 */
function give(handle: Shelfwise, asking: EventTarget | undefined): void {
    const shelves = customElements.get(NAME);
    if (!shelves || !(asking instanceof shelves)) return;
    const setter = Object.getOwnPropertyDescriptor(shelves.prototype, "shelf")?.set;
    setter?.call(asking, handle);
}
