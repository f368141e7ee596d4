/**
 * What GA4 writes into a dataLayer, in both of its forms: `{ event, ecommerce: { items } }` as Tag Manager wants it,
 * and the `arguments` of `gtag("event", name, { items })`. Fields that are not named here are not read.
 */

import { GA4_EVENTS, ITEM_EVENTS, MAX_ID_BYTES } from "../contract.js";
import type { EventName } from "../types.js";

/** GA4 takes no more items in one event, and neither do we. */
export const MOST_ITEMS = 200;
const LEVELS = ["item_category", "item_category2", "item_category3", "item_category4", "item_category5"];
const SEPARATOR = " > ";

/** Fields of an object of the page; each may be anything, and reading it may throw. */
export type Fields = Record<string, unknown>;

/** What one entry of a dataLayer is. */
export type Entry =
    | { is: "event"; name: string; form: "gtag" | "push"; ecommerce: Fields | null }
    /** `ecommerce` alone, for the event that is pushed next; null clears it. */
    | { is: "ecommerce"; ecommerce: Fields | null }
    | { is: "consent"; command: string; settings: Fields };

/** Reads one entry; null where it is of no interest. Throws what the page's getters throw. */
export function readEntry(entry: unknown): Entry | null {
    if (!isFields(entry)) return null;
    return isArguments(entry) ? readCommand(entry) : readPush(entry);
}

export function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null;
}

/** Google's tags take `arguments` for a command, and an array for something else: so do we. */
function isArguments(entry: Fields): boolean {
    return Object.prototype.toString.call(entry) === "[object Arguments]";
}

function readCommand({ 0: command, 1: name, 2: fields }: Fields): Entry | null {
    if (typeof name !== "string") return null;
    if (command === "event") return { is: "event", name, form: "gtag", ecommerce: isFields(fields) ? fields : null };
    if (command === "consent" && isFields(fields)) return { is: "consent", command: name, settings: fields };
    return null;
}

/**
 * An entry with `eventModel` is the echo of a `gtag` command by Google's tag: it was heard before.
 * `ecommerce` may stand in an entry before that of its event; Tag Manager merges the two, and so do we.
 */
function readPush(entry: Fields): Entry | null {
    const { event: name, ecommerce } = entry;
    const given = isFields(ecommerce) ? ecommerce : null;
    if (typeof name === "string") {
        return "eventModel" in entry ? null : { is: "event", name, form: "push", ecommerce: given };
    }
    return ecommerce === undefined ? null : { is: "ecommerce", ecommerce: given };
}

/** The name, where it is one of ours; undefined where it is not. */
export function knownEvent(name: string): EventName | undefined {
    return GA4_EVENTS.find((known) => known === name);
}

/**
 * Whether the shopper did something to the event's items. A list, a cart or a banner that was shown says nothing of its single
 * items, and 40 of them would crowd out what does: a visit holds 200 events.
 */
export function isAboutItems(name: EventName): boolean {
    return ITEM_EVENTS.some((known) => known === name);
}

/** Ids of the items, each once, in their order; what has none is left out, and a name is never taken for one. */
export function idsOf(ecommerce: Fields | null): string[] {
    return [...new Set(itemsOf(ecommerce).map((item) => idFrom(item["item_id"])))].filter((id) => id !== "");
}

/** The levels that all items share, or else the list's own name. */
export function categoryOf(ecommerce: Fields | null): string | undefined {
    const items = itemsOf(ecommerce);
    const shared = items.map(levelsOf).reduce(sharedLevels, null);
    if (shared?.length) return shared.join(SEPARATOR);
    return textOf(ecommerce?.["item_list_name"]) || textOf(items[0]?.["item_list_name"]) || undefined;
}

function itemsOf(ecommerce: Fields | null): Fields[] {
    const items = ecommerce?.["items"];
    return Array.isArray(items) ? items.slice(0, MOST_ITEMS).filter(isFields) : [];
}

/** An id as text, empty where it is none: shops write numbers too, and GA4 takes them for their text. */
export function idFrom(value: unknown): string {
    if (Number.isSafeInteger(value)) return String(value);
    return typeof value === "string" && value.length <= MAX_ID_BYTES ? value : "";
}

function levelsOf(item: Fields): string[] {
    const levels = LEVELS.map((level) => textOf(item[level]));
    const gap = levels.indexOf("");
    return gap < 0 ? levels : levels.slice(0, gap);
}

function sharedLevels(shared: string[] | null, levels: string[]): string[] {
    if (shared === null) return levels;
    const apart = shared.findIndex((level, at) => level !== levels[at]);
    return apart < 0 ? shared : shared.slice(0, apart);
}

function textOf(value: unknown): string {
    return typeof value === "string" && value.length <= MAX_ID_BYTES ? value : "";
}
