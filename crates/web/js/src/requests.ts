/** Converts requests and events of the page to the engine's form. */

import { MAX_ENTRIES, MAX_EVENTS, MUTE_KINDS } from "./contract.js";
import { GRANT } from "./memory.js";
import type { Change } from "./memory.js";
import { MODES } from "./mode.js";
import { absent, amount, field, flag, goodOf, id, list, optional, ownField, refused, text, whole, word } from "./validate.js";
import type { ShelfwiseError } from "./problem.js";
import type { EngineEvent, EngineRequest } from "./protocol.js";
import type { EventName, Mode } from "./types.js";

/** Limit of a list in the shop's own order: above the length of any list on a page. */
const MOST_OWN = 10_000;

type Listed = NonNullable<EngineRequest["items"]>[number];

/** Reads an event and the ids of its items; the engine checks the name. Items without an id are reported to `bad`. */
export function readEvent(name: unknown, payload: unknown, at_ms: number, bad: (why: ShelfwiseError) => void): EngineEvent {
    const event = id(name, "the event's name") as EventName;
    const items = ownField(payload, "items");
    const read = (entry: unknown, at: string) => id(ownField(entry, "item_id"), `${at}.item_id`);
    const item_ids = absent(items) ? [] : goodOf(items, `items of ${event}`, read, bad).slice(0, MAX_EVENTS);
    return { event, item_ids, at_ms };
}

/** Reads an event from the tab's storage. One of the future is refused: it would keep a visit alive indefinitely. */
export function readWaiting(entry: unknown, now_ms: number): EngineEvent {
    const event = id(ownField(entry, "event"), "event") as EventName;
    const item_ids = list(ownField(entry, "item_ids"), "item_ids", id).slice(0, MAX_EVENTS);
    return { event, item_ids, at_ms: whole(ownField(entry, "at_ms"), "at_ms", 0, now_ms) };
}

/** Reads a `rerank` request: the shop's list and the page's context. */
export function readRerank(request: unknown, now_ms: number): EngineRequest {
    const items = list(ownField(request, "items"), "items", listed);
    const limit = optional(ownField(request, "limit"), "limit", places) ?? items.length;
    return withoutPrototype({ ...page(request, now_ms), limit, items });
}

/** Reads a `recommend` request. */
export function readRecommend(request: unknown, now_ms: number): EngineRequest {
    const limit = places(ownField(request, "limit"), "limit");
    const sold_out = optional(ownField(request, "sold_out"), "sold_out", (ids, name) => list(ids, name, id)) ?? [];
    return withoutPrototype({ ...page(request, now_ms), limit, sold_out });
}

/** Reads a `choose` request. */
export function readChoose(request: unknown, now_ms: number): EngineRequest {
    const limit = optional(ownField(request, "limit"), "limit", places) ?? 1;
    return withoutPrototype({ ...page(request, now_ms), limit });
}

/** Reads the ids of a list and skips invalid entries: the shop's own order must never fail. */
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

/** Reads the shop's proof of the shopper's consent to be remembered. */
export function readReceipt(receipt: unknown): Change {
    const text = id(ownField(receipt, "id"), "receipt.id");
    return { change: GRANT, text, at_ms: whole(ownField(receipt, "at_ms"), "receipt.at_ms", 0, Number.MAX_SAFE_INTEGER) };
}

/** Reads what is to be muted: an item, a brand or a category; `from` is the number of the first kind's change. */
export function readMute(what: unknown, from: number): Change {
    const kind = MUTE_KINDS.find((kind) => !absent(ownField(what, kind)));
    if (!kind) throw refused(`say what: ${MUTE_KINDS.join(", ")}`);
    return { change: from + MUTE_KINDS.indexOf(kind), text: id(ownField(what, kind), kind), at_ms: 0 };
}

/** Reads the name of a mode. */
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
    const stock = optional(ownField(entry, "stock"), `${name}.stock`, amount);
    const price = optional(ownField(entry, "price"), `${name}.price`, amount);
    const item_category = optional(ownField(entry, "item_category"), `${name}.item_category`, text);
    const item_brand = optional(ownField(entry, "item_brand"), `${name}.item_brand`, text);
    return withoutPrototype({
        item_id,
        ...(in_stock !== undefined && { in_stock }),
        ...(stock !== undefined && { stock }),
        ...(price !== undefined && { price }),
        ...(item_category !== undefined && { item_category }),
        ...(item_brand !== undefined && { item_brand }),
    });
}

/** Copies an object without a prototype, so that an inline engine does not read what other scripts add to all objects. */
function withoutPrototype<T extends object>(object: T): T {
    return Object.assign(Object.create(null), object);
}

function itemId(entry: unknown, name: string): string {
    return typeof entry === "object" ? id(ownField(entry, "item_id"), `${name}.item_id`) : id(entry, name);
}

function places(value: unknown, name: string): number {
    return whole(value, name, 0, MAX_ENTRIES);
}
