/** Requests and events of the page, as the engine takes them. */

import { MAX_ENTRIES, MAX_EVENTS } from "./contract.js";
import { MODES } from "./mode.js";
import { absent, field, flag, goodOf, id, list, optional, text, whole, word } from "./validate.js";
import type { ShelfwiseError } from "./problem.js";
import type { EngineEvent, EngineRequest } from "./protocol.js";
import type { EventName, Mode } from "./types.js";

/** The longest list that is given back in the shop's own order: longer than any page shows. */
const MOST_OWN = 10_000;

type Listed = NonNullable<EngineRequest["items"]>[number];

/** An event with the ids of its items; the engine knows the names. Items without an id are left out, and `bad` is told. */
export function readEvent(name: unknown, payload: unknown, at_ms: number, bad: (why: ShelfwiseError) => void): EngineEvent {
    const event = id(name, "the event's name") as EventName;
    const items = field(payload, "items");
    const read = (entry: unknown, at: string) => id(field(entry, "item_id"), `${at}.item_id`);
    const item_ids = absent(items) ? [] : goodOf(items, `items of ${event}`, read, bad).slice(0, MAX_EVENTS);
    return { event, item_ids, at_ms };
}

/** An event as a tab kept it. One of the future would keep a visit alive for ever. */
export function readWaiting(entry: unknown, now_ms: number): EngineEvent {
    const event = id(field(entry, "event"), "event") as EventName;
    const item_ids = list(field(entry, "item_ids"), "item_ids", id).slice(0, MAX_EVENTS);
    return { event, item_ids, at_ms: whole(field(entry, "at_ms"), "at_ms", 0, now_ms) };
}

/** The shop's list with the page's facts. */
export function readRerank(request: unknown, now_ms: number): EngineRequest {
    const items = list(field(request, "items"), "items", listed);
    const limit = optional(field(request, "limit"), "limit", places) ?? items.length;
    return { ...page(request, now_ms), limit, items };
}

/** What is wanted out of the catalog. */
export function readRecommend(request: unknown, now_ms: number): EngineRequest {
    const limit = places(field(request, "limit"), "limit");
    const sold_out = optional(field(request, "sold_out"), "sold_out", (ids, name) => list(ids, name, id)) ?? [];
    return { ...page(request, now_ms), limit, sold_out };
}

/** The ids of a list as far as they can be read: for the shop's own order, which must come whatever else is wrong. */
export function readIds(items: unknown, limit: unknown): string[] {
    const ids: string[] = [];
    const length = field(items, "length");
    const end = typeof length === "number" ? Math.min(length, MOST_OWN) : 0;
    for (let at = 0; at < end; at += 1) {
        const entry = field(items, at);
        const item_id = typeof entry === "object" ? field(entry, "item_id") : entry;
        if (typeof item_id === "string" || typeof item_id === "number") ids.push(String(item_id));
    }
    return typeof limit === "number" && limit >= 0 ? ids.slice(0, limit) : ids;
}

/** A mode by its name. */
export function readMode(value: unknown, name: string): Mode {
    return word(value, name, MODES);
}

function page(request: unknown, now_ms: number): Omit<EngineRequest, "limit"> {
    const context = field(request, "context");
    const own = optional(field(request, "item"), "item", id);
    const item = own ?? optional(field(context, "item"), "context.item", id);
    const category = optional(field(context, "category"), "context.category", text);
    const cell = optional(field(context, "cell"), "context.cell", text);
    const placement = id(field(request, "placement"), "placement");
    return {
        placement,
        now_ms,
        ...(item !== undefined && { item }),
        ...(category !== undefined && { category }),
        ...(cell !== undefined && { cell }),
    };
}

function listed(entry: unknown, name: string): Listed {
    const item_id = itemId(entry, name);
    if (typeof entry !== "object") return { item_id };
    const in_stock = optional(field(entry, "in_stock"), `${name}.in_stock`, flag);
    const item_category = optional(field(entry, "item_category"), `${name}.item_category`, text);
    const item_brand = optional(field(entry, "item_brand"), `${name}.item_brand`, text);
    return {
        item_id,
        ...(in_stock !== undefined && { in_stock }),
        ...(item_category !== undefined && { item_category }),
        ...(item_brand !== undefined && { item_brand }),
    };
}

function itemId(entry: unknown, name: string): string {
    return typeof entry === "object" ? id(field(entry, "item_id"), `${name}.item_id`) : id(entry, name);
}

function places(value: unknown, name: string): number {
    return whole(value, name, 0, MAX_ENTRIES);
}
