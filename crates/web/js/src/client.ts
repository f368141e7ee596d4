/** Implements the handle's calls: applies modes, keeps the visit, asks the engine, falls back to the shop's own order. */

import { IDLE_MS } from "./contract.js";
import { Audience } from "./listeners.js";
import { decide } from "./mode.js";
import type { Wishes } from "./mode.js";
import type { Settings } from "./options.js";
import { shopOrder } from "./order.js";
import { attempt } from "./validate.js";
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
import { Visit } from "./visit.js";

/** Mode sources that are browser signals. */
const SIGNALS: ReadonlySet<ModeSource> = new Set(["gpc", "dnt", "signal_unreadable"]);

export class Client {
    readonly audience = new Audience(() => this.status);
    readonly #settings: Settings;
    readonly #runner: Runner;
    readonly #visit = new Visit();
    readonly #wishes: Wishes;
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
        this.#runner = new Runner(settings, platform, {
            begin: () => ({ mode: this.#held.mode, kept: this.#visit.kept }),
            opened: (taken) => this.#opened(taken),
            trouble: (problem) => this.#trouble(problem),
            guarded: () => this.audience.say("update"),
        });
        this.#wishes = { ceiling: settings.mode, signals: [], consent: settings.consent, shopper: null };
        this.#watch();
    }

    /** Resolves when the engine is ready, has failed, or `timeoutMs` has passed. */
    async start(): Promise<void> {
        this.#settle();
        if (this.#held.mode === "off") this.#enter("off");
        if (this.#wishes.consent === "denied") removeKept();
        // A prerendered page may wait: `timeoutMs` counts from its activation.
        await entered();
        if (this.#runner.state === "loading") await within(this.#settings.timeoutMs, this.#runner.start());
        if (this.#runner.state === "loading") this.complain(new ShelfwiseError("deadline", `loading takes longer than ${this.#settings.timeoutMs} ms`));
    }

    get status(): Status {
        const open = this.#runner.serves;
        const source = "bytes" in this.#settings.snapshot ? "bytes" : "network";
        return {
            ready: open && this.#orders,
            source: open ? source : "fallback",
            mode: this.#held.mode,
            mode_source: this.#held.source,
            paused: this.#paused,
            isolation: this.#runner.isolation,
            snapshot: this.#runner.facts && { ...this.#runner.facts },
            guardrails: (open && (this.#settings.policy ?? this.#settings.release) !== null) || this.#runner.guardrails?.unlisted.length === 0,
            error: this.#problem && { ...this.#problem },
        };
    }

    /** Returns the shop's own order, without the items that rules hide at this placement. */
    own(items: unknown, placement: unknown, limit?: unknown): Slate {
        return shopOrder(readIds(items, undefined), limit, this.#runner.guardrails?.in(placement));
    }

    track(name: unknown, payload: unknown): void {
        this.#settle();
        // An event that may not be stored is not read at all.
        if (this.#held.mode !== "session" || this.#paused || this.#closed) return;
        const bad = (why: ShelfwiseError) => this.complain(why);
        const event = attempt(() => readEvent(name, payload, now(), bad), bad);
        if (!event) return;
        if (!this.#visit.waits) queueMicrotask(() => this.#visit.sending || this.#send());
        this.#visit.add(event);
    }

    /** Ranks the request that `read` returns. If the engine cannot rank it, returns the shop's order by `own`. */
    async rank(call: "rerank" | "recommend", read: (now_ms: number) => EngineRequest, own: () => Slate): Promise<Slate> {
        this.#settle();
        const era = this.#era;
        try {
            if (this.#closed) throw new ShelfwiseError("forgotten", "this handle was closed");
            const request = read(now());
            if (!this.#orders || !this.#runner.serves) return own();
            const told = this.#runner.facts?.cells;
            if (told) request.cell ??= cellOf(told);
            this.#send();
            const slate = await this.#runner.ask(call, request);
            if (era === this.#era) return slate;
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
        return this.#runner.ask(call, params).catch((thrown: unknown) => {
            this.#regret(era, thrown);
            return otherwise;
        });
    }

    /** Turns the engine off because of invalid options; the shop's own order remains. */
    refuse(why: unknown): void {
        this.#runner.end();
        if (this.#wishes.consent === "denied") removeKept();
        this.complain(why);
    }

    complain(thrown: unknown): void {
        this.#problem = problemOf(thrown, "engine");
        this.audience.complain(this.#problem);
    }

    /** Reports an error, unless it comes from an engine that was stopped on purpose. */
    #regret(era: number, thrown: unknown): void {
        if (era === this.#era) this.complain(thrown);
    }

    setMode(mode: Mode): void {
        this.#wishes.shopper = mode;
        // Regardless of the option `visit`: another page of this tab may have stored a visit.
        if (mode !== "session") removeKept();
        this.#retry();
    }

    setConsent(consent: Consent): void {
        this.#wishes.consent = consent;
        if (consent === "denied") removeKept();
        this.#settle();
    }

    setPaused(paused: "paused" | "running"): void {
        if (this.#closed) return;
        this.#paused = paused === "paused";
        this.audience.say("update");
    }

    async profile(): Promise<Profile> {
        const nothing: Profile = { mode: this.#held.mode, gift: false, events: [], hidden: [], cart: [] };
        return this.ask("profile", null, nothing);
    }

    async exportData(): Promise<ExportedData> {
        const [profile, slates] = [await this.profile(), await this.ask("slates", null, [])];
        const text = this.#keeps ? readKept() : null;
        const stored = text === null ? null : { key: KEY, bytes: text.length, text, events: profile.events };
        return { status: this.status, profile, stored, slates };
    }

    /**
     * Deletes the visit and zeroes the engine's memory, in the same worker, so that no request reveals it. A new worker
     * is started only if this one does not finish in time.
     */
    async forget(): Promise<void> {
        this.#drop();
        removeKept();
        if (this.#runner.state !== "idle" && this.#runner.state !== "off") {
            const reopened = this.#runner.reopen();
            await within(this.#settings.timeoutMs, reopened);
            if (this.#runner.isStuck) await within(this.#settings.timeoutMs, this.#runner.renew());
        }
        this.audience.say("update");
    }

    close(): void {
        this.#leave();
        this.#closed = true;
        this.#era += 1;
        this.#stopIdling?.();
        this.#runner.end();
        this.#visit.clear();
        this.#stopWatching?.();
    }

    on(name: keyof Listeners, listener: (...params: never[]) => void): () => void {
        const stop = this.audience.add(name, listener);
        if (name === "ready" && this.status.ready) this.audience.say("ready");
        return stop;
    }

    /** Whether slates may come from the engine. */
    get #orders(): boolean {
        return this.#held.mode !== "off" && !this.#paused && !this.#closed;
    }

    /** Whether the visit is stored in the tab. */
    get #keeps(): boolean {
        return this.#settings.visit === "tab" && this.#held.mode === "session" && !this.#closed && !isPrerendering();
    }

    /** Reads the signals again and switches to the effective mode. */
    #settle(): void {
        if (this.#closed) return;
        this.#wishes.signals = signals();
        const before = this.#held;
        this.#held = decide(this.#wishes);
        const { mode, source } = this.#held;
        if (mode !== before.mode) this.#enter(before.mode);
        if (mode !== before.mode || source !== before.source) this.audience.say("mode");
        this.#expire();
        this.#follow();
    }

    /** Retries a first load that has failed. */
    #retry(): void {
        this.#settle();
        if (this.#held.mode !== "off") this.#runner.retry();
    }

    #enter(before: Mode): void {
        this.#era += 1;
        if (this.#held.mode === "session") this.#takeUp();
        else if (before === "session" || this.#wishes.consent !== "pending") this.#drop();
        // A browser signal also applies to what an earlier page of this tab has stored.
        if (SIGNALS.has(this.#held.source) && this.#wishes.consent !== "pending") removeKept();
        if (this.#held.mode === "off") this.#runner.stop();
        else void this.#runner.reopen();
        this.audience.say("update");
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
        this.audience.say("update");
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
        this.#wait(IDLE_MS);
        if (!this.#visit.sending) this.#send();
        this.audience.say("update");
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
        this.audience.say("update");
    }

    #opened(taken: boolean): void {
        if (this.#visit.kept && !taken) {
            this.#visit.kept = null;
            if (!this.#visit.waits) this.#visit.last_ms = null;
            this.#keep();
        }
        this.#send();
        this.audience.say("ready");
        this.audience.say("update");
    }

    /** Reports a problem of the runner. Drops a visit that stopped the engine, or it would stop the next page's too. */
    #trouble(problem: Problem): void {
        if (this.#runner.state === "off" && problem.code === "engine") this.#drop();
        this.complain(new ShelfwiseError(problem.code, problem.message));
        this.audience.say("update");
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
            if (this.#held.mode === "session") this.#end();
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
