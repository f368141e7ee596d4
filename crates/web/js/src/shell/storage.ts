/** Reads and writes one key of the tab's `sessionStorage`. */

/** The storage key. */
export const KEY = "shelfwise";

/** Maximum length of the stored text, in characters. */
export const MOST_KEPT = 64 * 1024;

/** Returns the stored text; null if there is none, it is over the limit, or the browser denies access. */
export function readKept(): string | null {
    try {
        const text = globalThis.sessionStorage.getItem(KEY);
        return text !== null && text.length <= MOST_KEPT ? text : null;
    } catch {
        return null;
    }
}

/** Replaces the stored text. If the quota is exceeded, removes the previous one too. */
export function writeKept(text: string): void {
    try {
        globalThis.sessionStorage.setItem(KEY, text);
    } catch {
        removeKept();
    }
}

export function removeKept(): void {
    try {
        globalThis.sessionStorage.removeItem(KEY);
    } catch {
        // A browser that denies storage has stored nothing.
    }
}
