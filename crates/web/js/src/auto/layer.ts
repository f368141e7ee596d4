/**
 * Observes what a page pushes into an array, before and after this script starts, transparently for its callers.
 *
 * `push` is wrapped: arguments, `this`, result and exceptions stay those of the wrapped function, and other scripts may
 * wrap it before and after. What the wrapper misses (a replaced array, a restored `push`, a frozen array) is found by
 * polling the array every second.
 */

import { every } from "../shell/clock.js";

/** Limit of entries that are searched for missed ones, from the latest: Tag Manager itself keeps 300. */
const MOST_MISSED = 10_000;
/** Interval of polling, in milliseconds. Cheap: the search stops at the last entry if nothing was missed. */
const POLL_MS = 1000;

type Push = (this: unknown, ...entries: unknown[]) => unknown;

/** Calls `receive` with every entry of `scope[name]`, oldest first; its exceptions are ignored. Returns a stop function. */
export function listenToLayer(scope: object, name: string, receive: (entry: unknown) => void): () => void {
    const listener = new LayerListener(scope, name, receive);
    listener.poll();
    const stop = every(POLL_MS, () => listener.poll());
    return () => {
        stop();
        listener.end();
    };
}

class LayerListener {
    #seen = new WeakSet<object>();
    #layer: unknown;
    #ended = false;

    constructor(
        private readonly scope: object,
        private readonly name: string,
        private readonly receive: (entry: unknown) => void,
    ) {}

    /** Reads the array, wraps its `push` if the array is new, and passes on missed entries. */
    poll(): void {
        try {
            const layer: unknown = Reflect.get(this.scope, this.name);
            if (layer !== this.#layer) {
                this.#layer = layer;
                this.#wrap(layer);
            }
            if (Array.isArray(layer)) this.#catchUp(layer);
        } catch {
            // A getter of the page threw: there is nothing to read.
        }
    }

    end(): void {
        this.#ended = true;
    }

    /** Wraps `push`. Has no effect if the array is frozen or sealed, or its `push` cannot be set. */
    #wrap(layer: unknown): void {
        if (typeof layer !== "object" || layer === null || !("push" in layer)) return;
        const original = layer.push;
        if (typeof original !== "function") return;
        const take = (entry: unknown): void => this.#take(entry);
        const wrapper: Push = function (...entries) {
            for (let at = 0; at < entries.length; at += 1) take(entries[at]);
            return Reflect.apply(original, this, entries);
        };
        Reflect.set(layer, "push", wrapper);
    }

    /** Passes on missed entries. Arrays grow at the end and shrink at the front, so the last known entry ends the search. */
    #catchUp(layer: readonly unknown[]): void {
        const first = Math.max(0, layer.length - MOST_MISSED);
        let at = layer.length;
        while (at > first && !this.#isHeard(layer[at - 1])) at -= 1;
        for (; at < layer.length; at += 1) this.#take(layer[at]);
    }

    #isHeard(entry: unknown): boolean {
        return typeof entry === "object" && entry !== null && this.#seen.has(entry);
    }

    #take(entry: unknown): void {
        if (this.#ended || typeof entry !== "object" || entry === null) return;
        this.#seen.add(entry);
        try {
            this.receive(entry);
        } catch {
            // Entries of the page may throw when they are read: ignored, so that `push` never fails because of it.
        }
    }
}
