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
    // An answer about nothing, or about other products, would empty the list.
    const late = own.filter((unit) => !asked.has(unit.item.item_id));
    const shown = (placed.size > 0 ? [...new Set([...placed, ...late])] : [...own]).slice(0, limit);
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

/**
 * The shop's own order after the shop changed the page. `own` is the order remembered, `placed` the one that the page
 * was given last, `now` what stands there.
 *
 * Where the shop sorted the list anew, that is its order. What it added stands behind its neighbour, what it added at
 * an end stands at that end, and what it took away is gone.
 */
export function mergeOwn<T>(own: readonly T[], placed: readonly T[], now: readonly T[]): T[] {
    const present = new Set(now);
    const known = new Set(own);
    const expected = placed.filter((node) => present.has(node));
    const found = now.filter((node) => known.has(node));
    if (found.some((node, at) => node !== expected[at])) return [...now];
    const merged = own.filter((node) => present.has(node));
    if (merged.length === now.length) return merged;
    const last = found.at(-1);
    let before: T | undefined;
    let atEnd = last === undefined;
    for (const node of now) {
        if (!known.has(node)) insertAfter(merged, node, atEnd ? merged.at(-1) : before);
        if (node === last) atEnd = true;
        before = node;
    }
    return merged;
}

function insertAfter<T>(list: T[], node: T, before: T | undefined): void {
    list.splice(before === undefined ? 0 : list.indexOf(before) + 1, 0, node);
}
