/**
 * The interface between Shelfwise and an existing source of events on the page: an adapter reads the source and converts
 * its entries to these calls. The first adapter is for the dataLayer of GA4.
 */

import type { Consent, EventName } from "../types.js";

/** What may be read at present. The receiver knows mode and consent; the adapter does not. */
export type Reach =
    | "nothing"
    | "page" // facts of the page: its main item and its lists
    | "visit"; // facts of the page, and events of the shopper

/** The receiver of an adapter. No method throws. */
export interface EventSink {
    /** Returns what may be read. Called before every entry; what is not allowed then is never read later. */
    reach(): Reach;
    /** Receives an event of the shopper about these items. */
    event(name: EventName, ids: readonly string[]): void;
    /** Receives the page's main item. */
    item(id: string): void;
    /** Receives a list of the page; levels of the category are joined by " > ". */
    list(ids: readonly string[], category: string | undefined): void;
    /** Receives the state of the shop's consent management. */
    consent(state: Consent): void;
}

/** Reads a source of events on the page. */
export interface Adapter {
    /** Passes on earlier entries in order, then new ones. Returns a function that stops it. */
    listen(sink: EventSink): () => void;
}
