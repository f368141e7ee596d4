/**
 * The seam between a page that already tells somebody what its shopper does, and Shelfwise: an adapter reads what is
 * told there and says it in these words. The dataLayer of GA4 is the first.
 */

import type { Consent, EventName } from "../types.js";

/** How far may be read at this moment: the hearer knows mode and consent, the adapter does not. */
export type Reach =
    | "nothing"
    | "page" // facts of the page: the item it is about, the lists it shows
    | "visit"; // and what the shopper does

/** Who is told. No method throws. */
export interface Hearer {
    /** Asked before every entry; what lies beyond it is not read, neither then nor later. */
    reach(): Reach;
    /** The shopper did this, to these items. */
    event(name: EventName, ids: readonly string[]): void;
    /** The page is about this item. */
    item(id: string): void;
    /** The page shows these items together; levels of the category are joined by " > ". */
    list(ids: readonly string[], category: string | undefined): void;
    /** The shop's consent management said this. */
    consent(state: Consent): void;
}

/** Somewhere a page tells what happens on it. */
export interface Adapter {
    /** Tells what was said before in its order, then what is said from now on. What it returns ends that. */
    listen(hearer: Hearer): () => void;
}
