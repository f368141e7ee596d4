/**
 * Google's consent mode, as far as it concerns us: `gtag("consent", "default" | "update", { … })`.
 *
 * Of its seven types one is ours, `personalization_storage`, "storage related to personalization such as video
 * recommendations". What is granted for analytics or advertising was granted for something else.
 */

import type { Consent } from "../types.js";
import type { Fields } from "./ga4.js";

const TYPE = "personalization_storage";

export class GoogleConsent {
    #state: Consent = "pending";
    #isAnswered = false;
    #isDeniedSomewhere = false;

    /** The state after this command. Until one of them names our type it is `pending`: silence grants nothing. */
    hear(command: string, settings: Fields): Consent {
        const { [TYPE]: value, region } = settings;
        if (value === "granted" || value === "denied") {
            if (command === "update") this.#answer(value);
            else if (command === "default") this.#assume(value, isRegional(region));
        }
        return this.#state;
    }

    /** The shopper's own answer, given now or on an earlier page. */
    #answer(value: "granted" | "denied"): void {
        this.#isAnswered = true;
        this.#state = value;
    }

    /**
     * What holds until there is an answer. We do not know where the shopper is: what is denied in one region waits for
     * an answer in all, and what is granted in one region is granted in none.
     */
    #assume(value: "granted" | "denied", regional: boolean): void {
        if (this.#isAnswered) return;
        this.#isDeniedSomewhere ||= value === "denied";
        if (this.#isDeniedSomewhere) this.#state = "pending";
        else if (!regional) this.#state = "granted";
    }
}

function isRegional(region: unknown): boolean {
    return region !== undefined && region !== null;
}
