/**
 * How a shelf and a handle find each other, whichever is there first, and also where the page has loaded two versions
 * of this file: a shelf asks by an event, and who has a handle answers by setting the shelf's property.
 */

import type { Shelfwise } from "../types.js";

const ASKS = "shelfwise-asks";
const HERE = "shelfwise-here";

/** A shelf, as far as a connection needs it. */
export interface Connectable extends Element {
    shelf: Shelfwise | undefined;
}

/** Gives `handle` to every shelf of the page that was given none, now and later; what it returns ends that. */
export function connect(handle: Shelfwise): () => void {
    const answer = (event: Event): void => {
        const asking = event.composedPath()[0] as Connectable;
        asking.shelf = handle;
    };
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
