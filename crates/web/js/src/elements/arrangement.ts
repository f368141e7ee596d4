/** Where every item of a list belongs: plain lists in, plain lists out, no page. */

import type { ListedItem, Slate } from "../types.js";

/** The items that are shown, in their order, and those that are not, in the shop's. */
export interface Arrangement<T> {
    shown: T[];
    hidden: T[];
}

/** What was asked, and what was answered. */
export interface Answered {
    slate: Slate;
    /** Ids that the engine was asked about: only of these it can have taken any out. */
    asked: ReadonlySet<string>;
    limit: number;
}

/** `own` in the order of the slate. An item that stands twice in the list keeps its copies together. */
export function arrange<T extends { item: ListedItem }>(own: readonly T[], { slate, asked, limit }: Answered): Arrangement<T> {
    const copies = new Map<string, T[]>();
    for (const unit of own) {
        const known = copies.get(unit.item.item_id);
        if (known) known.push(unit);
        else copies.set(unit.item.item_id, [unit]);
    }
    const placed = new Set(slate.items.flatMap(({ item_id }) => copies.get(item_id) ?? []));
    const late = own.filter((unit) => !asked.has(unit.item.item_id));
    // An answer about other products would empty the list; an empty one says that rules leave nothing of it.
    const isOfThisList = placed.size > 0 || slate.items.length === 0;
    const shown = (isOfThisList ? [...new Set([...placed, ...late])] : [...own]).slice(0, limit);
    const seen = new Set(shown);
    return { shown, hidden: own.filter((unit) => !seen.has(unit)) };
}

/** Lets every node for which `isHeld` says so stand where it stands in `now`; the others flow around it. */
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

/** What somebody else did to the order of a list since it was placed. */
export type Reordering =
    | "none"
    | "put back" // into the shop's own order
    | "nudged" // a few items moved within the order that the list was given
    | "sorted"; // another order altogether

/** The shop's own order after the page changed, and what was done to the order. */
export interface Merged<T> {
    own: T[];
    reordering: Reordering;
}

/** As many of a list's items, as a share, can be moved by somebody else before it counts as sorted anew. */
const MOST_NUDGED = 0.25;

/**
 * Merges what the page changed into the shop's own order. `own` is the order remembered, `placed` the one that the page
 * was given last, `now` what stands there.
 *
 * A list that was sorted anew has that order as its own. A few items moved within the order that we gave the list do not
 * make that order the shop's: its own order stays as it was. What the shop added stands behind its neighbour, what it
 * added at an end stands at that end, and what it took away is gone. Cost: linear, and quadratic where the order changed.
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

/** How many items have to be moved at least to get from one order to the other: all but the longest increasing subsequence. */
function movedCount<T>(before: readonly T[], after: readonly T[]): number {
    const places = new Map(before.map((node, at) => [node, at]));
    // The least place with which an increasing subsequence of that length can end.
    const ends: number[] = [];
    for (const place of after.map((node) => places.get(node) ?? 0)) {
        const longer = ends.findIndex((end) => end >= place);
        ends[longer < 0 ? ends.length : longer] = place;
    }
    return after.length - ends.length;
}

/** `own` with the items of `now` that are new, each behind its neighbour. */
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
