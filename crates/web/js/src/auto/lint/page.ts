/** Checks the page for missing events and mismatches, once, some seconds after loading. */

import type { Setting } from "../setting.js";
import type { EntryLinter } from "./entries.js";
import { found } from "./finding.js";
import type { Finding } from "./finding.js";

/** The inputs of the check. */
export interface Scene {
    root: ParentNode;
    scope: object;
    setting: Pick<Setting, "layer" | "lists" | "itemAttribute" | "consent">;
    entries: Pick<EntryLinter, "seen" | "listed" | "saysConsent">;
    /** Seconds since loading, for the text. */
    seconds: number;
}

const PRODUCT = 'meta[property="og:type"][content="product" i], [itemtype$="schema.org/Product"]';

export function checkPage(scene: Scene): Finding[] {
    return [...checkLayer(scene), ...checkEvents(scene), ...checkConsent(scene), ...checkLists(scene)];
}

function checkLayer({ scope, setting: { layer } }: Scene): Finding[] {
    const value: unknown = Reflect.get(scope, layer);
    const where = `window.${layer}`;
    if (!Array.isArray(value)) {
        const text =
            "There is no such array: is the Google tag on this page, and is its dataLayer of another name (data-data-layer)? " +
            "A tag that loads after consent is noticed when it comes.";
        return [found("no_layer", where, text)];
    }
    if (Object.isFrozen(value) || Object.getOwnPropertyDescriptor(value, "push")?.writable === false) {
        const text = "push cannot be wrapped, another script has locked it: entries are noticed once a second.";
        return [found("not_wrapped", where, text)];
    }
    return [];
}

function checkEvents({ root, setting, entries: { seen }, seconds }: Scene): Finding[] {
    if (seen.size === 0) {
        const text =
            `No ecommerce event of GA4 came within ${seconds} seconds of loading. Is the tag on this page, does it push ` +
            "into this dataLayer, and does it wait for consent? In GA4's DebugView the same events are missing.";
        return [found("no_event", `window.${setting.layer}`, text)];
    }
    return [
        ...never("view_item", !seen.has("view_item") && isProductPage(root), "This page calls itself a product page"),
        ...never("view_item_list", !seen.has("view_item_list") && hasLists(root, setting.lists), "This page shows a marked list"),
    ];
}

function never(event: string, isMissing: boolean, why: string): Finding[] {
    const text = `${why}, but ${event} never came: push it when the page is shown, with the item_id of what it shows.`;
    return isMissing ? [found("event_never_came", event, text)] : [];
}

function isProductPage(root: ParentNode): boolean {
    if (root.querySelector(PRODUCT)) return true;
    const scripts = [...root.querySelectorAll('script[type="application/ld+json"]')];
    return scripts.some((script) => /"@type"\s*:\s*"Product"/.test(script.textContent ?? ""));
}

function hasLists(root: ParentNode, selector: string): boolean {
    try {
        return root.querySelector(selector) !== null;
    } catch {
        return false;
    }
}

function checkConsent({ setting, entries }: Scene): Finding[] {
    if (setting.consent === "not read" || entries.saysConsent) return [];
    const text =
        'data-consent="ga" waits for gtag("consent", …) with personalization_storage, and none came: no event of the visit ' +
        "is read. Let the consent platform send this type, too.";
    return [found("no_consent", "personalization_storage", text)];
}

function checkLists({ root, setting, entries }: Scene): Finding[] {
    let lists: Element[];
    try {
        lists = [...root.querySelectorAll(setting.lists)];
    } catch {
        return [found("bad_selector", `data-list="${setting.lists}"`, "This is no CSS selector: no list is put in order.")];
    }
    if (lists.length === 0) {
        const text =
            'No element matches: mark the container of a list with data-shelfwise-list="category", or name it by data-list. ' +
            "On pages without a list this is as it should be.";
        return [found("no_list", setting.lists, text)];
    }
    return lists.flatMap((list) => checkList(list, setting.itemAttribute, entries.listed));
}

function checkList(list: Element, attribute: string, known: ReadonlySet<string>): Finding[] {
    const ids = [...list.querySelectorAll(`[${attribute}]`)].map((node) => node.getAttribute(attribute) ?? "");
    const where = `<${list.tagName.toLowerCase()}${list.id && ` id="${list.id}"`}>`;
    if (ids.length === 0) {
        const text = `No node in this list has ${attribute}: give each item's node its item_id there, or name another attribute by data-item-attribute.`;
        return [found("no_items_in_list", where, text)];
    }
    if (known.size === 0 || ids.some((id) => known.has(id))) return [];
    const [shown, [pushed]] = [ids[0], [...known]];
    const text =
        `None of its ids (such as "${shown}") came with view_item_list (such as "${pushed}"): ` +
        `${attribute} and item_id must be the same ids, those of the catalog.`;
    return [found("ids_differ", where, text)];
}
