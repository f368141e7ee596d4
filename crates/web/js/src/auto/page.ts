/**
 * The page's own facts, as it told them: its item, and its lists with their categories.
 *
 * What a shopper does on a page, a quick view for example, is told in the same words as what the page is about. So a page
 * is open for facts until it has loaded and until the shopper does something on it; what is told later is behaviour, and
 * counts only where the mode allows events to be read.
 */

import type { PageContext } from "../types.js";

/** As many lists as a page is taken to show. */
const MOST_LISTS = 20;
/** How long after loading a page may still say what it is about, in milliseconds. */
const OPEN_MS = 500;

interface ListShown {
    ids: ReadonlySet<string>;
    category: string | undefined;
}

/** Where a page is, and what time it is. */
export interface PageHost {
    /** Tells which page this is: a shop that is one document has many. */
    address(): string;
    /** Milliseconds of a clock that does not go back. */
    now(): number;
}

/** Whose facts are meant: what the page said by itself, or also what the shopper brought up since. */
export type FactsOf = "page" | "visit";

class Facts {
    item: string | undefined;
    /** The latest first. */
    lists: ListShown[] = [];

    context(ids: readonly string[]): PageContext {
        const told = this.lists.find((list) => ids.some((id) => list.ids.has(id)));
        return {
            ...(this.item !== undefined && { item: this.item }),
            ...(told?.category !== undefined && { category: told.category }),
        };
    }
}

export class Page {
    #address: string | undefined;
    #facts = { page: new Facts(), visit: new Facts() };
    /** Until when facts of the page are taken; null where that does not count down yet. */
    #openUntil: number | null = null;
    #touched = false;
    /** Counts the pages of this document. */
    #number = 0;
    /** What each list was ranked by, without events. */
    readonly #kept = new WeakMap<object, { number: number; ids: readonly string[]; context: PageContext }>();

    constructor(private readonly host: PageHost) {}

    /** Whether what is told now is a fact of the page. */
    get isOpen(): boolean {
        this.#turn();
        return !this.#touched && (this.#openUntil === null || this.host.now() <= this.#openUntil);
    }

    /** The shopper does something on this page. */
    touch(): void {
        this.#turn();
        this.#touched = true;
    }

    /** The document has loaded, and what it told until then was heard: soon it is open for facts no more. */
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
     * What is known of a list of these items. Of the page alone, a list that stays when the address changes, such as that
     * behind a quick view with an address of its own, keeps the context that it had.
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

    /** The facts that may be written now. */
    #open(): Facts[] {
        return this.isOpen ? [this.#facts.page, this.#facts.visit] : [this.#facts.visit];
    }

    /** Forgets what another page told. */
    #turn(): void {
        const address = this.host.address();
        if (address === this.#address) return;
        // The document's first page goes on loading; a later one is there when its address is.
        const isFirst = this.#address === undefined;
        this.#address = address;
        this.#facts = { page: new Facts(), visit: new Facts() };
        this.#touched = false;
        this.#number += 1;
        this.#openUntil = isFirst ? null : this.host.now() + OPEN_MS;
    }
}

/** Whether at least half of the items are still there: filters and further pages of a list change the rest. */
function isSameList(before: readonly string[], now: readonly string[]): boolean {
    const present = new Set(now);
    return before.filter((id) => present.has(id)).length * 2 >= before.length && before.length > 0;
}
