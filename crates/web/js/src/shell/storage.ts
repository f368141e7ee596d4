/** Keeps one key in the tab's `sessionStorage`. */

/** The key. */
export const KEY = "shelfwise";

/** The most that is kept, in characters. */
export const MOST_KEPT = 64 * 1024;

/** What is kept; null where nothing is, where it is longer than we write, or where the browser denies it. */
export function readKept(): string | null {
    try {
        const text = globalThis.sessionStorage.getItem(KEY);
        return text !== null && text.length <= MOST_KEPT ? text : null;
    } catch {
        return null;
    }
}

/** Keeps a text in place of the one before. Where there is no room for it, nothing is kept. */
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
        // A browser that denies storage has kept nothing.
    }
}
