/** Passes what an adapter reads to the engine and to the page's facts, as far as mode and consent allow. */

import { holdsVisit } from "../mode.js";
import type { Consent, EventName, Shelfwise } from "../types.js";
import type { EventSink, Reach } from "./adapter.js";
import type { Page } from "./page.js";

export class Listener implements EventSink {
    constructor(
        private readonly shelf: Shelfwise,
        private readonly page: Page,
        /** Called when the page's facts have changed. */
        private readonly changed: () => void,
    ) {}

    reach(): Reach {
        const { mode, paused } = this.shelf.status;
        if (mode === "off") return "nothing";
        if (holdsVisit(mode) && !paused) return "visit";
        return this.page.isOpen ? "page" : "nothing";
    }

    event(name: EventName, ids: readonly string[]): void {
        this.shelf.track(name, { items: ids.map((id) => ({ item_id: id })) });
    }

    item(id: string): void {
        this.page.showItem(id);
        this.changed();
    }

    list(ids: readonly string[], category: string | undefined): void {
        this.page.showList(ids, category);
        this.changed();
    }

    consent(state: Consent): void {
        this.shelf.setConsent(state);
    }
}
