/**
 * Puts lists of the page in the order for this visit. Nodes are moved, hidden and shown, but never created or removed,
 * and no text is changed except in elements that the shop marks for reasons.
 */

import { holdsVisit } from "./mode.js";
import { type Late, loadAll } from "./elements/images.js";
import { List } from "./elements/list.js";
import { ITEM_ATTRIBUTE, type ItemOf, type Unit } from "./elements/units.js";
import { type NameOf, type ReasonFormatter, formatInEnglish } from "./elements/words.js";
import type { ListedItem, PageContext, Shelfwise, Slate } from "./types.js";

export type { ItemOf, NameOf, ReasonFormatter };
export { formatInEnglish };

const FAILED = "Shelfwise: the list stays in the shop's own order.";

/** Options of `rerankElements`. */
export interface RerankElementsOptions {
    /** Where the list is shown; by default `category`. */
    placement?: string;
    /** Returns the item of a node; by default from the attribute `data-item-id`. */
    item?: ItemOf;
    /** The page's context. */
    context?: PageContext;
    /** Short for `context.category`. */
    category?: string;
    /** Number of visible items; the others are hidden. By default all nodes are visible. */
    limit?: number;
    /** An element that keeps its position on screen, such as the button that was pressed. */
    hold?: Element;
    /**
     * Whether tiles on screen may change places without input of the shopper. By default `exchange`: they fade in at
     * each other's positions, and only if no position moves or changes its size.
     */
    onscreen?: "exchange" | "keep";
    /**
     * By default `strict`: in `session` mode every image of the list is loaded before it is ranked, so that the page's
     * requests do not depend on the visit. `declared`: images load as they come on screen, and the shop declares that
     * channel in its data-flow manifest.
     */
    rendering?: "strict" | "declared";
    /**
     * What to do with a list that other code has reordered: a shopper's sorting, a framework. By default `leave`: it gets
     * the attribute `data-shelfwise-pause="reordered"` and is not touched until the attribute is removed, or the list is in
     * the shop's own order again. `adopt`: the new order counts as the shop's own from then
     * on, and is ranked.
     */
    reordered?: "leave" | "adopt";
    /** Formats reasons, for tiles with an element `[data-shelfwise-reason]`; by default in English. */
    reason?: ReasonFormatter;
    /** Returns product names for reasons; by default from `data-item-name` of a tile of the list. */
    nameOf?: NameOf;
}

/**
 * Puts the items of `container` in the order for this visit. Never rejects: a failure leaves the shop's own order.
 * Of concurrent calls the last one wins. A list with the attribute `data-shelfwise-pause` is not touched. If images are
 * too late for strict rendering, the list is ranked again after they have loaded. Cost: one ranking and two layouts of
 * the page.
 */
export async function rerankElements(shelf: Shelfwise, container: Element, given: RerankElementsOptions = {}): Promise<Slate> {
    // Without a prototype, so that properties that other scripts add to all objects are not read as options.
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
    const { hold, onscreen, reason: format = formatInEnglish, nameOf = namesWithin(container) } = options;
    try {
        if (!list.isPaused) list.show({ slate, asked, limit, hold, onscreen, format, nameOf });
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

/** Restores the shop's own order of `container`, synchronously. */
export function restoreElements(container: Element): void {
    const list = List.of(container);
    list.turn += 1;
    list.restore();
}

interface Answer {
    slate: Slate;
    asked: ReadonlySet<string>;
    limit: number;
    /** Images that were not loaded in time; null if all are loaded. */
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
    const isStrict = (): boolean => options.rendering !== "declared" && shelf.status.ready && holdsVisit(shelf.status.mode);
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

/** Returns the distinct items of the units. */
function itemsOf(units: readonly Unit[]): ListedItem[] {
    return [...new Map(units.map(({ item }) => [item.item_id, item])).values()];
}

function namesWithin(container: Element): NameOf {
    return (id) => container.querySelector(`[${ITEM_ATTRIBUTE}="${CSS.escape(id)}"]`)?.getAttribute("data-item-name") ?? undefined;
}
