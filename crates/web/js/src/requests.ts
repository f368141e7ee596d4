/** Requests and events of the page, as the engine takes them. */

import { MAX_ENTRIES, MAX_EVENTS } from "./contract.js";
import { MODES } from "./mode.js";
import { absent, field, flag, goodOf, id, list, optional, ownField, text, whole, word } from "./validate.js";
import type { ShelfwiseError } from "./problem.js";
import type { EngineEvent, EngineRequest } from "./protocol.js";
import type { EventName, Mode } from "./types.js";

/** The longest list that is given back in the shop's own order: longer than any page shows. */
const MOST_OWN = 10_000;

type Listed = NonNullable<EngineRequest["items"]>[number];

/** An event with the ids of its items; the engine knows the names. Items without an id are left out, and `bad` is told. */
export function readEvent(name: unknown, payload: unknown, at_ms: number, bad: (why: ShelfwiseError) => void): EngineEvent {
    const event = id(name, "the event's name") as EventName;
    const items = ownField(payload, "items");
    const read = (entry: unknown, at: string) => id(ownField(entry, "item_id"), `${at}.item_id`);
    const item_ids = absent(items) ? [] : goodOf(items, `items of ${event}`, read, bad).slice(0, MAX_EVENTS);
    return { event, item_ids, at_ms };
}

/** An event as a tab kept it. One of the future would keep a visit alive for ever. */
export function readWaiting(entry: unknown, now_ms: number): EngineEvent {
    const event = id(ownField(entry, "event"), "event") as EventName;
    const item_ids = list(ownField(entry, "item_ids"), "item_ids", id).slice(0, MAX_EVENTS);
    return { event, item_ids, at_ms: whole(ownField(entry, "at_ms"), "at_ms", 0, now_ms) };
}

/** The shop's list with the page's facts. */
export function readRerank(request: unknown, now_ms: number): EngineRequest {
    const items = list(ownField(request, "items"), "items", listed);
    const limit = optional(ownField(request, "limit"), "limit", places) ?? items.length;
    return withoutPrototype({ ...page(request, now_ms), limit, items });
}

/** What is wanted out of the catalog. */
export function readRecommend(request: unknown, now_ms: number): EngineRequest {
    const limit = places(ownField(request, "limit"), "limit");
    const sold_out = optional(ownField(request, "sold_out"), "sold_out", (ids, name) => list(ids, name, id)) ?? [];
    return withoutPrototype({ ...page(request, now_ms), limit, sold_out });
}

/** The ids of a list as far as they can be read: for the shop's own order, which must come whatever else is wrong. */
export function readIds(items: unknown, limit: unknown): string[] {
    const ids: string[] = [];
    const length = field(items, "length");
    const end = typeof length === "number" ? Math.min(length, MOST_OWN) : 0;
    for (let at = 0; at < end; at += 1) {
        const entry = field(items, at);
        const item_id = typeof entry === "object" ? ownField(entry, "item_id") : entry;
        if (typeof item_id === "string" || typeof item_id === "number") ids.push(String(item_id));
    }
    return typeof limit === "number" && limit >= 0 ? ids.slice(0, limit) : ids;
}

/** A mode by its name. */
export function readMode(value: unknown, name: string): Mode {
    return word(value, name, MODES);
}

function page(request: unknown, now_ms: number): Omit<EngineRequest, "limit"> {
    const context = ownField(request, "context");
    const own = optional(ownField(request, "item"), "item", id);
    const item = own ?? optional(ownField(context, "item"), "context.item", id);
    const category = optional(ownField(context, "category"), "context.category", text);
    const cell = optional(ownField(context, "cell"), "context.cell", text);
    const placement = id(ownField(request, "placement"), "placement");
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
    if (typeof entry !== "object") return withoutPrototype({ item_id });
    const in_stock = optional(ownField(entry, "in_stock"), `${name}.in_stock`, flag);
    const item_category = optional(ownField(entry, "item_category"), `${name}.item_category`, text);
    const item_brand = optional(ownField(entry, "item_brand"), `${name}.item_brand`, text);
    return withoutPrototype({
        item_id,
        ...(in_stock !== undefined && { in_stock }),
        ...(item_category !== undefined && { item_category }),
        ...(item_brand !== undefined && { item_brand }),
    });
}

/** The same object without a prototype: an engine on the page must not read there what other scripts have put on all objects. */
function withoutPrototype<T extends object>(object: T): T {
    return Object.assign(Object.create(null), object);
}

function itemId(entry: unknown, name: string): string {
    return typeof entry === "object" ? id(ownField(entry, "item_id"), `${name}.item_id`) : id(entry, name);
}

function places(value: unknown, name: string): number {
    return whole(value, name, 0, MAX_ENTRIES);
}
