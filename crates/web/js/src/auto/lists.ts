/** Puts the marked lists of the page in order, and again when something changed that the order depends on. */

import type { Shelfwise, Slate } from "../types.js";
import type { Page } from "./page.js";

/** `rerankElements` of the package, as far as it is used here. */
export type Rerank = (
    shelf: Shelfwise,
    container: Element,
    options: { placement: string; item: (node: Element) => string | undefined; category?: string },
) => Promise<Slate>;

/** Where lists are, and how their items are known. */
export interface ListPlace {
    root: ParentNode;
    /** A selector of containers. */
    selector: string;
    /** The attribute with the id of an item's node. */
    itemAttribute: string;
}

export class Lists {
    #state: "rests" | "ranks" | "ranks and shall again" = "rests";

    constructor(
        private readonly shelf: Shelfwise,
        private readonly page: Page,
        private readonly place: ListPlace,
        private readonly rerank: Rerank,
    ) {}

    /** However often it is called, lists are ranked one after the other, and at most once more after that. */
    refresh(): void {
        if (this.#state === "rests") void this.#run();
        else this.#state = "ranks and shall again";
    }

    async #run(): Promise<void> {
        do {
            this.#state = "ranks";
            // Events come in bursts: all that was told in this turn counts for one ranking.
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
            return []; // The linter says what is wrong with the selector.
        }
    }

    async #rank(list: Element): Promise<void> {
        try {
            const { itemAttribute } = this.place;
            const item = (node: Element): string | undefined => node.getAttribute(itemAttribute) ?? undefined;
            const nodes = [...list.querySelectorAll(`[${itemAttribute}]`)];
            const context = this.page.context(nodes.flatMap((node) => item(node) ?? []));
            const placement = list.getAttribute("data-shelfwise-list") || list.getAttribute("data-shelfwise") || "category";
            await this.rerank(about(this.shelf, context.item), list, {
                placement,
                item,
                ...(context.category !== undefined && { category: context.category }),
            });
        } catch {
            // The list stays in the shop's own order.
        }
    }
}

/** The handle, with the page's item as the context of every request. */
function about(shelf: Shelfwise, item: string | undefined): Shelfwise {
    if (item === undefined) return shelf;
    const rerank: Shelfwise["rerank"] = (request) => shelf.rerank({ ...request, context: { item, ...request.context } });
    return new Proxy(shelf, {
        get(target, name) {
            if (name === "rerank") return rerank;
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === "function" ? value.bind(target) : value;
        },
    });
}
