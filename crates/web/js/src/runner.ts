/** The lifecycle of the engine: loaded once, opened, reopened after a trap or to delete the visit, and stopped. */

import { BUILD } from "./build.js";
import { Guardrails } from "./guardrails.js";
import { Link } from "./link.js";
import { MODES, holdsVisit } from "./mode.js";
import type { Settings } from "./options.js";
import type { Platform } from "./platform.js";
import { ShelfwiseError, problemOf, textOf } from "./problem.js";
import type { CallName, Calls, Message, Verdict } from "./protocol.js";
import type { Runs } from "./release.js";
import { loadRules, loadFiles, wayTo } from "./loader.js";
import type { Files } from "./loader.js";
import { after, idlyAfter, now } from "./shell/clock.js";
import { hasWorkers } from "./shell/worker.js";
import { entered } from "./shell/page.js";
import type { ErrorCode, Isolation, Mode, Problem, SnapshotFacts } from "./types.js";

/** Limit for compiling the module and verifying the largest model on a slow phone, in milliseconds. */
const MOST_OPENING_MS = 10_000;

/** Codes of failures that may pass: no network, a failing server, a captive portal. */
const TRANSIENT: readonly ErrorCode[] = ["network", "deadline", "not_found", "wrong_type", "no_worker"];
/** Number of retries of a first load, and the first delay in milliseconds, which doubles each time. */
const MOST_RETRIES = 5;
const BACK_OFF_MS = 1_000;

/** Callbacks of the runner. */
export interface Owner {
    /** Returns the mode to open in, and the visit to restore. */
    begin(): { mode: Mode; kept: Uint8Array | null };
    /** Called when the engine is ready; `taken` is whether it has restored the visit. */
    opened(taken: boolean): void;
    /** Called with the reason why the shop's own order is shown, or was for a moment. */
    trouble(problem: Problem): void;
    /** Called when rules arrive after loading has failed. */
    guarded(): void;
}

export class Runner implements Runs {
    state: "idle" | "loading" | "open" | "renewing" | "resting" | "off" = "idle";
    facts: SnapshotFacts | null = null;
    isolation: Isolation = "none";
    readonly #settings: Settings;
    readonly #platform: Platform | null;
    readonly #owner: Owner;
    #files: Promise<Files> | null = null;
    /** The unsigned rules of the option `policy`. */
    #rules: Promise<Uint8Array | null> | null = null;
    #policy: Uint8Array | null = null;
    #guardrails: Guardrails | null = null;
    #loaded = false;
    #link: Link | null = null;
    #opening: Promise<void> = Promise.resolve();
    #turn = 0;
    #rebuilt = false;
    #retries = 0;
    /** Earliest time of a retry, in milliseconds since 1970; null if there is none. */
    #retry_ms: number | null = null;
    #stopRetry: (() => void) | undefined;

    constructor(settings: Settings, platform: Platform | null, owner: Owner) {
        this.#settings = settings;
        this.#platform = platform;
        this.#owner = owner;
    }

    /** Whether the engine ranks: it is open, or being reopened. */
    get serves(): boolean {
        return this.state === "open" || this.state === "renewing";
    }

    /** Whether the engine is being reopened. */
    get isStuck(): boolean {
        return this.state === "renewing";
    }

