/** What the signed rules hide, for the shop's own order: a rule that hides never fails open. */

import { field } from "./validate.js";

/** The form of the list that this script reads. */
const VERSION = 1;

/** Ids that are hidden everywhere, and by placement. */
export class Guardrails {
    readonly #everywhere: ReadonlySet<unknown>;
    readonly #placements: unknown;

    private constructor(list: unknown) {
        this.#everywhere = setOf(field(list, "everywhere"));
        this.#placements = field(list, "placements");
    }

    /** The list as `shelfwise policy build` writes it, verified; null for a form of another version. */
    static read(bytes: Uint8Array): Guardrails | null {
        try {
            const list: unknown = JSON.parse(new TextDecoder().decode(bytes));
            return field(list, "version") === VERSION ? new Guardrails(list) : null;
        } catch {
            return null;
        }
    }

    /** Whether an item is hidden, for one request's placement. */
    in(placement: unknown): (id: string) => boolean {
        const own = setOf(typeof placement === "string" ? field(this.#placements, placement) : undefined);
        return (id) => this.#everywhere.has(id) || own.has(id);
    }
}

function setOf(list: unknown): ReadonlySet<unknown> {
    return new Set(Array.isArray(list) ? list : []);
}
