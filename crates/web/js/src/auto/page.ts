/**
 * The facts that a page declares about itself: its main item, and its lists with their categories.
 *
 * Events of the shopper, such as a quick view, have the same names as those that describe the page. So events count as
 * facts of the page only until it has loaded and until the first input; later ones are behaviour, and are used only if the
 * mode allows reading events.
 */

import type { PageContext } from "../types.js";

/** Limit of lists that are remembered per page. */
const MOST_LISTS = 20;
/** How long after loading events still count as facts of the page, in milliseconds. */
const OPEN_MS = 500;

interface ListShown {
    ids: ReadonlySet<string>;
    category: string | undefined;
}

/** Address and clock of the page. */
export interface PageHost {
    /** Returns an address that identifies the page: a single-page application has many. */
    address(): string;
    /** Returns the time of a monotonic clock, in milliseconds. */
    now(): number;
}

/** Which facts: those that the page declared by itself, or also those from the shopper's events. */
export type FactsOf = "page" | "visit";

class Facts {
    item: string | undefined;
    /** The lists, latest first. */
    lists: ListShown[] = [];

    context(ids: readonly string[]): PageContext {
        const match = this.lists.find((list) => ids.some((id) => list.ids.has(id)));
        return {
            ...(this.item !== undefined && { item: this.item }),
            ...(match?.category !== undefined && { category: match.category }),
        };
    }
}

export class Page {
    #address: string | undefined;
    #facts = { page: new Facts(), visit: new Facts() };
    /** When the page closes for facts; null as long as it is loading. */
    #openUntil: number | null = null;
    #touched = false;
    /** The number of the page within this document. */
    #number = 0;
    /** The context by which each list was ranked, without events. */
    readonly #kept = new WeakMap<object, { number: number; ids: readonly string[]; context: PageContext }>();

    constructor(private readonly host: PageHost) {}

    /** Whether events still count as facts of the page. */
    get isOpen(): boolean {
        this.#turn();
        return !this.#touched && (this.#openUntil === null || this.host.now() <= this.#openUntil);
    }

    /** Closes the page for facts, because of input of the shopper. */
    touch(): void {
        this.#turn();
        this.#touched = true;
    }

    /** Starts the countdown to closing: the document has loaded, and its entries until then were read. */
    loaded(): void {
        this.#openUntil ??= this.host.now() + OPEN_MS;
    }

    showItem(id: string): void {
        for (const facts of this.#open()) facts.item = id;
    }

    showList(ids: readonly string[], category: string | undefined): void {
        const shown = { ids: new Set(ids), category };
        for (const facts of this.#open()) facts.lists = [shown, ...facts.lists].slice(0, MOST_LISTS);
    }

    /**
     * Returns the context of a list of these items. Without events, a list that stays when the address changes, such as the
     * one behind a quick view with its own address, keeps its context.
     */
    context(list: object, ids: readonly string[], of: FactsOf): PageContext {
        this.#turn();
        if (of === "visit") return this.#facts.visit.context(ids);
        const kept = this.#kept.get(list);
        if (kept && kept.number !== this.#number && isSameList(kept.ids, ids)) return kept.context;
        const context = this.#facts.page.context(ids);
        this.#kept.set(list, { number: this.#number, ids, context });
        return context;
    }

    /** Returns the sets of facts that may be written now. */
    #open(): Facts[] {
        return this.isOpen ? [this.#facts.page, this.#facts.visit] : [this.#facts.visit];
    }

    /** Resets the facts if the address has changed. */
    #turn(): void {
        const address = this.host.address();
        if (address === this.#address) return;
        // Only the document's first page is still loading; later ones count down from the change of address.
        const isFirst = this.#address === undefined;
        this.#address = address;
        this.#facts = { page: new Facts(), visit: new Facts() };
        this.#touched = false;
        this.#number += 1;
        this.#openUntil = isFirst ? null : this.host.now() + OPEN_MS;
    }
}

/** Returns whether at least half of the items are still present: filters and paging of a list change the rest. */
function isSameList(before: readonly string[], now: readonly string[]): boolean {
    const present = new Set(now);
    return before.filter((id) => present.has(id)).length * 2 >= before.length && before.length > 0;
}
