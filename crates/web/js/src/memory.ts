/**
 * What is remembered of earlier visits, the page's side: it reads storage, has the engine make the new bytes, and writes
 * them. Of the bytes it reads only the head, and the muted items, which stay hidden where no engine runs.
 */

import { FACTS_SECTION, MAX_MEMORY_DAYS, MEMORY_HEAD_BYTES, MEMORY_VERSION, MUTED_ITEM } from "./contract.js";
import { fromBase64, toBase64 } from "./encoding.js";
import { ShelfwiseError, problemOf } from "./problem.js";
import type { Calls } from "./protocol.js";
import { after, idlyAfter, now } from "./shell/clock.js";
import { readMemory, removeMemory, writeMemory } from "./shell/memory.js";
import { MOST_KEPT } from "./shell/storage.js";
import type { MemoryFacts } from "./types.js";

const DAY_MS = 86_400_000;
/** The longest delay of a timer in browsers, in milliseconds. */
const MOST_DELAY_MS = 2 ** 31 - 1;
/** How long browsers take to tell other processes of a change in storage, in milliseconds. */
const SETTLING_MS = 200;

/** A change beside what the visit adds: its number, and what it is about. */
export type Change = Pick<Calls["remember"]["params"], "change" | "text" | "at_ms">;
export const KEEP: Change = { change: 0, text: "", at_ms: 0 };
/** The number of a grant; mutes and their ends follow. */
export const GRANT = 1;
export const MUTE = 2;
export const UNMUTE = 5;

/** Callbacks of the memory. */
export interface Keeper {
    /** Asks the engine. */
    ask(params: Calls["remember"]["params"]): Promise<Uint8Array>;
    /** Called when a change is stored. */
    stored(): void;
    /** Called when the memory may have ended by itself: it is time, or it cannot be used. */
    ended(): void;
    complain(why: unknown): void;
}

export class Memory {
    /** When it was granted and ends; null if nothing is remembered. */
    facts: MemoryFacts | null = null;
    /** Ids of muted items. */
    muted: ReadonlySet<string> = new Set();
    /** The stored text when this handle last read or wrote it. */
    text: string | null = null;
    readonly #days: number;
    readonly #keeper: Keeper;
    /** Incremented when pending answers of the engine become invalid: the memory has ended. */
    #era = 0;
    #stopTimer: (() => void) | undefined;

    /** `days` is the longest lifetime that the shop allows. */
    constructor(days: number, keeper: Keeper) {
        this.#days = days;
        this.#keeper = keeper;
    }

    /** Takes up what storage has now. Returns whether it is other than before. */
    recall(): boolean {
        const text = readMemory();
        if (this.facts && now() >= this.facts.expires_ms) this.end();
        else if (text !== this.text) return this.#take(text), true;
        return false;
    }

    /** Has the engine make the memory with this change, and stores it. Resolves to whether that was done. */
    async change(change: Change): Promise<boolean> {
        const era = this.#era;
        for (;;) {
            const text = readMemory();
            // Another page has ended it.
            if (text === null && change.change !== GRANT) return false;
            let bytes: Uint8Array;
            try {
                bytes = await this.#keeper.ask({ ...change, stored: fromBase64(text), days: this.#days, now_ms: now() });
            } catch (thrown) {
                if (era === this.#era) this.#refuse(change, thrown);
                return false;
            }
            if (era !== this.#era) return false;
            // Another page may have written meanwhile: then once more, on top of that.
            if (readMemory() !== text) continue;
            const written = toBase64(bytes);
            if (written !== text) writeMemory(written);
            // Read back, because a full or denied storage does not hold what was written.
            if (readMemory() !== written) return this.#drop("the browser does not store it"), false;
            this.#take(written);
            if (change === KEEP) return true;
            this.#keeper.stored();
            // Or it does so now, without having seen this: browsers tell other processes of a change a little later.
            await new Promise<void>((later) => after(SETTLING_MS, later));
            if (era !== this.#era) return false;
            if (readMemory() === written) return true;
        }
    }

    /** Deletes the memory from page and storage. */
    end(): void {
        this.stop();
        // Once more, where another page of the shop was just about to write.
        if (this.text !== null) idlyAfter(SETTLING_MS, () => this.text === null && removeMemory());
        removeMemory();
        this.#take(null);
    }

    /** Stops timer and pending changes; what is stored stays. */
    stop(): void {
        this.#era += 1;
        this.#stopTimer?.();
    }

    /** A refusal without a change is about what is stored. */
    #refuse(change: Change, thrown: unknown): void {
        const { code, message } = problemOf(thrown, "engine");
        if (change === KEEP && code === "bad_request") this.#drop(message);
        else this.#keeper.complain(thrown);
    }

    #drop(why: string): void {
        this.end();
        this.#keeper.complain(new ShelfwiseError("bad_memory", `what was remembered is dropped: ${why}`));
        this.#keeper.ended();
    }

    #take(text: string | null): void {
        this.text = text;
        this.facts = null;
        this.muted = new Set();
        if (text === null) return;
        const bytes = text.length > MOST_KEPT ? null : fromBase64(text);
        const found = bytes && factsOf(bytes, this.#days);
        if (!found) return this.#drop("it is damaged, or of another version");
        if (now() >= found.expires_ms) return this.end();
        this.facts = found;
        this.muted = mutedIn(bytes);
        this.#wait();
    }

    /** Ends the memory in time on a page that stays open. */
    #wait(): void {
        this.#stopTimer?.();
        const left = (this.facts?.expires_ms ?? 0) - now();
        this.#stopTimer = idlyAfter(Math.min(left, MOST_DELAY_MS), () => {
            this.#keeper.ended();
            if (this.facts) this.#wait();
        });
    }
}

/** Reads the head of the bytes; null where they are of no use. The engine checks the rest. */
function factsOf(bytes: Uint8Array, most: number): MemoryFacts | null {
    const days = bytes[MEMORY_HEAD_BYTES - 1] ?? 0;
    if (bytes[0] !== MEMORY_VERSION || days < 1 || days > MAX_MEMORY_DAYS) return null;
    const granted_ms = new DataView(bytes.buffer).getUint32(5, true) * DAY_MS;
    return { granted_ms, expires_ms: granted_ms + Math.min(days, most) * DAY_MS };
}

/** Reads the muted items: kind, length, name and day of each fact, one after the other. */
function mutedIn(bytes: Uint8Array): Set<string> {
    const ids = new Set<string>();
    const at = (place: number) => bytes[place] ?? 0;
    for (let section: number = MEMORY_HEAD_BYTES; section < bytes.length; ) {
        const end = section + 3 + at(section + 1) + 256 * at(section + 2);
        for (let fact = section + 3; at(section) === FACTS_SECTION && fact < end; ) {
            const next = fact + 6 + at(fact + 1);
            if (at(fact) === MUTED_ITEM) ids.add(new TextDecoder().decode(bytes.subarray(fact + 2, next - 4)));
            fact = next;
        }
        section = end;
    }
    return ids;
}
