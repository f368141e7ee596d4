/** What the rules hide, for the shop's own order: a rule that hides never fails open. */

import { HIDDEN_IDS_VERSION } from "./contract.js";
import { hiddenItems } from "./policy-file.js";
import { field, ownField } from "./validate.js";

/** Ids that are hidden everywhere, and by placement. */
export class Guardrails {
    readonly #everywhere: ReadonlySet<unknown>;
    readonly #in: (placement: string) => unknown;
    /** Rules that hide a category or a brand without listing items: without an engine they hide nothing. */
    readonly unlisted: readonly string[];

    private constructor(everywhere: unknown, within: (placement: string) => unknown, unlisted: readonly string[]) {
        this.#everywhere = setOf(everywhere);
        this.#in = within;
        this.unlisted = unlisted;
    }

    /** The list as `shelfwise policy build` writes it, verified; null for a form of another version. */
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

    /** What the rules of a policy file hide; null where the file cannot be read. */
    static of(policy: Uint8Array): Guardrails | null {
        try {
            const { everywhere, placements, unlisted } = hiddenItems(policy);
            return new Guardrails(everywhere, (placement) => placements.get(placement), unlisted);
        } catch {
            return null;
        }
    }

    /** Whether an item is hidden, for one request's placement. */
    in(placement: unknown): (id: string) => boolean {
        const own = setOf(typeof placement === "string" ? this.#in(placement) : undefined);
        return (id) => this.#everywhere.has(id) || own.has(id);
    }
}

function setOf(list: unknown): ReadonlySet<unknown> {
    return new Set(Array.isArray(list) ? list : []);
}
