/** Checks whether the model contains the items of events. */

import type { Shelfwise } from "../../types.js";
import { found } from "./finding.js";
import type { Finding } from "./finding.js";

/** Limit of checks. Each makes a slate, and the handle explains only the last eight: five are left to the page. */
const MOST_QUESTIONS = 3;

export class ModelLinter {
    #requested = new Set<string>();

    constructor(private readonly shelf: Pick<Shelfwise, "status" | "recommend" | "profile" | "whatIf">) {}

    /** Checks an id, if the model is ready and the limit is not reached. */
    async check(event: string, id: string): Promise<Finding[]> {
        if (!this.shelf.status.ready || this.#requested.has(id) || this.#requested.size >= MOST_QUESTIONS) return [];
        this.#requested.add(id);
        if (await this.#knows(id)) return [];
        const text =
            `The model does not know the item "${id}": nothing can be said from it. Is it new since the model was trained, or are ` +
            "the ids in the training log others (variants and products, a prefix)?";
        return [found("id_not_in_model", `${event}, item_id`, text)];
    }

    /** Returns whether recommendations for the item's page are based on it. The visit's events are excluded. */
    async #knows(item: string): Promise<boolean> {
        const slate = await this.shelf.recommend({ placement: "linter", limit: 1, item });
        if (slate.snapshot === null || slate.basis !== "session") return slate.basis !== "popularity";
        const { events } = await this.shelf.profile();
        const without = await this.shelf.whatIf(slate.slate_id, { without: events.map((event) => event.id) });
        return without?.basis !== "popularity";
    }
}
