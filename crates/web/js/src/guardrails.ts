/** Item ids that rules hide, applied to the shop's own order too: a rule that hides must not fail open. */

import { HIDDEN_IDS_VERSION } from "./contract.js";
import { hiddenItems } from "./policy-file.js";
import { field, ownField } from "./validate.js";

/** The ids that are hidden everywhere, and those hidden per placement. */
export class Guardrails {
    readonly #everywhere: ReadonlySet<unknown>;
    readonly #in: (placement: string) => unknown;
    /** Rules that hide a category or a brand without listing its items: without an engine they have no effect. */
    readonly unlisted: readonly string[];

    private constructor(everywhere: unknown, within: (placement: string) => unknown, unlisted: readonly string[]) {
        this.#everywhere = setOf(everywhere);
        this.#in = within;
        this.unlisted = unlisted;
    }

    /** Parses a verified list as `shelfwise policy build` writes it; null if malformed or of another version. */
    static read(bytes: Uint8Array): Guardrails | null {
        try {
            const list: unknown = JSON.parse(new TextDecoder().decode(bytes));
            const placements = field(list, "placements");
            const isCurrent = field(list, "version") === HIDDEN_IDS_VERSION;
            return isCurrent ? new Guardrails(field(list, "everywhere"), (placement) => ownField(placements, placement), []) : null;
        } catch {
            return null;
        }
    }

    /** Extracts the hidden ids from a policy file; null if it cannot be read. */
    static of(policy: Uint8Array): Guardrails | null {
        try {
            const { everywhere, placements, unlisted } = hiddenItems(policy);
            return new Guardrails(everywhere, (placement) => placements.get(placement), unlisted);
        } catch {
            return null;
        }
    }

    /** Returns a predicate that tells whether an item is hidden at this placement. */
    in(placement: unknown): (id: string) => boolean {
        const own = setOf(typeof placement === "string" ? this.#in(placement) : undefined);
        return (id) => this.#everywhere.has(id) || own.has(id);
    }
}

function setOf(list: unknown): ReadonlySet<unknown> {
    return new Set(Array.isArray(list) ? list : []);
}
