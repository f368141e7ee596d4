/** Reads the clock and sets timers. */

/** Now, in milliseconds since 1970. */
export function now(): number {
    return Date.now();
}

/** Calls `then` once, after so many milliseconds. What it returns cancels that. */
export function after(ms: number, then: () => void): () => void {
    return outside(() => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
    });
}

/** The same, where a server that has nothing else to do need not live until then. */
export function idlyAfter(ms: number, then: () => void): () => void {
    return outside(() => {
        const timer = setTimeout(then, ms);
        letEnd(timer);
        return () => clearTimeout(timer);
    });
}

/** Calls `then` every so many milliseconds. What it returns ends that; a server need not live for it. */
export function every(ms: number, then: () => void): () => void {
    return outside(() => {
        const timer = setInterval(then, ms);
        letEnd(timer);
        return () => clearInterval(timer);
    });
}

/** A signal that aborts after so many milliseconds. */
export function expiring(ms: number): AbortSignal {
    return AbortSignal.timeout(ms);
}

/** Node counts timers among what it waits for before it ends; browsers give numbers. */
function letEnd(timer: unknown): void {
    (timer as { unref?(): void }).unref?.();
}

/**
 * Sets a timer in the root zone where the page has zone.js: an Angular app counts the timers that are set within its own
 * zone, and is not stable, so not rendered on a server or taken over, before the last of them has run.
 */
function outside<Result>(set: () => Result): Result {
    const { Zone } = globalThis as { Zone?: { root?: { run?<R>(deed: () => R): R } } };
    return typeof Zone?.root?.run === "function" ? Zone.root.run(set) : set();
}
