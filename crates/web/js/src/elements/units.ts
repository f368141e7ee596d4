/** Which nodes of a container are items, and which node of each is moved. */

import type { ListedItem } from "../types.js";

/** How an item is known where the shop says nothing else. */
export const ITEM_ATTRIBUTE = "data-item-id";
/**
 * As many as one request may have, `MAX_ENTRIES` of the contract; what stands behind them keeps its place. A number of its own,
 * held to the contract's by a test: an import would be one more file for a page to load.
 */
export const MOST_ITEMS = 1000;

/** Tells the item of a node: its id, or its id with facts of the moment; nothing where it is none. */
export type ItemOf = (node: Element) => ListedItem | string | undefined;

/** An item on the page: the node that is moved, and what the engine is told of it. */
export interface Unit {
    node: Element;
    item: ListedItem;
}

/** The items of `container` in the order of the document. */
export function findUnits(container: Element, itemOf?: ItemOf): Unit[] {
    const marked = itemOf ? byFunction(container, itemOf) : byAttribute(container);
    const outer = outermost(container, marked).slice(0, MOST_ITEMS);
    const levels = levelsToClimb(container, outer.map(({ node }) => node));
    return outer.map(({ node, item }) => ({ node: climb(node, levels), item }));
}

/** Whether a node that came or went brings or takes an item. */
export function holdsItem(node: Node): boolean {
    return node instanceof Element && (node.hasAttribute(ITEM_ATTRIBUTE) || node.querySelector(`[${ITEM_ATTRIBUTE}]`) !== null);
}

function byAttribute(container: Element): Unit[] {
    return unitsOf(container.querySelectorAll(`[${ITEM_ATTRIBUTE}]`), (node) => {
        const item: ListedItem = { item_id: node.getAttribute(ITEM_ATTRIBUTE) ?? "" };
        const [category, brand] = [node.getAttribute("data-item-category"), node.getAttribute("data-item-brand")];
        if (category) item.item_category = category;
        if (brand) item.item_brand = brand;
        if (node.getAttribute("data-in-stock") === "false") item.in_stock = false;
        return item;
    });
}

/** The children are asked first, and everything below them only where none of them is an item. */
function byFunction(container: Element, itemOf: ItemOf): Unit[] {
    const children = unitsOf(container.children, itemOf);
    return children.length > 0 ? children : unitsOf(container.querySelectorAll("*"), itemOf);
}

function unitsOf(nodes: Iterable<Element>, itemOf: ItemOf): Unit[] {
    const units: Unit[] = [];
    for (const node of nodes) {
        const said = itemOf(node);
        const item = typeof said === "string" ? { item_id: said } : said;
        if (item?.item_id) units.push({ node, item });
    }
    return units;
}

/** A tile and a button within it may both name the item: the tile counts. */
function outermost(container: Element, units: Unit[]): Unit[] {
    const nodes = new Set(units.map(({ node }) => node));
    return units.filter(({ node }) => !ancestors(node, container).some((ancestor) => nodes.has(ancestor)));
}

/** Every element between `node` and `container`, without both. */
function ancestors(node: Element, container: Element): Element[] {
    const found: Element[] = [];
    for (let at = node.parentElement; at && at !== container; at = at.parentElement) found.push(at);
    return found;
}

/**
 * In `<li><article data-item-id>` the `li` has to move; in a row of four tiles the tiles have to. So every node climbs
 * as long as nobody shares an ancestor with another item: all of them equally far.
 */
function levelsToClimb(container: Element, nodes: Element[]): number {
    const above = nodes.map((node) => ancestors(node, container));
    const items = new Map<Element, number>();
    for (const ancestor of above.flat()) items.set(ancestor, (items.get(ancestor) ?? 0) + 1);
    const alone = above.map((path) => path.filter((ancestor) => items.get(ancestor) === 1).length);
    return nodes.length > 1 ? Math.min(...alone) : 0;
}

function climb(node: Element, levels: number): Element {
    let at = node;
    for (let level = 0; level < levels && at.parentElement; level += 1) at = at.parentElement;
    return at;
}
