/** The page's copy of the visit: events that the engine has not confirmed, and its saved bytes of the others. */

import { attempt, list, ownField } from "./validate.js";
import { LASTING_EVENTS, MAX_EVENTS } from "./contract.js";
import { fromBase64, toBase64 } from "./encoding.js";
import type { EngineEvent } from "./protocol.js";
import { readWaiting } from "./requests.js";
import { MOST_KEPT } from "./shell/storage.js";
import type { EventName } from "./types.js";

/** Version of the stored text. */
const VERSION = 1;
/** Events that are dropped last when the queue is full, as in the engine. */
const LASTING: readonly EventName[] = LASTING_EVENTS;

export class Visit {
    /** The visit as serialized by the engine; null if there is none. */
    kept: Uint8Array | null = null;
    /** Time of the last event, in milliseconds since 1970; null if there was none. */
    last_ms: number | null = null;
    #waiting: EngineEvent[] = [];
    /** Events restored from the tab's text. `resend` skips them, because the text still has them. */
    #kept = new WeakSet<EngineEvent>();
    readonly #sent = new Set<readonly EngineEvent[]>();

    /** Queues an event. At the limit the oldest one is dropped. */
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

    /** Takes the queued events, to be sent now. */
    take(): EngineEvent[] {
        const events = this.#waiting;
        this.#waiting = [];
        this.#sent.add(events);
        return events;
    }

    /** Marks these events as recorded by the engine; `saved` contains them. */
    confirm(events: readonly EngineEvent[], saved: Uint8Array | null): void {
        if (this.#sent.delete(events) && saved) this.kept = saved;
    }

    /** Drops these events, because they may be what stopped the engine. */
    lose(events: readonly EngineEvent[]): void {
        this.#sent.delete(events);
    }

    /** Sets the time of queued events to the activation of a prerendered page. */
    retime(now_ms: number): void {
        for (const event of this.#waiting) event.at_ms = now_ms;
        if (this.waits) this.last_ms = now_ms;
    }

    /** Replaces the visit by the tab's current text; unconfirmed events are queued again. */
    adopt(text: string | null, now_ms: number): void {
        const unconfirmed = [...this.#sent, this.#waiting].flat();
        this.clear();
        if (text !== null) this.restore(text, now_ms);
        this.resend(unconfirmed);
    }

    /** Queues these events again, except those that were restored from the tab's text. */
    resend(events: readonly EngineEvent[]): void {
        for (const event of events) if (!this.#kept.has(event)) this.add(event);
    }

    clear(): void {
        this.kept = null;
        this.last_ms = null;
        this.#waiting = [];
        this.#sent.clear();
    }

    /** Whether there are events that are not in the tab's text yet. */
    get isUnsaved(): boolean {
        return this.waits || this.sending;
    }

    /** Serializes the engine's bytes and the unconfirmed events for the tab; null if there are none, or too many. */
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

    /** Restores the visit from the tab's text. It is untrusted: invalid parts are ignored. */
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
 * Copies a value and shadows `toJSON`, which some scripts, such as Prototype, add to all arrays or objects, where it would
 * change the output. Texts and numbers are of no concern: `JSON.stringify` looks for it on objects only.
 */
function bare<T extends object>(value: T): T {
    const copy = Array.isArray(value) ? [...value] : { ...value };
    return Object.defineProperty(copy as T, "toJSON", { value: undefined });
}

function nobody(): void {
    // Unreadable text, such as that of another script under the same key, is not reported.
}
