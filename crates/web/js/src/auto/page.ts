/** The page's own facts, as it told them: its item, and its lists with their categories. */

import type { PageContext } from "../types.js";

/** As many lists as a page is taken to show. */
const MOST_LISTS = 20;

interface ListShown {
    ids: ReadonlySet<string>;
    category: string | undefined;
}

export class Page {
    #address = "";
    #item: string | undefined;
    /** The latest first. */
    #lists: ListShown[] = [];

    /** `address` tells which page this is: a shop that is one document has many. */
    constructor(private readonly address: () => string) {}

    showItem(id: string): void {
        this.#turn();
        this.#item = id;
    }

    showList(ids: readonly string[], category: string | undefined): void {
        this.#turn();
        this.#lists = [{ ids: new Set(ids), category }, ...this.#lists].slice(0, MOST_LISTS);
    }

    /** What is known of a list of these items. */
    context(ids: readonly string[]): PageContext {
        this.#turn();
        const told = this.#lists.find((list) => ids.some((id) => list.ids.has(id)));
        return {
            ...(this.#item !== undefined && { item: this.#item }),
            ...(told?.category !== undefined && { category: told.category }),
        };
    }

    /** Forgets what another page told. */
    #turn(): void {
        const address = this.address();
        if (address === this.#address) return;
        this.#address = address;
        this.#item = undefined;
        this.#lists = [];
    }
}
