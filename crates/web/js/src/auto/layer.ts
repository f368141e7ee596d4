/**
 * Hears what a page pushes into an array, before and after we came, and changes nothing for those who push.
 *
 * `push` is wrapped: arguments, `this`, what it returns and what it throws stay those of the wrapped one, and others
 * may wrap before and after. What the wrapper cannot see (another array in its place, a `push` put back, an array
 * that lets nothing be wrapped) is caught up with by a look at the array every second.
 */

import { every } from "../shell/clock.js";

/** As many entries as are looked at for what was missed, the latest: Tag Manager itself keeps 300. */
const MOST_MISSED = 10_000;
/** How often the array is looked at, in milliseconds: a comparison of two lengths where nothing was missed. */
const LOOK_MS = 1000;

type Push = (this: unknown, ...entries: unknown[]) => unknown;

/** Calls `hear` with every entry of `scope[name]`, oldest first; what `hear` throws goes nowhere. */
export function hearLayer(scope: object, name: string, hear: (entry: unknown) => void): () => void {
    const listener = new LayerListener(scope, name, hear);
    listener.look();
    const stop = every(LOOK_MS, () => listener.look());
    return () => {
        stop();
        listener.end();
    };
}

class LayerListener {
    #heard = new WeakSet<object>();
    #layer: unknown;
    #ended = false;

    constructor(
        private readonly scope: object,
        private readonly name: string,
        private readonly hear: (entry: unknown) => void,
    ) {}

    /** Finds the array, wraps its `push` where that is new, and hears what was missed. */
    look(): void {
        try {
            const layer: unknown = Reflect.get(this.scope, this.name);
            if (layer !== this.#layer) {
                this.#layer = layer;
                this.#wrap(layer);
            }
            if (Array.isArray(layer)) this.#catchUp(layer);
        } catch {
            // A getter of the page threw: there is nothing to hear.
        }
    }

    end(): void {
        this.#ended = true;
    }

    /** An array that was frozen or sealed stays as it is, and so does one whose `push` cannot be set. */
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

    /** Entries are added at the end and leave at the front, so the last one heard ends the search. */
    #catchUp(layer: readonly unknown[]): void {
        const first = Math.max(0, layer.length - MOST_MISSED);
        let at = layer.length;
        while (at > first && !this.#isHeard(layer[at - 1])) at -= 1;
        for (; at < layer.length; at += 1) this.#take(layer[at]);
    }

    #isHeard(entry: unknown): boolean {
        return typeof entry === "object" && entry !== null && this.#heard.has(entry);
    }

    #take(entry: unknown): void {
        if (this.#ended || typeof entry !== "object" || entry === null) return;
        this.#heard.add(entry);
        try {
            this.hear(entry);
        } catch {
            // What a page pushes may throw when it is read. That is the page's own business.
        }
    }
}
