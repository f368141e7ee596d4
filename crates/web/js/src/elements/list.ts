/** A list on the page: the shop's own order of it, and the order that it was given last. */

import type { Slate } from "../types.js";
import { type Answered, arrange, mergeOwn } from "./arrangement.js";
import { change, type Manner } from "./change.js";
import { findUnits, type ItemOf, type Unit } from "./units.js";
import { restore, show } from "./visibility.js";
import { type NameOf, type Say, writeReason } from "./words.js";

/** How a list is shown. */
export interface Showing extends Answered, Manner {
    say: Say;
    nameOf: NameOf;
}

/** Set on a list that has its order, the shop's own included: what waited for it may be seen. */
export const SETTLED = "data-shelfwise-settled";

/**
 * Set on a list that is left alone: by the shop, or, with the value `reordered`, by us where somebody else has put the
 * list in another order. Whoever removes it says that the list may be ordered again.
 */
export const PAUSE = "data-shelfwise-pause";
const REORDERED = "reordered";

/** What an order can rest on, from nothing of the shopper to the events of the visit. */
const BASES: readonly Slate["basis"][] = ["shop_order", "popularity", "context", "session"];

const lists = new WeakMap<Element, List>();

export class List {
    /** The number of the last question: the answer to an earlier one comes too late. */
    turn = 0;
    /** What the last caller said of how items are known. */
    itemOf: ItemOf | undefined;
    /** What the last caller said of lists that somebody else puts in order. */
    reordered: "leave" | "adopt" = "leave";
    #own: Element[] = [];
    #placed: Element[] = [];
    /** The shop's own order before somebody else sorted the list; null where nobody did. */
    #unsorted: Element[] | null = null;
    /** What the order that stands rests on. */
    #basis: Slate["basis"] = "shop_order";

    private constructor(private readonly container: Element) {}

    static of(container: Element): List {
        const list = lists.get(container) ?? new List(container);
        lists.set(container, list);
        return list;
    }

    /** The items in the shop's own order, as far as the page has them now. Notices what somebody else did to the order. */
    units(): Unit[] {
        // Whoever took the mark away says so: what stands is the shop's own order now.
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

    /** The items as they stand on the page. */
    standing(): Unit[] {
        return findUnits(this.container, this.itemOf);
    }

    /** Whether the list is to be left as it stands. */
    get isPaused(): boolean {
        return this.container.hasAttribute(PAUSE);
    }

    /** Whether an answer of this basis must end the order that stands: what it rests on was forgotten, or may not be used. */
    isOver({ basis }: Slate): boolean {
        return BASES.indexOf(basis) < BASES.indexOf(this.#basis);
    }

    /** Whether the order that stands is one that we gave the list. */
    get isOurs(): boolean {
        return this.#basis !== "shop_order";
    }

    /** Puts the list in the order of the slate. */
    show(showing: Showing): void {
        const own = this.units();
        // Somebody else ordered the list while the engine was asked.
        if (this.isPaused) return;
        const { shown, hidden } = arrange(own, showing);
        const reasons = new Map(showing.slate.items.map((item) => [item.item_id, item.reasons]));
        for (const { node, item } of own) writeReason(node, () => showing.say(reasons.get(item.item_id) ?? [], showing.nameOf));
        const [seen, unseen] = [shown.map(({ node }) => node), hidden.map(({ node }) => node)];
        // Without a limit, what the shop hid itself is none of ours.
        const uncover = Number.isFinite(showing.limit) ? show : restore;
        this.#placed = change(this.container, { own: this.#own, now: this.#placed, shown: seen, hidden: unseen, uncover }, showing);
        this.#basis = showing.slate.basis;
        this.container.setAttribute(SETTLED, "");
    }

    /** The shop's own order, and nothing of ours. */
    restore(): void {
        const own = this.units();
        for (const { node } of own) writeReason(node, () => "");
        const shown = own.map(({ node }) => node);
        this.#placed = change(this.container, { own: shown, now: this.#placed, shown, hidden: [], uncover: restore }, {});
        this.#basis = "shop_order";
        this.container.setAttribute(SETTLED, "");
    }

    /** Somebody else has ordered the list: a shopper's sorting, a framework, a test of variants. */
    #leave(reordering: "sorted" | "nudged"): void {
        if (this.reordered === "adopt") return;
        if (reordering === "sorted") this.#unsorted ??= this.#own;
        this.container.setAttribute(PAUSE, REORDERED);
    }

    /** The list stands in the shop's own order again: it may be ordered as before. */
    #takeBack(): void {
        this.#unsorted = null;
        if (this.container.getAttribute(PAUSE) === REORDERED) this.container.removeAttribute(PAUSE);
    }
}

/** Whether those of `order` that are still there stand in that order, and nothing else does. */
function isSameOrder(order: readonly Element[], now: readonly Element[]): boolean {
    const present = new Set(now);
    const left = order.filter((node) => present.has(node));
    return left.length === now.length && left.every((node, at) => node === now[at]);
}
