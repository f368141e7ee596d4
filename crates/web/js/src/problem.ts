/** Errors that carry a code. */

import type { ErrorCode, Problem } from "./types.js";

/** Limit of a message in characters: a sentence or two, not a document. */
const MOST_TEXT = 500;

export class ShelfwiseError extends Error {
    readonly code: ErrorCode;

    constructor(code: ErrorCode, message: string) {
        super(message);
        this.code = code;
    }
}

/** Converts any thrown value to a problem; `code` is for values that are no `ShelfwiseError`. */
export function problemOf(thrown: unknown, code: ErrorCode): Problem {
    if (thrown instanceof ShelfwiseError) return { code: thrown.code, message: thrown.message };
    return { code, message: textOf(thrown) };
}

/** Returns the text of a thrown value, which may itself throw when read. */
export function textOf(thrown: unknown): string {
    try {
        const text: unknown = thrown instanceof Error ? thrown.message : thrown;
        return typeof text === "string" ? text.slice(0, MOST_TEXT) : "an unknown error";
    } catch {
        return "an error that cannot be read";
    }
}
