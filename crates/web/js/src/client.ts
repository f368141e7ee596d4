/** Implements the handle's calls: applies modes, keeps the visit, asks the engine, falls back to the shop's own order. */

import { IDLE_MS } from "./contract.js";
import { EventDispatcher } from "./listeners.js";
import { KEEP, Memory } from "./memory.js";
import type { Change } from "./memory.js";
import { decide, holdsVisit } from "./mode.js";
import type { ModeInputs } from "./mode.js";
import type { Settings } from "./options.js";
import { shopOrder } from "./order.js";
import { attempt, refused } from "./validate.js";
import type { Platform } from "./platform.js";
import { ShelfwiseError, problemOf } from "./problem.js";
import type { CallName, Calls, EngineRequest } from "./protocol.js";
import { readEvent, readIds } from "./requests.js";
import { Runner, within } from "./runner.js";
import { idlyAfter, now } from "./shell/clock.js";
import { cellOf } from "./shell/context.js";
import { entered, isPage, isPrerendering, onLeave, onOnline, onShown } from "./shell/page.js";
import { signals } from "./shell/signals.js";
import { KEY, readKept, removeKept, writeKept } from "./shell/storage.js";
import type { Consent, ExportedData, Listeners, Mode, ModeSource, Problem, Profile, Slate, Status } from "./types.js";
import { Trials } from "./trials.js";
import { Visit } from "./visit.js";

/** Mode sources that are browser signals. */
const SIGNALS: ReadonlySet<ModeSource> = new Set(["gpc", "dnt", "signal_unreadable"]);

export class Client {
    readonly trials: Trials;
    readonly dispatcher = new EventDispatcher(() => this.status);
    readonly #settings: Settings;
    readonly #runner: Runner;
    readonly #visit = new Visit();
    readonly #inputs: ModeInputs;
    readonly #memory: Memory;
    /** A grant that is not stored yet. */
    #grant: Change | null = null;
    #held: ReturnType<typeof decide> = { mode: "off", source: "shop" };
    #problem: Problem | null = null;
    #paused = false;
    #closed = false;
    /** Incremented when pending answers become invalid: the mode changed, or the visit was deleted. */
    #era = 0;
    #stopIdling: (() => void) | undefined;
    #stopWatching: (() => void) | undefined;
    /** The tab's stored text when this handle last read or wrote it. */
    #seen: string | null = null;

