/**
 * Validates values that a page passes in, which may be hostile: throwing getters, proxies, cycles, texts of megabytes.
 * Only named fields are read, each once, and lengths are checked before copying. Only `ShelfwiseError`s are thrown.
 */

import { MAX_ENTRIES, MAX_ID_BYTES, MAX_TEXT_BYTES } from "./contract.js";
import { ShelfwiseError } from "./problem.js";

/** A lone surrogate: the engine would return it as another character. */
const HALF_A_CHARACTER = /[\uD800-\uDFFF]/u;

/** The placeholder for a value that cannot be read. */
const UNREADABLE = Symbol("unreadable");

/** Returns the field's value; if a getter or proxy throws, a placeholder that every reader refuses. */
export function field(object: unknown, name: string | number): unknown {
    if ((typeof object !== "object" && typeof object !== "function") || object === null) return undefined;
    try {
        return (object as Record<string | number, unknown>)[name];
    } catch {
        return UNREADABLE;
    }
}

/** Returns the value of an own field only: what other scripts have added to `Object.prototype` is ignored. */
export function ownField(object: unknown, name: string): unknown {
    try {
        return !absent(object) && Object.prototype.hasOwnProperty.call(object, name) ? field(object, name) : undefined;
    } catch {
        return UNREADABLE;
    }
}

/** Returns whether the value is `undefined` or `null`. */
export function absent(value: unknown): value is undefined | null {
    return value === undefined || value === null;
}

/** Reads an id: a short text, or an integer, as many data layers have. A text has no fewer bytes than UTF-16 units. */
export function id(value: unknown, name: string): string {
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== "string" || text === "") throw refused(`${name} must be a string`);
    if (text.length > MAX_ID_BYTES) throw refused(`${name} is too long: at most ${MAX_ID_BYTES} bytes are taken`);
    if (HALF_A_CHARACTER.test(text)) throw refused(`${name} is not valid Unicode`);
    return text;
}

/** Reads a longer text, such as a category path. */
export function text(value: unknown, name: string): string {
    if (typeof value !== "string") throw refused(`${name} must be a string`);
    if (value.length > MAX_TEXT_BYTES) throw refused(`${name} is too long: at most ${MAX_TEXT_BYTES} bytes are taken`);
    return value;
}

/** Reads a boolean. */
export function flag(value: unknown, name: string): boolean {
    if (typeof value !== "boolean") throw refused(`${name} must be true or false`);
    return value;
}

/** Reads a number that is not negative. */
export function amount(value: unknown, name: string): number {
    if (typeof value !== "number" || !(value >= 0)) throw refused(`${name} must be a number from 0`);
    return value;
}

/** Reads an integer from `least` to `most`. */
export function whole(value: unknown, name: string, least: number, most: number): number {
    const fits = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
    if (!fits) throw refused(`${name} must be a whole number from ${least} to ${most}`);
    return value;
}

/** Reads one of a fixed set of words. */
export function word<Word extends string>(value: unknown, name: string, words: readonly Word[]): Word {
    const found = words.find((known) => known === value);
    if (found === undefined) throw refused(`${name} must be one of ${words.join(", ")}`);
    return found;
}

/** Reads the entries of a list, each once. */
export function list<T>(value: unknown, name: string, read: (entry: unknown, name: string) => T): T[] {
    const length = lengthOf(value, name);
    // Not `Array.from`: scripts such as Prototype replace it with a version that ignores the mapper.
    const entries: T[] = [];
    for (let at = 0; at < length; at += 1) entries[at] = read(field(value, at), `${name}[${at}]`);
    return entries;
}

/** Reads the entries of a list; an invalid one is left out and reported to `bad`. */
export function goodOf<T>(value: unknown, name: string, read: (entry: unknown, name: string) => T, bad: (why: ShelfwiseError) => void): T[] {
    const entries = list(value, name, (entry, at) => attempt(() => read(entry, at), bad));
    return entries.filter((entry) => entry !== undefined);
}

/** Returns the result of `read`; undefined if the value is absent. */
export function optional<T>(value: unknown, name: string, read: (value: unknown, name: string) => T): T | undefined {
    return absent(value) ? undefined : read(value, name);
}

/** Returns the result of `read`, or reports the error to `bad` and returns undefined. */
export function attempt<T>(read: () => T, bad: (why: ShelfwiseError) => void): T | undefined {
    try {
        return read();
    } catch (thrown) {
        bad(thrown instanceof ShelfwiseError ? thrown : refused("the arguments cannot be read"));
        return undefined;
    }
}

/** Makes the error for invalid arguments of a call. */
export function refused(message: string): ShelfwiseError {
    return new ShelfwiseError("bad_request", message);
}

function lengthOf(value: unknown, name: string): number {
    if (!isList(value)) throw refused(`${name} must be a list`);
    return whole(field(value, "length"), `the length of ${name}`, 0, MAX_ENTRIES);
}

/** Returns whether the value is an array. `Array.isArray` throws for a revoked proxy, which is none. */
function isList(value: unknown): boolean {
    try {
        return Array.isArray(value);
    } catch {
        return false;
    }
}
