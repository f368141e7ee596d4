/** Ranks the marked lists of the page, and again when an input of the ranking has changed. */

import { holdsVisit } from "../mode.js";
import type { PageContext, Shelfwise, Slate } from "../types.js";
import type { Page } from "./page.js";
import { ITEM_ATTRIBUTE } from "./setting.js";

/** The part of `rerankElements` that is used here. */
export type Rerank = (shelf: Shelfwise, container: Element, options: RerankOptions) => Promise<Slate>;

interface RerankOptions {
    placement: string;
    context: PageContext;
    rendering: "strict" | "declared";
    item?: (node: Element) => string | undefined;
}

/** How to find lists and the ids of their items. */
export interface ListPlace {
    root: ParentNode;
    /** A selector of containers. */
    selector: string;
    /** The attribute with the id of an item's node. */
    itemAttribute: string;
    /** `strict`: all images of a list are loaded before it is ranked by a visit. */
    rendering: "strict" | "declared";
}

export class Lists {
    #state: "rests" | "ranks" | "ranks and shall again" = "rests";

    constructor(
        private readonly shelf: Shelfwise,
        private readonly page: Page,
        private readonly place: ListPlace,
        private readonly rerank: Rerank,
    ) {}

    /** Ranks all lists, one after the other. Calls during a run are coalesced into one more run. */
    refresh(): void {
        if (this.#state === "rests") void this.#run();
        else this.#state = "ranks and shall again";
    }

    async #run(): Promise<void> {
        do {
            this.#state = "ranks";
            // Events come in bursts: all calls of this turn are coalesced into one ranking.
            await Promise.resolve();
            for (const list of this.#find()) await this.#rank(list);
        } while (this.#again());
        this.#state = "rests";
    }

    #again(): boolean {
        return this.#state === "ranks and shall again";
    }

    #find(): Element[] {
        try {
            return [...this.place.root.querySelectorAll(this.place.selector)];
        } catch {
            return []; // The linter reports an invalid selector.
        }
    }

    async #rank(list: Element): Promise<void> {
        try {
            const { itemAttribute, rendering } = this.place;
            const idOf = (node: Element): string | undefined => node.getAttribute(itemAttribute) ?? undefined;
            const ids = [...list.querySelectorAll(`[${itemAttribute}]`)].flatMap((node) => idOf(node) ?? []);
            await this.rerank(this.shelf, list, {
                placement: list.getAttribute("data-shelfwise-list") || list.getAttribute("data-shelfwise") || "category",
                context: this.page.context(list, ids, holdsVisit(this.shelf.status.mode) ? "visit" : "page"),
                rendering,
                // Not set for the default attribute: the package then also reads a tile's stock and category.
                ...(itemAttribute !== ITEM_ATTRIBUTE && { item: idOf }),
            });
        } catch {
            // The list stays in the shop's own order.
        }
    }
}