    constructor(settings: Settings, platform: Platform | null) {
        this.#settings = settings;
        this.trials = new Trials(settings, this);
        this.#runner = new Runner(settings, platform, {
            begin: () => ({ mode: this.#held.mode, kept: this.#visit.kept }),
            opened: (taken) => this.#opened(taken),
            trouble: (problem) => this.#trouble(problem),
            guarded: () => this.dispatcher.dispatch("update"),
        });
        this.#inputs = { ceiling: settings.mode, isGranted: false, signals: [], consent: settings.consent, shopper: null };
        this.#memory = new Memory(settings.memoryDays, {
            ask: (params) => this.#runner.ask("remember", params),
            stored: () => this.dispatcher.dispatch("update"),
            ended: () => this.#settle(),
            complain: (why) => this.complain(why),
        });
        this.#watch();
    }

    /** Resolves when the engine is ready, has failed, or `timeoutMs` has passed. */
    async start(): Promise<void> {
        this.#settle();
        if (this.#held.mode === "off") this.#enter("off");
        if (this.#inputs.consent === "denied") this.#remove();
        // A prerendered page may wait: `timeoutMs` counts from its activation.
        await entered();
        if (this.#runner.state === "loading") await within(this.#settings.timeoutMs, this.#runner.start());
        if (this.#runner.state === "loading") this.complain(new ShelfwiseError("deadline", `loading takes longer than ${this.#settings.timeoutMs} ms`));
    }

    get status(): Status {
        const open = this.#runner.serves;
        const source = "bytes" in this.#settings.snapshot ? "bytes" : "network";
        return {
            ready: open && this.orders,
            source: open ? source : "fallback",
            mode: this.#held.mode,
            mode_source: this.#held.source,
            memory: this.#held.mode === "remembered" && this.#memory.facts ? { ...this.#memory.facts } : null,
            paused: this.#paused,
            isolation: this.#runner.isolation,
            snapshot: this.#runner.facts && { ...this.#runner.facts },
            guardrails: (open && (this.#settings.policy ?? this.#settings.release) !== null) || this.#runner.guardrails?.unlisted.length === 0,
            error: this.#problem && { ...this.#problem },
        };
    }

    /** Returns the shop's own order, without the items that rules hide at this placement, and without muted ones. */
    own(items: unknown, placement: unknown, limit?: unknown): Slate {
        const hides = this.#runner.guardrails?.in(placement);
        return shopOrder(readIds(items, undefined), limit, (id) => hides?.(id) || this.#memory.muted.has(id));
    }

    track(name: unknown, payload: unknown): void {
        this.#settle();
        // An event that may not be stored is not read at all.
        if (!holdsVisit(this.#held.mode) || this.#paused || this.#closed) return;
        const bad = (why: ShelfwiseError) => this.complain(why);
        const event = attempt(() => readEvent(name, payload, now(), bad), bad);
        if (!event) return;
        if (!this.#visit.waits) queueMicrotask(() => this.#visit.sending || this.#send());
        this.#visit.add(event);
    }

    /** Ranks the request that `read` returns. If the engine cannot rank it, returns the shop's order by `own`. */
    async rank<Call extends "rerank" | "recommend" | "choose">(
        call: Call,
        read: (now_ms: number) => EngineRequest,
        own: () => Calls[Call]["result"],
    ): Promise<Calls[Call]["result"]> {
        this.#settle();
        const era = this.#era;
        try {
            if (this.#closed) throw new ShelfwiseError("forgotten", "this handle was closed");
            const request = read(now());
            if (!this.orders || !this.#runner.serves) return own();
            const told = this.#runner.facts?.cells;
            if (told) request.cell ??= cellOf(told);
            this.#send();
            const answer = await this.#runner.ask(call, request);
            if (era === this.#era) return answer;
        } catch (thrown) {
            this.#regret(era, thrown);
        }
        return own();
    }

    /** Sends a call other than a ranking. Returns `otherwise` if the engine cannot answer. */
    async ask<Name extends CallName, Other>(call: Name, params: Calls[Name]["params"], otherwise: Other): Promise<Calls[Name]["result"] | Other> {
        this.#settle();
        if (!this.#runner.serves) return otherwise;
        this.#send();
        const era = this.#era;
        try {
            const answer = await this.#runner.ask(call, params);
            // What was forgotten meanwhile is not stored again.
            return era === this.#era ? answer : otherwise;
        } catch (thrown) {
            this.#regret(era, thrown);
            return otherwise;
        }
    }

    /** Turns the engine off because of invalid options; the shop's own order remains. */
    refuse(why: unknown): void {
        this.#runner.end();
        if (this.#inputs.consent === "denied") this.#remove();
        this.complain(why);
    }

    complain(thrown: unknown): void {
        this.#problem = problemOf(thrown, "engine");
        this.dispatcher.dispatchError(this.#problem);
    }

    /** Reports an error, unless it comes from an engine that was stopped on purpose. */
    #regret(era: number, thrown: unknown): void {
        if (era === this.#era) this.complain(thrown);
    }

    setMode(mode: Mode): void {
        this.#inputs.shopper = mode;
        // Regardless of the option `visit`: another page of this tab may have stored a visit.
        if (!holdsVisit(mode)) removeKept();
        if (mode !== "remembered") this.#endMemory();
        this.#retry();
    }

    setConsent(consent: Consent): void {
        this.#inputs.consent = consent;
        if (consent === "denied") this.#remove();
        this.#settle();
    }

    /** Begins the memory, or a new lifetime of it. */
    async grant(change: Change): Promise<boolean> {
        this.#settle();
        const { mode, source } = decide({ ...this.#inputs, isGranted: true });
        if (mode !== "remembered" || this.#closed) throw refused(`nothing may be remembered: the mode is at most ${mode}, by ${source}`);
        this.#grant = change;
        this.#settle();
        if (this.#runner.state === "loading") await within(this.#settings.timeoutMs, this.#runner.start());
        // The memory may have been ended meanwhile.
        const isStored = this.#grant === change && (await this.#memory.change(change));
        if (this.#grant === change) this.#grant = null;
        // Without a memory the mode falls back to session.
        this.#settle();
        return isStored;
    }

    /** Mutes something, or takes that back. */
    async mute(change: Change): Promise<boolean> {
        this.#settle();
        if (this.#held.mode !== "remembered") throw refused("mutes are remembered: they need a grant; lessLike hides an item in this visit");
        return this.#memory.change(change);
    }

    setPaused(paused: "paused" | "running"): void {
        if (this.#closed) return;
        this.#paused = paused === "paused";
        this.dispatcher.dispatch("update");
    }

    /** Stores the bytes that came with an answer; those of events on their way are newer. */
    adopt(answer: { saved: Uint8Array | null } | null): void {
        if (!answer?.saved || this.#visit.sending) return;
        this.#visit.kept = answer.saved;
        this.#keep();
    }

    async profile(): Promise<Profile> {
        const nothing: Profile = { mode: this.#held.mode, gift: false, events: [], hidden: [], cart: [], memory: null, draws: [] };
        return this.ask("profile", null, nothing);
    }

    async exportData(): Promise<ExportedData> {
        const [profile, slates] = [await this.profile(), await this.ask("slates", null, [])];
        const text = this.#keeps ? readKept() : null;
        const stored = text === null ? null : { key: KEY, bytes: text.length, text, events: profile.events };
        const { text: memory } = this.#memory;
        const remembered = memory === null ? null : { key: KEY, bytes: memory.length, text: memory };
        return { status: this.status, profile, stored, remembered, slates };
    }

    /**
     * Deletes the visit and zeroes the engine's memory, in the same worker, so that no request reveals it. A new worker
     * is started only if this one does not finish in time.
     */
    async forget(): Promise<void> {
        this.#drop();
        this.#remove();
        this.#settle();
        if (this.#runner.state !== "idle" && this.#runner.state !== "off") {
            const reopened = this.#runner.reopen();
            await within(this.#settings.timeoutMs, reopened);
            if (this.#runner.isStuck) await within(this.#settings.timeoutMs, this.#runner.renew());
        }
        this.dispatcher.dispatch("update");
    }

    close(): void {
        this.#leave();
        this.#closed = true;
        this.#era += 1;
        this.#stopIdling?.();
        this.#memory.stop();
        this.#runner.end();
        this.#visit.clear();
        this.#stopWatching?.();
    }

    on(name: keyof Listeners, listener: (...params: never[]) => void): () => void {
        const stop = this.dispatcher.add(name, listener);
        if (name === "ready" && this.status.ready) this.dispatcher.dispatch("ready");
        return stop;
    }

    /** Whether slates may come from the engine. */
    get orders(): boolean {
        return this.#held.mode !== "off" && !this.#paused && !this.#closed;
    }

    /** Whether the visit is stored in the tab. */
    get #keeps(): boolean {
        return this.#settings.visit === "tab" && holdsVisit(this.#held.mode) && !this.#closed && !isPrerendering();
    }

    /** Reads the signals again and switches to the effective mode. */
    #settle(): void {
        if (this.#closed) return;
        this.#inputs.signals = signals();
        const before = this.#held;
        const isChanged = this.#recall();
        this.#held = decide(this.#inputs);
        const { mode, source } = this.#held;
        if (mode !== before.mode) this.#enter(before.mode);
        else if (isChanged && mode === "remembered") void this.#memory.change(KEEP).then(() => this.dispatcher.dispatch("update"));
        if (mode !== before.mode || source !== before.source) this.dispatcher.dispatch("mode");
        this.#expire();
        this.#follow();
    }

    /** Takes up what storage remembers now, where it may be read. Returns whether another page has changed it. */
    #recall(): boolean {
        this.#inputs.isGranted = true;
        const mayRead = decide(this.#inputs).mode === "remembered" && !isPrerendering();
        const isChanged = mayRead && this.#memory.recall();
        this.#inputs.isGranted = mayRead && (this.#memory.facts !== null || this.#grant !== null);
        return isChanged;
    }

    /** Removes what earlier pages have stored. */
    #remove(): void {
        removeKept();
        this.#endMemory();
    }

    /** Ends the memory, and a grant that is not stored yet. */
    #endMemory(): void {
        this.#grant = null;
        this.#memory.end();
    }

    /** Retries a first load that has failed. */
    #retry(): void {
        this.#settle();
        if (this.#held.mode !== "off") this.#runner.retry();
    }

    #enter(before: Mode): void {
        this.#era += 1;
        const isHeld = holdsVisit(before);
        if (before === "remembered") this.#endMemory();
        if (!holdsVisit(this.#held.mode)) {
            if (isHeld || this.#inputs.consent !== "pending") this.#drop();
        } else if (!isHeld) this.#takeUp();
        // A browser signal also applies to what earlier pages have stored.
        if (SIGNALS.has(this.#held.source) && this.#inputs.consent !== "pending") this.#remove();
        if (this.#held.mode === "off") this.#runner.stop();
        else void this.#runner.reopen();
        this.dispatcher.dispatch("update");
    }

    /** Restores the visit that an earlier page of this tab has stored. */
    #takeUp(): void {
        if (!this.#keeps) return;
        this.#seen = readKept();
        this.#visit.adopt(this.#seen, now());
        const { last_ms } = this.#visit;
        if (last_ms !== null) this.#wait(Math.max(last_ms + IDLE_MS - now(), 0));
    }

    /**
     * Adopts changes that another handle has made in the tab's storage: a second one on this page, or one in a frame. It
     * may have deleted the visit.
     */
    #follow(): void {
        if (!this.#keeps || this.#visit.sending || readKept() === this.#seen) return;
        this.#era += 1;
        this.#takeUp();
        void this.#runner.reopen();
        this.dispatcher.dispatch("update");
    }

    /** Deletes the visit from the page and the tab. */
    #drop(): void {
        this.#era += 1;
        this.#stopIdling?.();
        this.#visit.clear();
        if (this.#settings.visit === "tab") removeKept();
        this.#seen = null;
    }

    /** Stores the visit for the tab's next page. */
    #keep(): void {
        if (!this.#keeps) return;
        const text = this.#visit.text();
        if (text === null) removeKept();
        else writeKept(text);
        // Read back, because a full or denied storage does not hold what was written.
        this.#seen = readKept();
    }

    /** Stores unsaved events when the page is left, on top of what another handle has stored meanwhile. */
    #leave(): void {
        if (!this.#keeps || !this.#visit.isUnsaved) return;
        const kept = readKept();
        if (kept !== this.#seen) this.#visit.adopt(kept, now());
        this.#keep();
    }

    /** Sends queued events. Several messages are in flight only if a ranking must not overtake an event. */
    #send(): void {
        if (!this.#visit.waits || this.#runner.state !== "open") return;
        this.#follow();
        // Changes by another handle are adopted first; `#opened` then calls this again.
        if (this.#runner.state !== "open") return;
        const events = this.#visit.take();
        const era = this.#era;
        this.#runner.ask("track", { events, save: true }).then(
            ({ saved, refused, why }) => this.#sent(events, saved, refused ? why : null),
            (thrown: unknown) => {
                this.#visit.lose(events);
                this.#regret(era, thrown);
            },
        );
    }

    #sent(events: Calls["track"]["params"]["events"], saved: Uint8Array | null, why: string | null): void {
        const isOutdated = this.#keeps && readKept() !== this.#seen;
        this.#visit.confirm(events, saved);
        if (why !== null) this.complain(new ShelfwiseError("bad_request", why));
        if (isOutdated) {
            // Another handle has meanwhile stored a visit without these events.
            this.#visit.resend(events);
            return this.#follow();
        }
        this.#keep();
        if (this.#memory.facts) void this.#memory.change(KEEP);
        this.#wait(IDLE_MS);
        if (!this.#visit.sending) this.#send();
        this.dispatcher.dispatch("update");
    }

    /** Schedules the end of the visit, in memory and in the tab, after `ms` milliseconds without an event. */
    #wait(ms: number): void {
        this.#stopIdling?.();
        this.#stopIdling = idlyAfter(ms, () => this.#end());
    }

    /** Ends an expired visit whose timer did not run, because the browser or the machine slept. */
    #expire(): void {
        const { last_ms } = this.#visit;
        if (last_ms !== null && now() - last_ms > IDLE_MS) this.#end();
    }

    /** Ends the visit as `forget` does, without a call of the shop. */
    #end(): void {
        this.#drop();
        void this.#runner.reopen();
        this.dispatcher.dispatch("update");
    }

    #opened(taken: boolean): void {
        if (this.#visit.kept && !taken) {
            this.#visit.kept = null;
            if (!this.#visit.waits) this.#visit.last_ms = null;
            this.#keep();
        }
        // First of all, so that the first ranking knows it.
        if (this.#memory.facts) void this.#memory.change(KEEP);
        this.#send();
        // Forced arms hold for the first ranking. Draws of a visit are stored before its first event: the next page has the same arms.
        const { arms, policy, release } = this.#settings;
        if (arms.length > 0 || (this.#keeps && (policy ?? release) !== null)) void this.trials.look();
        this.dispatcher.dispatch("ready");
        this.dispatcher.dispatch("update");
    }

    /** Reports a problem of the runner. Drops visit and memory if they may have stopped the engine, or they would stop the next page's too. */
    #trouble(problem: Problem): void {
        if (this.#runner.state === "off" && problem.code === "engine") {
            this.#drop();
            if (this.#memory.facts) this.#endMemory();
        }
        this.complain(new ShelfwiseError(problem.code, problem.message));
        this.dispatcher.dispatch("update");
    }

    /** Watches the page's lifecycle: it may be left with unsent events, and restored after storage has changed. */
    #watch(): void {
        if (!isPage()) return;
        const stops = [onLeave(() => this.#leave(), () => this.#comeBack()), onShown(() => this.#retry()), onOnline(() => this.#retry())];
        this.#stopWatching = () => stops.forEach((stop) => stop());
        if (isPrerendering()) void entered().then(() => this.#enterPage());
    }

    /** Handles the activation of a prerendered page, which has no access to the tab's storage before. */
    #enterPage(): void {
        this.#visit.retime(now());
        this.#settle();
        this.#send();
    }

    /** Handles a restore from the back/forward cache. A visit in memory has ended when the page was left. */
    #comeBack(): void {
        if (this.#settings.visit === "memory") {
            if (holdsVisit(this.#held.mode)) this.#end();
            return this.#settle();
        }
        this.#settle();
        if (!this.#keeps) return;
        this.#era += 1;
        this.#visit.clear();
        this.#takeUp();
        void this.#runner.reopen();
    }
}
