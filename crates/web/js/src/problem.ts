/** What goes wrong, as an error that carries its code. */

import type { ErrorCode, Problem } from "./types.js";

/** The longest text of a problem that is passed on: a sentence or two, not a document. */
const MOST_TEXT = 500;

export class ShelfwiseError extends Error {
    readonly code: ErrorCode;

    constructor(code: ErrorCode, message: string) {
        super(message);
        this.code = code;
    }
}

/** Any thrown value as a problem; what is not ours counts as `code`. */
export function problemOf(thrown: unknown, code: ErrorCode): Problem {
    if (thrown instanceof ShelfwiseError) return { code: thrown.code, message: thrown.message };
    return { code, message: textOf(thrown) };
}

/** The text of a thrown value, which may be hostile itself. */
export function textOf(thrown: unknown): string {
    try {
        const text: unknown = thrown instanceof Error ? thrown.message : thrown;
        return typeof text === "string" ? text.slice(0, MOST_TEXT) : "an unknown error";
    } catch {
        return "an error that cannot be read";
    }
}
