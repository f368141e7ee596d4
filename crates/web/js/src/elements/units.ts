/** Finds the items of a container, and the node to move for each. */

import type { ListedItem } from "../types.js";

/** The default attribute with an item's id. */
export const ITEM_ATTRIBUTE = "data-item-id";
/**
 * Limit of items in one request, equal to `MAX_ENTRIES` of the contract; later ones keep their place. Not imported, which
 * would add a file for the page to load; a test compares both.
 */
export const MOST_ITEMS = 1000;

/** Returns the item of a node: its id, or its id with current facts; undefined if the node is no item. */
export type ItemOf = (node: Element) => ListedItem | string | undefined;

/** An item on the page: the node to move, and the item as passed to the engine. */
export interface Unit {
    node: Element;
    item: ListedItem;
}

/** Returns the items of `container` in document order. */
export function findUnits(container: Element, itemOf?: ItemOf): Unit[] {
    const marked = itemOf ? byFunction(container, itemOf) : byAttribute(container);
    const outer = outermost(container, marked).slice(0, MOST_ITEMS);
    const levels = levelsToClimb(container, outer.map(({ node }) => node));
    return outer.map(({ node, item }) => ({ node: climb(node, levels), item }));
}

/** Returns whether a node is or contains an item. */
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
        const [stock, price] = [numberOf(node, "data-stock"), numberOf(node, "data-price")];
        if (stock !== undefined) item.stock = stock;
        if (price !== undefined) item.price = price;
        return item;
    });
}

/** Returns the number of an attribute, as machines write it: `12.99`; undefined for anything else, which the facts of a release answer. */
function numberOf(node: Element, name: string): number | undefined {
    const text = node.getAttribute(name)?.trim();
    const number = Number(text);
    return text && number >= 0 && number < Infinity ? number : undefined;
}

/** Tries the children first, and all descendants only if none of them is an item. */
function byFunction(container: Element, itemOf: ItemOf): Unit[] {
    const children = unitsOf(container.children, itemOf);
    return children.length > 0 ? children : unitsOf(container.querySelectorAll("*"), itemOf);
}

function unitsOf(nodes: Iterable<Element>, itemOf: ItemOf): Unit[] {
    const units: Unit[] = [];
    for (const node of nodes) {
        const marked = itemOf(node);
        const item = typeof marked === "string" ? { item_id: marked } : marked;
        if (item?.item_id) units.push({ node, item });
    }
    return units;
}

/** Keeps only outermost nodes: a tile and a button within it may both have the item's id. */
function outermost(container: Element, units: Unit[]): Unit[] {
    const nodes = new Set(units.map(({ node }) => node));
    return units.filter(({ node }) => !ancestors(node, container).some((ancestor) => nodes.has(ancestor)));
}

/** Returns the elements between `node` and `container`, excluding both. */
function ancestors(node: Element, container: Element): Element[] {
    const found: Element[] = [];
    for (let at = node.parentElement; at && at !== container; at = at.parentElement) found.push(at);
    return found;
}

/**
 * Returns how many levels above its marked node each item is moved. In `<li><article data-item-id>` the `li` has to move;
 * in a row of four tiles, the tiles. So all nodes climb equally far, as long as no ancestor contains two items.
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
