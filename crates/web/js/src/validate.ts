/**
 * Reads what a page hands over, which may be anything: getters that throw, proxies, circles, texts of megabytes.
 * Only named fields are read, each once; nothing is copied before it was measured, and nothing here throws.
 */

import { MAX_ENTRIES, MAX_ID_BYTES, MAX_TEXT_BYTES } from "./contract.js";
import { ShelfwiseError } from "./problem.js";

/** A surrogate alone: it would come back from the engine as another character. */
const HALF_A_CHARACTER = /[\uD800-\uDFFF]/u;

/** What stands where a value cannot be read. */
const UNREADABLE = Symbol("unreadable");

/** The field's value; a getter or proxy that throws reads as a value that no reader takes. */
export function field(object: unknown, name: string | number): unknown {
    if ((typeof object !== "object" && typeof object !== "function") || object === null) return undefined;
    try {
        return (object as Record<string | number, unknown>)[name];
    } catch {
        return UNREADABLE;
    }
}

/** The same of the object's own fields: what other scripts have put on `Object.prototype` was said by nobody, and does not count. */
export function ownField(object: unknown, name: string): unknown {
    try {
        return !absent(object) && Object.prototype.hasOwnProperty.call(object, name) ? field(object, name) : undefined;
    } catch {
        return UNREADABLE;
    }
}

/** Whether there is nothing to read. */
export function absent(value: unknown): value is undefined | null {
    return value === undefined || value === null;
}

/** An id: a short text (of more characters than bytes are taken, it has more bytes still), or a whole number, which many data layers write without quotes. */
export function id(value: unknown, name: string): string {
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== "string" || text === "") throw refused(`${name} must be a text`);
    if (text.length > MAX_ID_BYTES) throw refused(`${name} is too long: at most ${MAX_ID_BYTES} bytes are taken`);
    if (HALF_A_CHARACTER.test(text)) throw refused(`${name} is no valid Unicode`);
    return text;
}

/** A longer text, such as a category's path. */
export function text(value: unknown, name: string): string {
    if (typeof value !== "string") throw refused(`${name} must be a text`);
    if (value.length > MAX_TEXT_BYTES) throw refused(`${name} is too long: at most ${MAX_TEXT_BYTES} bytes are taken`);
    return value;
}

/** True or false. */
export function flag(value: unknown, name: string): boolean {
    if (typeof value !== "boolean") throw refused(`${name} must be true or false`);
    return value;
}

/** A whole number from `least` to `most`. */
export function whole(value: unknown, name: string, least: number, most: number): number {
    const fits = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
    if (!fits) throw refused(`${name} must be a whole number from ${least} to ${most}`);
    return value;
}

/** One of a few words. */
export function word<Word extends string>(value: unknown, name: string, words: readonly Word[]): Word {
    const found = words.find((known) => known === value);
    if (found === undefined) throw refused(`${name} must be one of ${words.join(", ")}`);
    return found;
}

/** Entries of a list, each read once. */
export function list<T>(value: unknown, name: string, read: (entry: unknown, name: string) => T): T[] {
    const length = lengthOf(value, name);
    // Not by `Array.from`: scripts such as Prototype replace it by one that knows no mapper.
    const entries: T[] = [];
    for (let at = 0; at < length; at += 1) entries[at] = read(field(value, at), `${name}[${at}]`);
    return entries;
}

/** The same, where a bad entry is left out and told to `bad`. */
export function goodOf<T>(value: unknown, name: string, read: (entry: unknown, name: string) => T, bad: (why: ShelfwiseError) => void): T[] {
    const entries = list(value, name, (entry, at) => attempt(() => read(entry, at), bad));
    return entries.filter((entry) => entry !== undefined);
}

/** What `read` makes of it; undefined where there is nothing. */
export function optional<T>(value: unknown, name: string, read: (value: unknown, name: string) => T): T | undefined {
    return absent(value) ? undefined : read(value, name);
}

/** The result, or undefined after `bad` was told why not. */
export function attempt<T>(read: () => T, bad: (why: ShelfwiseError) => void): T | undefined {
    try {
        return read();
    } catch (thrown) {
        bad(thrown instanceof ShelfwiseError ? thrown : refused("what was given cannot be read"));
        return undefined;
    }
}

/** The refusal of what a call was given. */
export function refused(message: string): ShelfwiseError {
    return new ShelfwiseError("bad_request", message);
}

function lengthOf(value: unknown, name: string): number {
    if (!isList(value)) throw refused(`${name} must be a list`);
    return whole(field(value, "length"), `the length of ${name}`, 0, MAX_ENTRIES);
}

/** A revoked proxy throws even here. */
function isList(value: unknown): boolean {
    try {
        return Array.isArray(value);
    } catch {
        return false;
    }
}
