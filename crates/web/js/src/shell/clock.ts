/** Reads the clock and sets timers. */

/** Returns the current time in milliseconds since 1970. */
export function now(): number {
    return Date.now();
}

/** Calls `then` once, after `ms` milliseconds. Returns a function that cancels it. */
export function after(ms: number, then: () => void): () => void {
    return outside(() => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
    });
}

/** Calls `then` once, after `ms` milliseconds, without keeping a Node process alive. Returns a function that cancels it. */
export function idlyAfter(ms: number, then: () => void): () => void {
    return outside(() => {
        const timer = setTimeout(then, ms);
        letEnd(timer);
        return () => clearTimeout(timer);
    });
}

/** Calls `then` every `ms` milliseconds, without keeping a Node process alive. Returns a function that stops it. */
export function every(ms: number, then: () => void): () => void {
    return outside(() => {
        const timer = setInterval(then, ms);
        letEnd(timer);
        return () => clearInterval(timer);
    });
}

/** Returns a signal that aborts after `ms` milliseconds. */
export function expiring(ms: number): AbortSignal {
    return AbortSignal.timeout(ms);
}

/** Lets Node exit while the timer is pending. In browsers timers are numbers, and nothing is done. */
function letEnd(timer: unknown): void {
    (timer as { unref?(): void }).unref?.();
}

/**
 * Sets a timer in the root zone if the page has zone.js: an Angular app is not stable while timers of its own zone are
 * pending, and server-side rendering and hydration wait for stability.
 */
function outside<Result>(set: () => Result): Result {
    const { Zone } = globalThis as { Zone?: { root?: { run?<R>(deed: () => R): R } } };
    return typeof Zone?.root?.run === "function" ? Zone.root.run(set) : set();
}
