/**
 * Google's consent mode, the part that applies here: `gtag("consent", "default" | "update", { … })`.
 *
 * Of its seven types only `personalization_storage` counts, "storage related to personalization such as video
 * recommendations". Consent to analytics or advertising is for other purposes.
 */

import type { Consent } from "../types.js";
import type { Fields } from "./ga4.js";

const TYPE = "personalization_storage";

export class GoogleConsent {
    #state: Consent = "pending";
    #isAnswered = false;
    #isDeniedSomewhere = false;

    /** Returns the state after this command. It is `pending` until a command sets `personalization_storage`. */
    read(command: string, settings: Fields): Consent {
        const { [TYPE]: value, region } = settings;
        if (value === "granted" || value === "denied") {
            if (command === "update") this.#answer(value);
            else if (command === "default") this.#assume(value, isRegional(region));
        }
        return this.#state;
    }

    /** Sets the shopper's own answer, given now or on an earlier page. */
    #answer(value: "granted" | "denied"): void {
        this.#isAnswered = true;
        this.#state = value;
    }

    /**
     * Sets the default until there is an answer. The shopper's region is unknown here: denied in one region means pending
     * in all, and granted in one region only is ignored.
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
