/** Checks the `items` of an event for missing fields and wrong types. */

import { MAX_ID_BYTES } from "../../contract.js";
import { isFields, MOST_ITEMS } from "../ga4.js";
import type { Fields } from "../ga4.js";
import { found } from "./finding.js";
import type { Finding, FindingCode } from "./finding.js";

const NUMBERS = ["price", "quantity", "discount", "index"];
const TEXTS = ["item_name", "item_brand", "item_category", "item_list_name", "item_variant"];

/** Returns the findings about the items, only the first of each code. */
export function checkItems(event: string, ecommerce: Fields | null): Finding[] {
    const items = ecommerce?.["items"];
    const where = `${event}, items`;
    if (items === undefined || items === null) return [missing(event)];
    if (!Array.isArray(items)) {
        const text = `items is ${kindOf(items)}: it must be an array of objects, also for a single item. The event is not read.`;
        return [found("items_not_array", where, text)];
    }
    if (items.length === 0) {
        return [found("items_empty", where, "items is empty: push the event when the items are known.")];
    }
    const findings = items.slice(0, MOST_ITEMS).flatMap((item, at) => checkItem(`${event}, items[${at}]`, item));
    if (items.length > MOST_ITEMS) findings.push(tooMany(where, items.length));
    return firstOfEach(findings);
}

function missing(event: string): Finding {
    const text =
        'items is missing: write { event, ecommerce: { items: [{ item_id: "…" }] } }, or gtag("event", name, { items: […] }).';
    return found("items_missing", event, text);
}

function tooMany(where: string, length: number): Finding {
    return found("items_too_many", where, `items has ${length} entries: GA4 and Shelfwise read the first ${MOST_ITEMS}.`);
}

function checkItem(where: string, item: unknown): Finding[] {
    if (!isFields(item)) {
        return [found("item_not_object", where, `This is ${kindOf(item)}: each item must be an object with an item_id.`)];
    }
    return [...checkId(where, item), ...NUMBERS.flatMap((name) => checkNumber(where, item, name)), ...checkTexts(where, item)];
}

function checkId(where: string, item: Fields): Finding[] {
    const { item_id: id } = item;
    const finding = (code: FindingCode, text: string): Finding[] => [found(code, `${where}.item_id`, text)];
    if (id === undefined || id === null || id === "") {
        const other = ["id", "sku", "product_id", "item_sku"].find((name) => item[name] !== undefined);
        const hint = other ? ` There is a field ${other}: write its value as item_id.` : "";
        return finding("item_id_missing", `item_id is missing. Items are known by it alone, never by item_name.${hint}`);
    }
    if (typeof id === "number") {
        const text = `item_id is the number ${id}: write it as text, "${id}". ${Number.isSafeInteger(id) ? "It is read as that." : "It is not read."}`;
        return finding("item_id_type", text);
    }
    if (typeof id !== "string") return finding("item_id_type", `item_id is ${kindOf(id)}: it must be text. The item is not read.`);
    if (new TextEncoder().encode(id.slice(0, MAX_ID_BYTES + 1)).length > MAX_ID_BYTES) {
        return finding("item_id_too_long", `item_id is longer than ${MAX_ID_BYTES} bytes: give the catalog's own short id. The item is not read.`);
    }
    return [];
}

/** Checks a numeric field. Shelfwise does not read it, but GA4 drops text from its reports. */
function checkNumber(where: string, item: Fields, name: string): Finding[] {
    const value = item[name];
    if (value === undefined || value === null || (typeof value === "number" && Number.isFinite(value))) return [];
    if (typeof value === "string") {
        const text = `${name} is text: GA4 wants a number, 9.99 and not "9.99". Shelfwise does not read it.`;
        return [found("number_as_text", `${where}.${name}`, text)];
    }
    const text = `${name} is ${kindOf(value)}: it must be a number. Shelfwise does not read it.`;
    return [found("field_type", `${where}.${name}`, text)];
}

function checkTexts(where: string, item: Fields): Finding[] {
    return TEXTS.filter((name) => item[name] !== undefined && item[name] !== null && typeof item[name] !== "string").map(
        (name) => found("field_type", `${where}.${name}`, `${name} is ${kindOf(item[name])}: it must be text.`),
    );
}

function firstOfEach(findings: Finding[]): Finding[] {
    return findings.filter((one, at) => findings.findIndex((other) => other.code === one.code) === at);
}

/** Describes the type of a value in words. */
export function kindOf(value: unknown): string {
    if (value === null) return "null";
    if (Array.isArray(value)) return "an array";
    if (typeof value === "number") return Number.isNaN(value) ? "NaN" : `the number ${value}`;
    return { object: "an object", string: "text", boolean: "true or false" }[typeof value as string] ?? typeof value;
}
