/**
 * The product that a page describes for search engines, as schema.org has it, as an adapter: a fact of the page that is
 * there before any tag, and where a banner keeps the tags out. What GA4 says of the page later counts more.
 */

import type { Adapter, Hearer } from "./adapter.js";
import { type Fields, idFrom, isFields } from "./ga4.js";

const SCRIPTS = 'script[type="application/ld+json"]';
/** A page has a handful of scripts of a few kilobytes; what is beyond these is not looked at. */
const MOST_SCRIPTS = 20;
const MOST_LETTERS = 200_000;
const MOST_NODES = 200;
/** Where a description holds others that the page is about; what a product is related to is not among them. */
const WITHIN = ["@graph", "mainEntity", "mainEntityOfPage"];
/** Kinds of products, with the fields that may name one, the shop's own first. */
const IDS: ReadonlyMap<unknown, readonly string[]> = new Map([
    ["Product", ["sku", "productID"]],
    ["ProductGroup", ["productGroupID", "sku"]],
]);

export class JsonLd implements Adapter {
    constructor(private readonly root: ParentNode) {}

    /** Tells once: what the page is about when the script runs, which is after the page was read. */
    listen(hearer: Hearer): () => void {
        if (hearer.reach() !== "nothing") {
            const ids = new Set(described(this.root).map(idOf));
            const [id] = ids;
            // A page that describes several products is about none of them.
            if (ids.size === 1 && id) hearer.item(id);
        }
        return () => {};
    }
}

/** All products that the page's own descriptions are about. */
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
        return null; // Search engines say so to the shop, better than we could.
    }
}

function kindOf({ "@type": type }: Fields): readonly string[] | undefined {
    const types: unknown[] = Array.isArray(type) ? type : [type];
    return types.map((one) => IDS.get(one)).find((ids) => ids);
}

function idOf(product: Fields): string {
    return (kindOf(product) ?? []).map((name) => idFrom(product[name])).find((id) => id !== "") ?? "";
}
