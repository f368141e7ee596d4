/** Dispatches events to listeners. Errors of listeners are isolated, and repeated events are coalesced into one call. */

import { report } from "./shell/console.js";
import type { Listeners, Problem, Status } from "./types.js";

type Name = keyof Listeners;

export class EventDispatcher {
    readonly #status: () => Status;
    readonly #listeners = new Map<Name, Set<(...given: never[]) => void>>();
    readonly #due = new Map<string, () => void>();

    constructor(status: () => Status) {
        this.#status = status;
    }

    /** Adds a listener. Returns a function that removes it. */
    add(name: Name, listener: (...given: never[]) => void): () => void {
        const set = this.#listeners.get(name) ?? new Set();
        this.#listeners.set(name, set.add(listener));
        return () => void set.delete(listener);
    }

    /** Calls the listeners of this event in a microtask, once for all calls until then. */
    dispatch(name: Exclude<Name, "error">): void {
        this.#soon(name, () => this.#call(name, this.#status()));
    }

    /** Calls the `error` listeners in a microtask, once per code, with the latest problem of that code. */
    dispatchError(problem: Problem): void {
        this.#soon(`error ${problem.code}`, () => this.#call("error", problem, this.#status()));
    }

    #soon(key: string, call: () => void): void {
        if (!this.#due.size) queueMicrotask(() => this.#flush());
        this.#due.set(key, call);
    }

    #flush(): void {
        const calls = [...this.#due.values()];
        this.#due.clear();
        for (const call of calls) call();
    }

    #call(name: Name, ...given: unknown[]): void {
        for (const listener of [...(this.#listeners.get(name) ?? [])]) {
            try {
                listener(...(given as never[]));
            } catch (thrown) {
                report(thrown);
            }
        }
    }
}
