/**
 * Puts lists of the page in the order for this visit. Nodes are moved, hidden and brought back; none is made, none is
 * removed, and no text of theirs is changed but in places that the shop marks for reasons.
 */

import { type Late, loadAll } from "./elements/images.js";
import { List } from "./elements/list.js";
import { ITEM_ATTRIBUTE, type ItemOf, type Unit } from "./elements/units.js";
import { type NameOf, type Say, sayInEnglish } from "./elements/words.js";
import type { ListedItem, PageContext, Shelfwise, Slate } from "./types.js";

export type { ItemOf, NameOf, Say };
export { sayInEnglish };

const FAILED = "Shelfwise: the list stays in the shop's own order.";

/** How `rerankElements` asks and shows. */
export interface RerankElementsOptions {
    /** Where the list is shown; `category` where nothing is said. */
    placement?: string;
    /** The item of a node; the attribute `data-item-id` where nothing is said. */
    item?: ItemOf;
    /** The page's own facts. */
    context?: PageContext;
    /** Short for `context.category`. */
    category?: string;
    /** Places; what stands behind them is spare and hidden. Every node has a place where nothing is said. */
    limit?: number;
    /** An element that keeps its place on screen, such as the button that was pressed. */
    hold?: Element;
    /**
     * Whether tiles on screen may change places while the shopper does nothing. `exchange` where nothing is said:
     * they come up in each other's places, and only where no place moves or changes its size.
     */
    onscreen?: "exchange" | "keep";
    /**
     * `strict` where nothing is said: in `session` mode every image of the list is loaded before it is ranked, so that
     * what the page asks for does not depend on the visit. `declared`: images load as they come on screen, and that
     * channel is declared in the shop's data-flow manifest.
     */
    rendering?: "strict" | "declared";
    /**
     * What becomes of a list that somebody else has put in another order: a shopper's sorting, a framework. `leave` where
     * nothing is said: it gets the attribute `data-shelfwise-pause="reordered"` and is left as it stands until the attribute
     * is removed, or the list stands in the shop's own order again. `adopt`: that order is the shop's own from then on, and
     * is ranked.
     */
    reordered?: "leave" | "adopt";
    /** Says why, in tiles with a place `[data-shelfwise-reason]`; plain English where nothing is said. */
    reason?: Say;
    /** Names of products for reasons; `data-item-name` of a tile of the list where nothing is said. */
    nameOf?: NameOf;
}

/**
 * Puts the items of `container` in the order for this visit. Never rejects: what fails leaves the shop's own order.
 * Of several calls in flight the last one counts. A list with the attribute `data-shelfwise-pause` is left as it stands.
 * Images that come too late for strict rendering are waited for, and the list is ranked again then. Cost: one ranking,
 * and two layouts of the page.
 */
export async function rerankElements(shelf: Shelfwise, container: Element, given: RerankElementsOptions = {}): Promise<Slate> {
    // What other scripts have put on all objects was said by nobody.
    const options: RerankElementsOptions = Object.assign(Object.create(null), given);
    const list = List.of(container);
    const turn = (list.turn += 1);
    list.itemOf = options.item;
    list.reordered = options.reordered ?? "leave";
    const units = list.units();
    const placement = options.placement ?? "category";
    if (list.isPaused && !list.isOurs) return shelf.storeOrder(itemsOf(list.standing()), placement);
    const { limit, asked, slate, late } = await ask(shelf, units, { ...options, placement });
    if (list.turn !== turn) return slate;
    const { hold, onscreen, reason: say = sayInEnglish, nameOf = namesWithin(container) } = options;
    try {
        if (!list.isPaused) list.show({ slate, asked, limit, hold, onscreen, say, nameOf });
        else if (list.isOver(slate)) list.restore();
        if (list.isPaused) return shelf.storeOrder(itemsOf(list.standing()), placement);
    } catch (error) {
        console.error(FAILED, error);
        list.restore();
    }
    const again = async (): Promise<void> => void (list.turn === turn && (await rerankElements(shelf, container, given)));
    void late?.rest.then(again);
    return slate;
}

/** Puts the items of `container` back into the shop's own order, at once. */
export function restoreElements(container: Element): void {
    const list = List.of(container);
    list.turn += 1;
    list.restore();
}

interface Answer {
    slate: Slate;
    asked: ReadonlySet<string>;
    limit: number;
    /** Images that the answer has not waited for; null where all are there. */
    late: Late | null;
}

async function ask(shelf: Shelfwise, units: readonly Unit[], options: RerankElementsOptions & { placement: string }): Promise<Answer> {
    const items = itemsOf(units);
    const asked = new Set(items.map(({ item_id }) => item_id));
    const limit = options.limit !== undefined && options.limit > 0 ? Math.floor(options.limit) : Infinity;
    const request = {
        placement: options.placement,
        items,
        context: { ...(options.category && { category: options.category }), ...options.context },
        ...(Number.isFinite(limit) && { limit }),
    };
    const isStrict = (): boolean => options.rendering !== "declared" && shelf.status.ready && shelf.status.mode === "session";
    const before = isStrict();
    let late: Late | null = null;
    try {
        const slate = await shelf.rerank(request);
        if (before || isStrict()) late = await loadAll(units.map(({ node }) => node));
        if (!late) return { slate, asked, limit, late };
    } catch (error) {
        console.error(FAILED, error);
    }
    return { slate: shelf.storeOrder(items, options.placement), asked, limit, late };
}

/** Each item once. */
function itemsOf(units: readonly Unit[]): ListedItem[] {
    return [...new Map(units.map(({ item }) => [item.item_id, item])).values()];
}

function namesWithin(container: Element): NameOf {
    return (id) => container.querySelector(`[${ITEM_ATTRIBUTE}="${CSS.escape(id)}"]`)?.getAttribute("data-item-name") ?? undefined;
}
