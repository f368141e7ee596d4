/** State of a list on the page: the shop's own order, and the order that was last applied. */

import type { Slate } from "../types.js";
import { type Answered, arrange, mergeOwn } from "./arrangement.js";
import { change, type Manner } from "./change.js";
import { findUnits, type ItemOf, type Unit } from "./units.js";
import { restore, show } from "./visibility.js";
import { type NameOf, type ReasonFormatter, restoreTexts, writeTexts } from "./words.js";

/** The parameters for showing a list. */
export interface Showing extends Answered, Manner {
    format: ReasonFormatter;
    nameOf: NameOf;
}

/** Set on a list that has its order, be it the shop's own: styles that hide the list until then can show it. */
export const SETTLED = "data-shelfwise-settled";

/**
 * Set on a list that must not be ordered: by the shop, or, with the value `reordered`, by this file after other code has
 * reordered the list. Removing it allows ordering again.
 */
export const PAUSE = "data-shelfwise-pause";
const REORDERED = "reordered";

/** The bases of an order, from no data of the shopper to the events of the visit. */
const BASES: readonly Slate["basis"][] = ["shop_order", "popularity", "context", "memory", "session"];

const lists = new WeakMap<Element, List>();

export class List {
    /** The number of the last request; answers to earlier ones are dropped. */
    turn = 0;
    /** The option `item` of the last call. */
    itemOf: ItemOf | undefined;
    /** The option `reordered` of the last call. */
    reordered: "leave" | "adopt" = "leave";
    #own: Element[] = [];
    #placed: Element[] = [];
    /** The shop's own order before other code sorted the list; null if it did not. */
    #unsorted: Element[] | null = null;
    /** The basis of the present order. */
    #basis: Slate["basis"] = "shop_order";

    private constructor(private readonly container: Element) {}

    static of(container: Element): List {
        const list = lists.get(container) ?? new List(container);
        lists.set(container, list);
        return list;
    }

    /** Returns the present items in the shop's own order. Detects and handles reordering by other code. */
    units(): Unit[] {
        // The attribute was removed, so the present order counts as the shop's own.
        if (!this.isPaused) this.#unsorted = null;
        const units = new Map(findUnits(this.container, this.itemOf).map((unit) => [unit.node, unit]));
        const now = [...units.keys()];
        const { own, reordering } = mergeOwn(this.#own, this.#placed, now);
        if (reordering === "sorted" || reordering === "nudged") this.#leave(reordering);
        this.#own = own;
        this.#placed = now;
        if (reordering === "put back" || (this.#unsorted && isSameOrder(this.#unsorted, now))) this.#takeBack();
        return this.#own.flatMap((node) => units.get(node) ?? []);
    }

    /** Returns the items in the present order of the page. */
    standing(): Unit[] {
        return findUnits(this.container, this.itemOf);
    }

    /** Whether the list must not be ordered. */
    get isPaused(): boolean {
        return this.container.hasAttribute(PAUSE);
    }

    /** Returns whether an answer of this basis invalidates the present order: its data was deleted, or may not be used. */
    isOver({ basis }: Slate): boolean {
        return BASES.indexOf(basis) < BASES.indexOf(this.#basis);
    }

    /** Whether the present order comes from the engine. */
    get isOurs(): boolean {
        return this.#basis !== "shop_order";
    }

    /** Puts the list in the order of the slate. */
    show(showing: Showing): void {
        const own = this.units();
        // Other code has reordered the list while the request was pending.
        if (this.isPaused) return;
        const { shown, hidden } = arrange(own, showing);
        const { fallback_used, items: shownItems } = showing.slate;
        // The shop's own order has the shop's own texts.
        const items = new Map(fallback_used ? [] : shownItems.map((item) => [item.item_id, item]));
        for (const { node, item } of own) writeTexts(node, items.get(item.item_id), showing);
        const [seen, unseen] = [shown.map(({ node }) => node), hidden.map(({ node }) => node)];
        // Without a limit, items that the shop hid itself stay hidden.
        const uncover = Number.isFinite(showing.limit) ? show : restore;
        this.#placed = change(this.container, { own: this.#own, now: this.#placed, shown: seen, hidden: unseen, uncover }, showing);
        this.#basis = showing.slate.basis;
        this.container.setAttribute(SETTLED, "");
    }

    /** Restores the shop's own order, visibility and texts. */
    restore(): void {
        const own = this.units();
        for (const { node } of own) restoreTexts(node);
        const shown = own.map(({ node }) => node);
        this.#placed = change(this.container, { own: shown, now: this.#placed, shown, hidden: [], uncover: restore }, {});
        this.#basis = "shop_order";
        this.container.setAttribute(SETTLED, "");
    }

    /** Pauses a list that other code has reordered: a shopper's sorting, a framework, an A/B test. */
    #leave(reordering: "sorted" | "nudged"): void {
        if (this.reordered === "adopt") return;
        if (reordering === "sorted") this.#unsorted ??= this.#own;
        this.container.setAttribute(PAUSE, REORDERED);
    }

    /** Resumes a list that is in the shop's own order again. */
    #takeBack(): void {
        this.#unsorted = null;
        if (this.container.getAttribute(PAUSE) === REORDERED) this.container.removeAttribute(PAUSE);
    }
}

/** Returns whether `now` consists of the remaining nodes of `order`, in that order. */
function isSameOrder(order: readonly Element[], now: readonly Element[]): boolean {
    const present = new Set(now);
    const left = order.filter((node) => present.has(node));
    return left.length === now.length && left.every((node, at) => node === now[at]);
}
