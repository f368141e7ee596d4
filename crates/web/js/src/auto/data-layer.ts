/** The adapter for the dataLayer of a shop with GA4. */

import type { Adapter, EventSink } from "./adapter.js";
import { GoogleConsent } from "./consent.js";
import { categoryOf, idsOf, isAboutItems, knownEvent, readEntry } from "./ga4.js";
import type { Entry, Fields } from "./ga4.js";
import { listenToLayer } from "./layer.js";

/** The location of the dataLayer, and whether its consent commands are used. */
export interface DataLayerPlace {
    /** The window. */
    scope: object;
    /** Its name there. */
    name: string;
    consent: "google" | "not read";
}

export class DataLayer implements Adapter {
    constructor(private readonly place: DataLayerPlace) {}

    listen(sink: EventSink): () => void {
        const reader = new Reader(sink, this.place.consent);
        return listenToLayer(this.place.scope, this.place.name, (entry) => reader.read(entry));
    }
}

class Reader {
    #consent: GoogleConsent | null;
    /** An ecommerce object that was pushed without an event: it belongs to the next one. */
    #waiting: Fields | null = null;

    constructor(
        private readonly sink: EventSink,
        consent: DataLayerPlace["consent"],
    ) {
        this.#consent = consent === "google" ? new GoogleConsent() : null;
    }

    read(raw: unknown): void {
        const entry = readEntry(raw);
        if (entry?.is === "consent") this.#hearConsent(entry.command, entry.settings);
        else if (entry?.is === "ecommerce") this.#waiting = entry.ecommerce;
        else if (entry?.is === "event") this.#hearEvent(entry);
    }

    #hearConsent(command: string, settings: Fields): void {
        if (this.#consent) this.sink.consent(this.#consent.read(command, settings));
    }

    #hearEvent({ name, form, ecommerce }: Entry & { is: "event" }): void {
        const event = knownEvent(name);
        if (!event) return;
        const fields = ecommerce ?? (form === "push" ? this.#waiting : null);
        if (form === "push") this.#waiting = null;
        const reach = this.sink.reach();
        if (reach === "nothing") return;
        if (event === "view_item_list") this.sink.list(idsOf(fields), categoryOf(fields));
        if (event === "view_item") this.#hearItem(idsOf(fields));
        if (reach !== "visit") return;
        const ids = isAboutItems(event) ? idsOf(fields) : [];
        if (ids.length > 0 || !isAboutItems(event)) this.sink.event(event, ids);
    }

    #hearItem([id]: string[]): void {
        if (id !== undefined) this.sink.item(id);
    }
}
