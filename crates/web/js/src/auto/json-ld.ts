/**
 * The adapter for the schema.org product that a page describes for search engines. It is available before any tag runs,
 * and if a consent banner blocks the tags. Later facts from GA4 override it.
 */

import type { Adapter, EventSink } from "./adapter.js";
import { type Fields, idFrom, isFields } from "./ga4.js";

const SCRIPTS = 'script[type="application/ld+json"]';
/** Limits of parsing: pages have a handful of scripts of a few kilobytes. */
const MOST_SCRIPTS = 20;
const MOST_LETTERS = 200_000;
const MOST_NODES = 200;
/** Properties whose nested descriptions are also about the page, unlike those of related products. */
const WITHIN = ["@graph", "mainEntity", "mainEntityOfPage"];
/** Types of products, with their id fields in order of preference. */
const IDS: ReadonlyMap<unknown, readonly string[]> = new Map([
    ["Product", ["sku", "productID"]],
    ["ProductGroup", ["productGroupID", "sku"]],
]);

export class JsonLd implements Adapter {
    constructor(private readonly root: ParentNode) {}

    /** Passes the item on once, when the script runs, which is after the page was parsed. */
    listen(sink: EventSink): () => void {
        if (sink.reach() !== "nothing") {
            const ids = new Set(described(this.root).map(idOf));
            const [id] = ids;
            // With several products there is no main item.
            if (ids.size === 1 && id) sink.item(id);
        }
        return () => {};
    }
}

/** Returns all products that the page describes as its subject. */
function described(root: ParentNode): Fields[] {
    const scripts = [...root.querySelectorAll(SCRIPTS)].slice(0, MOST_SCRIPTS);
    const open: unknown[] = scripts.map(({ textContent }) => parse(textContent ?? ""));
    const products: Fields[] = [];
    for (let at = 0; at < Math.min(open.length, MOST_NODES); at += 1) {
        const node = open[at];
        if (Array.isArray(node)) open.push(...node.slice(0, MOST_NODES));
        else if (isFields(node) && kindOf(node)) products.push(node);
        else if (isFields(node)) open.push(...WITHIN.map((name) => node[name]));
    }
    return products;
}

function parse(text: string): unknown {
    try {
        return text.length > MOST_LETTERS ? null : JSON.parse(text);
    } catch {
        return null; // Not reported: search engines' tools report invalid JSON-LD to the shop.
    }
}

function kindOf({ "@type": type }: Fields): readonly string[] | undefined {
    const types: unknown[] = Array.isArray(type) ? type : [type];
    return types.map((one) => IDS.get(one)).find((ids) => ids);
}

function idOf(product: Fields): string {
    return (kindOf(product) ?? []).map((name) => idFrom(product[name])).find((id) => id !== "") ?? "";
}
