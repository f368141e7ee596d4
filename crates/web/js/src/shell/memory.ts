/**
 * Reads and writes one key of the shop's `localStorage`: what is remembered of earlier visits after the shopper's grant.
 * The key is written out each time, so that the audit sees in the shipped script that there is no other.
 */

/** Returns the stored text; null if there is none, or the browser denies access. */
export function readMemory(): string | null {
    try {
        return globalThis.localStorage.getItem("shelfwise");
    } catch {
        return null;
    }
}

/** Replaces the stored text. If the quota is exceeded, the previous one stays. */
export function writeMemory(text: string): void {
    try {
        globalThis.localStorage.setItem("shelfwise", text);
    } catch {
        // The caller reads back what is stored.
    }
}

export function removeMemory(): void {
    try {
        globalThis.localStorage.removeItem("shelfwise");
    } catch {
        // A browser that denies storage has stored nothing.
    }
}