    /** The hidden ids of the latest rules, signed or not; null if there are no readable ones. */
    get guardrails(): Guardrails | null {
        // Parsed lazily: not needed while the engine ranks.
        if (this.#policy) this.#guardrails = Guardrails.of(this.#policy);
        this.#policy = null;
        return this.#guardrails;
    }

    /** Loads and opens the engine. Resolves when it is open or off. */
    start(): Promise<void> {
        if (this.state !== "idle") return this.#opening;
        return this.#begin(this.#loaded ? "renewing" : "loading");
    }

    /** Replaces host and engine, whose memory goes with them, by new ones in the current mode. */
    renew(): Promise<void> {
        if (this.state === "idle" || this.state === "off") return this.start();
        return this.#begin(this.serves ? "renewing" : "loading");
    }

    /**
     * Replaces the engine within the same host, in the current mode, and zeroes its memory. It makes no request, which
     * would reveal that the shopper has deleted the visit or lowered the mode.
     */
    reopen(): Promise<void> {
        const link = this.#link;
        if (!link || this.state === "idle" || this.state === "off") return this.renew();
        this.#turn += 1;
        this.state = this.serves ? "renewing" : "loading";
        this.#opening = this.#open(this.#turn, link);
        return this.#opening;
    }

    /** Stops the engine. It can be started again. */
    stop(): void {
        this.#cut();
        this.#stopRetry?.();
        this.isolation = "none";
        if (this.state !== "off") this.state = "idle";
    }

    /** Retries a first load that failed transiently, after the back-off and at most `MOST_RETRIES` times. */
    retry(): void {
        if (this.#retry_ms === null) return;
        this.#stopRetry?.();
        this.#stopRetry = idlyAfter(Math.max(0, this.#retry_ms - now()), () => {
            if (this.#retry_ms === null) return;
            this.#retry_ms = null;
            this.#retries += 1;
            this.state = "idle";
            void this.start();
        });
    }

    /** Stops the engine for good. */
    end(): void {
        this.stop();
        this.#retry_ms = null;
        this.state = "off";
        this.#files = null;
    }

    /** Sends a call to the engine once it is open. Rejects with a `ShelfwiseError`. */
    async ask<Name extends CallName>(call: Name, params: Calls[Name]["params"]): Promise<Calls[Name]["result"]> {
        const patience = this.#settings.timeoutMs;
        if (this.state === "renewing") await within(patience, this.#opening);
        if (this.state !== "open" || !this.#link) throw new ShelfwiseError("engine", "the engine is not open");
        return this.#link.ask(call, params, patience);
    }

    /** The connection for update checks; null if the engine is not open. */
    get way(): ((params: Message) => Promise<Verdict>) | null {
        return this.state === "open" && this.#link ? asking(this.#link) : null;
    }

    guard(list: Uint8Array): void {
        this.#guardrails = Guardrails.read(list) ?? this.#guardrails;
    }

    kept(problem: Problem): void {
        this.#owner.trouble(problem);
    }

    rest(problem: Problem): void {
        this.state = "resting";
        this.isolation = "none";
        this.#owner.trouble(problem);
    }

    #cut(): void {
        this.#turn += 1;
        this.#link?.close();
        this.#link = null;
    }

    #begin(state: "loading" | "renewing"): Promise<void> {
        this.#cut();
        this.state = state;
        this.#opening = this.#open(this.#turn);
        return this.#opening;
    }

    async #open(turn: number, link: Link | null = null): Promise<void> {
        const rules = (this.#rules ??= this.#loadRules());
        try {
            const platform = this.#demand();
            // The worker starts while the files are loading.
            const linked = link ? Promise.resolve(link) : this.#connect(turn, platform);
            const loading = (this.#files ??= loadFiles(this.#settings, platform, this, rules, linked.then(asking)));
            const [files, host] = await Promise.all([loading, linked]);
            this.#loaded = true;
            if (turn === this.#turn) await this.#enter(turn, files, host);
        } catch (thrown) {
            // Wait for the rules: without them the shop's own order would show hidden items.
            await within(this.#settings.timeoutMs, rules.catch(() => undefined));
            if (turn === this.#turn) this.#off(problemOf(thrown, "engine"));
        }
    }

    async #loadRules(): Promise<Uint8Array | null> {
        try {
            this.#policy = await loadRules(this.#settings);
            if (this.#policy && this.state === "off") this.#owner.guarded();
            return this.#policy;
        } catch (thrown) {
            // Cleared, so that a retry loads the rules too.
            this.#rules = null;
            throw thrown;
        }
    }

    /** Checks the platform before anything is loaded. Throws a `ShelfwiseError`. */
    #demand(): Platform {
        const platform = this.#platform;
        if (!platform || typeof WebAssembly !== "object") throw new ShelfwiseError("no_webassembly", "WebAssembly is not available");
        const wanted = this.#settings.isolation ?? (platform.worker ? "worker" : "inline");
        if (wanted === "worker" && !hasWorkers()) throw new ShelfwiseError("no_worker", "workers are not available");
        return platform;
    }

    async #connect(turn: number, platform: Platform): Promise<Link> {
        // In a prerendered page a worker does not start before activation, and its deadlines would pass.
        await entered();
        const connect = await wayTo(this.#settings, platform);
        if (turn !== this.#turn) throw new ShelfwiseError("engine", "the engine was stopped");
        const link: Link = new Link(connect, (why) => this.#lost(link, why));
        this.#link = link;
        return link;
    }

    async #enter(turn: number, { signed, ...files }: Files, link: Link): Promise<void> {
        const verified = await signed?.files(asking(link));
        if (turn !== this.#turn) return;
        if (verified && "code" in verified) return this.rest(verified);
        const { mode } = this.#owner.begin();
        const opening = { ...files, ...verified, build: BUILD, mode: MODES.indexOf(mode) };
        let opened: Calls["open"]["result"];
        try {
            opened = await link.ask("open", opening, MOST_OPENING_MS);
        } catch (thrown) {
            if (turn !== this.#turn || !signed?.back(textOf(thrown))) throw thrown;
            // The error was fatal to the link, so a new host is needed.
            return this.state === "resting" ? this.#cut() : this.renew();
        }
        const { facts, isolation, refused } = opened;
        // Read again: calls to the previous engine have been answered by now, and are part of the visit.
        const { kept } = this.#owner.begin();
        const saved = holdsVisit(mode) ? kept : null;
        const taken = saved !== null && (await link.ask("restore", { saved, now_ms: now() }, MOST_OPENING_MS));
        if (turn !== this.#turn) return;
        this.facts = facts;
        this.isolation = isolation;
        this.state = "open";
        signed?.taken(refused);
        this.#owner.opened(taken);
    }

    /** Handles an engine that has stopped: it is rebuilt once per page, then turned off. */
    #lost(link: Link, why: ShelfwiseError): void {
        if (link !== this.#link || (this.state !== "open" && this.state !== "resting")) return;
        const problem = { code: "engine", message: why.message } as const;
        if (this.#rebuilt) return this.#off(problem);
        this.#rebuilt = true;
        void this.renew();
        this.#owner.trouble(problem);
    }

    #off(problem: Problem): void {
        this.end();
        const mayPass = !this.#loaded && TRANSIENT.includes(problem.code) && this.#retries < MOST_RETRIES;
        if (mayPass) this.#retry_ms = now() + BACK_OFF_MS * 2 ** this.#retries;
        const gap = problem.code === "bad_policy" ? null : this.#gap();
        this.#owner.trouble(gap === null ? problem : { code: problem.code, message: `${problem.message}; ${gap}` });
    }

    /** Describes the rules that cannot hide items while the engine is off; null if all can. */
    #gap(): string | null {
        const { policy, release } = this.#settings;
        if (!policy || release !== null) return null;
        const { guardrails } = this;
        if (!guardrails) return "and no rule hides anything: the policy did not load, or has another format version";
        const [first] = guardrails.unlisted;
        if (first === undefined) return null;
        const others = guardrails.unlisted.length - 1;
        const who = others ? `rule "${first}" and ${others} more hide` : `rule "${first}" hides`;
        return `and ${who} a category or a brand without a list of items, which hides nothing while the engine is off: build the policy with --catalog`;
    }
}

function asking(link: Link): (params: Message) => Promise<Verdict> {
    return (params) => link.ask("verify", params, MOST_OPENING_MS);
}

/** Waits for a promise, but at most `ms` milliseconds. The timer is cleared when the promise settles. */
export async function within(ms: number, something: Promise<unknown>): Promise<void> {
    let stopTimer = () => {};
    const over = new Promise<void>((done) => (stopTimer = after(ms, done)));
    await Promise.race([something, over]).finally(stopTimer);
}
