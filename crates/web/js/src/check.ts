/**
 * Combinators that validate plain data, composed by `contract.ts`: known fields are copied, anything else is refused.
 * The calls are marked as pure, so that bundlers drop them from scripts that only need a constant of the contract.
 */

import { ShelfwiseError } from "./problem.js";
import { MOST_KEPT } from "./shell/storage.js";

/** Limits of texts and lists in an answer: above any that the engine produces. */
const MOST_CHARACTERS = 2048;
const MOST_LISTED = 1000;

/** Validates a value and returns a copy of its known fields; throws if it does not match. */
export type Check = (value: unknown) => unknown;

export const refuse = (): never => {
    throw new ShelfwiseError("engine", "the engine's answer is not of the agreed shape");
};
const when = (fits: (value: unknown) => boolean): Check => (value) => (fits(value) ? value : refuse());
export const text = /* @__PURE__ */ when((value) => typeof value === "string" && value.length <= MOST_CHARACTERS);
export const number = /* @__PURE__ */ when((value) => typeof value === "number");
export const flag = /* @__PURE__ */ when((value) => typeof value === "boolean");
export const bytes = /* @__PURE__ */ when((value) => value instanceof Uint8Array && value.length <= MOST_KEPT);
export const orNull = (check: Check): Check => (value) => (value === null || value === undefined ? null : check(value));
export const oneOf = (...words: string[]): Check => when((value) => words.includes(value as string));
export const list = (check: Check): Check => (value) => (Array.isArray(value) && value.length <= MOST_LISTED ? value.map(check) : refuse());
export const record = (fields: Record<string, Check>): Check => (value) => {
    if (typeof value !== "object" || value === null) return refuse();
    const read = ([name, check]: [string, Check]) => [name, check((value as Record<string, unknown>)[name])];
    return Object.fromEntries(Object.entries(fields).map(read));
};
