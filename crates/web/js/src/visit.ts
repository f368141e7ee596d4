/** The visit on the page's side: events on their way to the engine, and what is kept of those that arrived. */

import { attempt, field, list } from "./validate.js";
import type { EngineEvent } from "./protocol.js";
import { readWaiting } from "./requests.js";
import { MOST_KEPT } from "./shell/storage.js";
import type { EventName } from "./types.js";

/** The most events that wait: as many as the engine holds. */
const MOST_WAITING = 200;
/** The version of the text that is kept. */
const VERSION = 1;
/** Events that decide what is hidden or in the cart: in a flood they leave last, as in the engine. */
const OUTLAST: readonly EventName[] = ["hide_item", "undo", "add_to_cart", "remove_from_cart", "purchase", "gift_on", "gift_off"];

export class Visit {
    /** The engine's own bytes of the visit; null while there are none. */
    kept: Uint8Array | null = null;
    #waiting: EngineEvent[] = [];
    readonly #sent = new Set<readonly EngineEvent[]>();

    /** Lets an event wait. Past the limit the oldest leaves. */
    add(event: EngineEvent): void {
        if (this.#waiting.length >= MOST_WAITING) {
            const oldest = this.#waiting.findIndex(({ event: name }) => !OUTLAST.includes(name));
            this.#waiting.splice(Math.max(oldest, 0), 1);
        }
        this.#waiting.push(event);
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

    clear(): void {
        this.kept = null;
        this.#waiting = [];
        this.#sent.clear();
    }

    /** What a tab keeps: the engine's bytes, and the events that it has not confirmed yet. Null where there is nothing, or too much. */
    text(): string | null {
        const unconfirmed = [...this.#sent, this.#waiting].flat();
        if (!this.kept && !unconfirmed.length) return null;
        const visit = this.kept && toBase64(this.kept);
        for (let from = 0; from <= unconfirmed.length; from += 1) {
            const text = JSON.stringify({ v: VERSION, visit, waiting: unconfirmed.slice(from) });
            if (text.length <= MOST_KEPT) return text;
        }
        return null;
    }

    /** Takes up what a tab kept. Anything may stand there: what is not of our making is left. */
    restore(text: string, now_ms: number): void {
        const kept = attempt(() => JSON.parse(text) as unknown, nobody);
        if (field(kept, "v") !== VERSION) return;
        this.kept = fromBase64(field(kept, "visit"));
        const events = attempt(() => list(field(kept, "waiting"), "waiting", (entry) => readWaiting(entry, now_ms)), nobody);
        for (const event of events ?? []) this.add(event);
    }
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
