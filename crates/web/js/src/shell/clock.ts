/** Reads the clock and sets timers. */

/** Now, in milliseconds since 1970. */
export function now(): number {
    return Date.now();
}

/** Calls `then` once, after so many milliseconds. What it returns cancels that. */
export function after(ms: number, then: () => void): () => void {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
}

/** The same, where a server that has nothing else to do need not live until then. */
export function idlyAfter(ms: number, then: () => void): () => void {
    const timer = setTimeout(then, ms);
    letEnd(timer);
    return () => clearTimeout(timer);
}

/** Calls `then` every so many milliseconds. What it returns ends that; a server need not live for it. */
export function every(ms: number, then: () => void): () => void {
    const timer = setInterval(then, ms);
    letEnd(timer);
    return () => clearInterval(timer);
}

/** A signal that aborts after so many milliseconds. */
export function expiring(ms: number): AbortSignal {
    return AbortSignal.timeout(ms);
}

/** Node counts timers among what it waits for before it ends; browsers give numbers. */
function letEnd(timer: unknown): void {
    (timer as { unref?(): void }).unref?.();
}
