/** The visit on the page's side: events on their way to the engine, and what is kept of those that arrived. */

import { attempt, list, ownField } from "./validate.js";
import { LASTING_EVENTS, MAX_EVENTS } from "./contract.js";
import type { EngineEvent } from "./protocol.js";
import { readWaiting } from "./requests.js";
import { MOST_KEPT } from "./shell/storage.js";
import type { EventName } from "./types.js";

/** The version of the text that is kept. */
const VERSION = 1;
/** In a flood these leave last, as in the engine. */
const LASTING: readonly EventName[] = LASTING_EVENTS;

export class Visit {
    /** The engine's own bytes of the visit; null while there are none. */
    kept: Uint8Array | null = null;
    /** When the last event happened, in milliseconds since 1970; null where there was none. */
    last_ms: number | null = null;
    #waiting: EngineEvent[] = [];
    /** Events that the tab kept unconfirmed: who takes up the text later has them from there, too. */
    #kept = new WeakSet<EngineEvent>();
    readonly #sent = new Set<readonly EngineEvent[]>();

    /** Lets an event wait. Past the limit the oldest leaves. */
    add(event: EngineEvent): void {
        if (this.#waiting.length >= MAX_EVENTS) {
            const oldest = this.#waiting.findIndex(({ event: name }) => !LASTING.includes(name));
            this.#waiting.splice(Math.max(oldest, 0), 1);
        }
        this.#waiting.push(event);
        this.last_ms = Math.max(event.at_ms, this.last_ms ?? event.at_ms);
    }

    get waits(): boolean {
        return this.#waiting.length > 0;
    }

    get sending(): boolean {
        return this.#sent.size > 0;
    }

    /** What waits, to be sent now. */
    take(): EngineEvent[] {
        const events = this.#waiting;
        this.#waiting = [];
        this.#sent.add(events);
        return events;
    }

    /** The engine has taken these events; what it saved holds all of them. */
    confirm(events: readonly EngineEvent[], saved: Uint8Array | null): void {
        if (this.#sent.delete(events) && saved) this.kept = saved;
    }

    /** These events are lost: they may be what stopped the engine. */
    lose(events: readonly EngineEvent[]): void {
        this.#sent.delete(events);
    }

    /** Events that were told before anybody came to the page happen when somebody comes. */
    retime(now_ms: number): void {
        for (const event of this.#waiting) event.at_ms = now_ms;
        if (this.waits) this.last_ms = now_ms;
    }

    /** Takes up what a tab keeps now in place of what it kept before; events that are not confirmed wait to be sent. */
    adopt(text: string | null, now_ms: number): void {
        const unconfirmed = [...this.#sent, this.#waiting].flat();
        this.clear();
        if (text !== null) this.restore(text, now_ms);
        this.resend(unconfirmed);
    }

    /** These events are to be sent once more, but for those that the tab kept. */
    resend(events: readonly EngineEvent[]): void {
        for (const event of events) if (!this.#kept.has(event)) this.add(event);
    }

    clear(): void {
        this.kept = null;
        this.last_ms = null;
        this.#waiting = [];
        this.#sent.clear();
    }

    /** Whether there are events that the tab does not keep yet. */
    get isUnsaved(): boolean {
        return this.waits || this.sending;
    }

    /** What a tab keeps: the engine's bytes, and the events that it has not confirmed yet. Null where there is nothing, or too much. */
    text(): string | null {
        const unconfirmed = [...this.#sent, this.#waiting].flat();
        if (!this.kept && !unconfirmed.length) return null;
        const visit = this.kept && toBase64(this.kept);
        const events = unconfirmed.map(({ event, item_ids, at_ms }) => bare({ event, item_ids: bare(item_ids), at_ms }));
        for (let from = 0; from <= unconfirmed.length; from += 1) {
            const text = JSON.stringify(bare({ v: VERSION, visit, last_ms: this.last_ms, waiting: bare(events.slice(from)) }));
            if (text.length <= MOST_KEPT) return text;
        }
        return null;
    }

    /** Takes up what a tab kept. Anything may stand there: what is not of our making is left. */
    restore(text: string, now_ms: number): void {
        const kept = attempt(() => JSON.parse(text) as unknown, nobody);
        if (ownField(kept, "v") !== VERSION) return;
        this.kept = fromBase64(ownField(kept, "visit"));
        const last = ownField(kept, "last_ms");
        if (this.kept) this.last_ms = typeof last === "number" && last <= now_ms ? last : now_ms;
        const events = attempt(() => list(ownField(kept, "waiting"), "waiting", (entry) => readWaiting(entry, now_ms)), nobody);
        for (const event of events ?? []) {
            this.#kept.add(event);
            this.add(event);
        }
    }
}

/**
 * A copy that JSON takes as it is: its own `toJSON`, of nothing, hides what other scripts, such as Prototype, have put on all
 * lists or all objects. Texts and numbers need none: JSON asks objects alone.
 */
function bare<T extends object>(value: T): T {
    const copy = Array.isArray(value) ? [...value] : { ...value };
    return Object.defineProperty(copy as T, "toJSON", { value: undefined });
}

function toBase64(bytes: Uint8Array): string {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
}

function fromBase64(text: unknown): Uint8Array | null {
    if (typeof text !== "string") return null;
    const bytes = attempt(() => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)), nobody);
    return bytes ?? null;
}

function nobody(): void {
    // What was kept by something else is nobody's mistake.
}
