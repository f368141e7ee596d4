/** Computes the order of a list. Pure functions over arrays, without access to the page. */

import type { ListedItem, Slate } from "../types.js";

/** The visible items in their order, and the hidden ones in the shop's order. */
export interface Arrangement<T> {
    shown: T[];
    hidden: T[];
}

/** A request and its answer. */
export interface Answered {
    slate: Slate;
    /** Ids of the request: only these can be missing in the answer because of a rule. */
    asked: ReadonlySet<string>;
    limit: number;
}

/** Arranges `own` in the order of the slate. Duplicates of an item stay together. */
export function arrange<T extends { item: ListedItem }>(own: readonly T[], { slate, asked, limit }: Answered): Arrangement<T> {
    const copies = new Map<string, T[]>();
    for (const unit of own) {
        const known = copies.get(unit.item.item_id);
        if (known) known.push(unit);
        else copies.set(unit.item.item_id, [unit]);
    }
    const placed = new Set(slate.items.flatMap(({ item_id }) => copies.get(item_id) ?? []));
    const late = own.filter((unit) => !asked.has(unit.item.item_id));
    // An answer about other products would empty the list, and is ignored. An empty one means that rules hide all items.
    const isOfThisList = placed.size > 0 || slate.items.length === 0;
    const shown = (isOfThisList ? [...new Set([...placed, ...late])] : [...own]).slice(0, limit);
    const seen = new Set(shown);
    return { shown, hidden: own.filter((unit) => !seen.has(unit)) };
}

/** Keeps every node for which `isHeld` is true at its index in `now`; the others fill the remaining places in order. */
export function holdPlaces<T>(shown: readonly T[], now: readonly T[], isHeld: (node: T, at: number) => boolean): T[] {
    const wanted = new Set(shown);
    const result: T[] = [];
    const held = new Set<T>();
    now.forEach((node, at) => {
        if (at >= shown.length || !wanted.has(node) || !isHeld(node, at)) return;
        result[at] = node;
        held.add(node);
    });
    let next = 0;
    for (const node of shown) {
        if (held.has(node)) continue;
        while (result[next] !== undefined) next += 1;
        result[next] = node;
    }
    return result;
}

/** How other code has changed the order of a list since it was placed. */
export type Reordering =
    | "none"
    | "put back" // into the shop's own order
    | "nudged" // a few items moved within the order that the list was given
    | "sorted"; // another order altogether

/** The shop's own order after a change of the page, and the kind of reordering. */
export interface Merged<T> {
    own: T[];
    reordering: Reordering;
}

/** Maximum share of moved items for a list to count as nudged, not sorted. */
const MOST_NUDGED = 0.25;

/**
 * Merges changes of the page into the shop's own order. `own` is the remembered order, `placed` the one that was last
 * applied to the page, `now` the present one.
 *
 * A list that was sorted takes the new order as its own. If only a few items were moved within an order that we applied,
 * the shop's own order stays as it was. Added items follow their neighbour, items added at an end stay at that end, and
 * removed items are dropped. Cost: linear; quadratic if the order has changed.
 */
export function mergeOwn<T>(own: readonly T[], placed: readonly T[], now: readonly T[]): Merged<T> {
    const [present, known] = [new Set(now), new Set(own)];
    const isPresent = (node: T): boolean => present.has(node);
    const found = now.filter((node) => known.has(node));
    const reordering = reorderingOf(found, placed.filter(isPresent), own.filter(isPresent));
    return { own: reordering === "sorted" ? [...now] : withAdded(own.filter(isPresent), found, now), reordering };
}

function reorderingOf<T>(found: readonly T[], placed: readonly T[], own: readonly T[]): Reordering {
    if (isSame(found, placed)) return "none";
    if (isSame(found, own)) return "put back";
    const isOurs = !isSame(placed, own);
    return isOurs && movedCount(placed, found) <= found.length * MOST_NUDGED ? "nudged" : "sorted";
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
    return a.length === b.length && a.every((node, at) => node === b[at]);
}

/** Returns the minimum number of moves between two orders: all items but the longest increasing subsequence. */
function movedCount<T>(before: readonly T[], after: readonly T[]): number {
    const places = new Map(before.map((node, at) => [node, at]));
    // At index n: the least place that ends an increasing subsequence of length n + 1.
    const ends: number[] = [];
    for (const place of after.map((node) => places.get(node) ?? 0)) {
        const longer = ends.findIndex((end) => end >= place);
        ends[longer < 0 ? ends.length : longer] = place;
    }
    return after.length - ends.length;
}

/** Inserts the new items of `now` into `own`, each after its neighbour. */
function withAdded<T>(own: T[], found: readonly T[], now: readonly T[]): T[] {
    if (own.length === now.length) return own;
    const known = new Set(found);
    const last = found.at(-1);
    let before: T | undefined;
    let atEnd = last === undefined;
    for (const node of now) {
        if (!known.has(node)) insertAfter(own, node, atEnd ? own.at(-1) : before);
        if (node === last) atEnd = true;
        before = node;
    }
    return own;
}

function insertAfter<T>(list: T[], node: T, before: T | undefined): void {
    list.splice(before === undefined ? 0 : list.indexOf(before) + 1, 0, node);
}
