/**
 * Parses GA4 entries of a dataLayer in both forms: `{ event, ecommerce: { items } }` of Tag Manager, and the `arguments`
 * of `gtag("event", name, { items })`. Fields that are not named here are not read.
 */

import { GA4_EVENTS, ITEM_EVENTS, MAX_ID_BYTES } from "../contract.js";
import type { EventName } from "../types.js";

/** Limit of items in one event, the same as in GA4. */
export const MOST_ITEMS = 200;
const LEVELS = ["item_category", "item_category2", "item_category3", "item_category4", "item_category5"];
const SEPARATOR = " > ";

/** An object of the page: each field may have any type, and reading it may throw. */
export type Fields = Record<string, unknown>;

/** A parsed entry of a dataLayer. */
export type Entry =
    | { is: "event"; name: string; form: "gtag" | "push"; ecommerce: Fields | null }
    /** `ecommerce` without an event: it belongs to the next one; null clears it. */
    | { is: "ecommerce"; ecommerce: Fields | null }
    | { is: "consent"; command: string; settings: Fields };

/** Parses one entry; null if it is of another kind. Errors of the page's getters pass through. */
export function readEntry(entry: unknown): Entry | null {
    if (!isFields(entry)) return null;
    return isArguments(entry) ? readCommand(entry) : readPush(entry);
}

export function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null;
}

/** Returns whether the entry is an `arguments` object: like Google's tags, arrays are not read as commands. */
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
 * Parses a Tag Manager entry. One with `eventModel` is the echo of a `gtag` command by Google's tag, and was read before.
 * `ecommerce` may be pushed before its event; the two are merged, as in Tag Manager.
 */
function readPush(entry: Fields): Entry | null {
    const { event: name, ecommerce } = entry;
    const given = isFields(ecommerce) ? ecommerce : null;
    if (typeof name === "string") {
        return "eventModel" in entry ? null : { is: "event", name, form: "push", ecommerce: given };
    }
    return ecommerce === undefined ? null : { is: "ecommerce", ecommerce: given };
}

/** Returns the name if it is a known event; otherwise undefined. */
export function knownEvent(name: string): EventName | undefined {
    return GA4_EVENTS.find((known) => known === name);
}

/**
 * Returns whether the event is evidence for its individual items. A list, cart or banner that was shown is none, and its 40
 * items would displace real evidence: a visit holds 200 events.
 */
export function isAboutItems(name: EventName): boolean {
    return ITEM_EVENTS.some((known) => known === name);
}

/** Returns the distinct ids of the items in order. Items without an id are skipped; a name is never used as an id. */
export function idsOf(ecommerce: Fields | null): string[] {
    return [...new Set(itemsOf(ecommerce).map((item) => idFrom(item["item_id"])))].filter((id) => id !== "");
}

/** Returns the category levels that all items share, or else the name of the list. */
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

/** Converts an id to text; empty if it is invalid. Integers are accepted, which GA4 converts to text too. */
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
