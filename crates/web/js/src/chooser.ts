/** Chooses content: one choice after the other, so that what the first shows counts for the second. */

import type { Client } from "./client.js";
import { ownChoice } from "./order.js";
import { readChoose } from "./requests.js";
import type { Choice } from "./types.js";

export class Chooser {
    readonly #client: Client;
    #last: Promise<unknown> = Promise.resolve();

    constructor(client: Client) {
        this.#client = client;
    }

    /** Chooses, and records what is shown. Never rejects. */
    choose(request: unknown): Promise<Choice> {
        const next = this.#last.then(() => this.#choose(request));
        this.#last = next;
        return next;
    }

    async #choose(request: unknown): Promise<Choice> {
        const choice = await this.#client.rank("choose", (now) => readChoose(request, now), ownChoice);
        const items = choice.content.map(({ content_id }) => ({ item_id: content_id }));
        if (items.length > 0) this.#client.track("view_promotion", { items });
        return choice;
    }
}
