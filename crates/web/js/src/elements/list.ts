/** A list on the page: the shop's own order of it, and the order that it was given last. */

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

const lists = new WeakMap<Element, List>();

export class List {
    /** The number of the last question: the answer to an earlier one comes too late. */
    turn = 0;
    /** What the last caller said of how items are known. */
    itemOf: ItemOf | undefined;
    #own: Element[] = [];
    #placed: Element[] = [];

    private constructor(private readonly container: Element) {}

    static of(container: Element): List {
        const list = lists.get(container) ?? new List(container);
        lists.set(container, list);
        return list;
    }

    /** The items in the shop's own order, as far as the page has them now. */
    units(): Unit[] {
        const units = new Map(findUnits(this.container, this.itemOf).map((unit) => [unit.node, unit]));
        const now = [...units.keys()];
        this.#own = mergeOwn(this.#own, this.#placed, now);
        this.#placed = now;
        return this.#own.flatMap((node) => units.get(node) ?? []);
    }

    /** Puts the list in the order of the slate. */
    show(showing: Showing): void {
        const own = this.units();
        const { shown, hidden } = arrange(own, showing);
        const reasons = new Map(showing.slate.items.map((item) => [item.item_id, item.reasons]));
        for (const { node, item } of own) writeReason(node, () => showing.say(reasons.get(item.item_id) ?? [], showing.nameOf));
        const [seen, unseen] = [shown.map(({ node }) => node), hidden.map(({ node }) => node)];
        // Without a limit, what the shop hid itself is none of ours.
        const uncover = Number.isFinite(showing.limit) ? show : restore;
        this.#placed = change(this.container, { own: this.#own, now: this.#placed, shown: seen, hidden: unseen, uncover }, showing);
        this.container.setAttribute(SETTLED, "");
    }

    /** The shop's own order, and nothing of ours. */
    restore(): void {
        const own = this.units();
        for (const { node } of own) writeReason(node, () => "");
        const shown = own.map(({ node }) => node);
        this.#placed = change(this.container, { own: shown, now: this.#placed, shown, hidden: [], uncover: restore }, {});
        this.container.setAttribute(SETTLED, "");
    }
}
