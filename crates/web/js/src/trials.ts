/** What is tried in this visit: arms, what an order says of them, and the randomized report. */

import type { Client } from "./client.js";
import type { Settings } from "./options.js";
import type { Calls } from "./protocol.js";
import { now } from "./shell/clock.js";
import { send } from "./shell/report.js";
import type { Trial } from "./types.js";

export class Trials {
    readonly #settings: Settings;
    readonly #client: Client;

    constructor(settings: Settings, client: Client) {
        this.#settings = settings;
        this.#client = client;
    }

    /** Asks what is tried, and stores the draws with the visit. */
    async look(): Promise<Calls["trials"]["result"] | null> {
        const tried = await this.#client.ask("trials", { forced: this.#settings.arms, now_ms: now() }, null);
        this.#client.adopt(tried);
        return this.#client.orders ? tried : null;
    }

    /** Returns the experiments that run, each with its arm here. */
    async arms(): Promise<Trial[]> {
        return (await this.look())?.trials ?? [];
    }

    /** Returns the text for an order; empty unless the option `orderTag` is set. */
    async orderTag(): Promise<string> {
        return (this.#settings.orderTag && (await this.look())?.tag) || "";
    }

    /** Sends the visit's one randomized report, where the shop has an address for it. Returns whether one was sent. */
    async report(): Promise<boolean> {
        const { reports } = this.#settings;
        if (reports === null || !this.#client.orders) return false;
        const made = await this.#client.ask("report", { now_ms: now() }, null);
        // Stored first: whatever becomes of the request, there is no second one.
        this.#client.adopt(made);
        if (made?.report == null || !this.#client.orders) return false;
        await send(reports, made.report);
        return true;
    }
}
