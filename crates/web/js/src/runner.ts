/** The life of the engine: loaded once, opened, opened anew after a trap or to forget, and stopped. */

import { BUILD } from "./build.js";
import { Link } from "./link.js";
import type { Connect } from "./link.js";
import type { Origin, Settings } from "./options.js";
import type { Platform } from "./platform.js";
import { Trouble, problemOf } from "./problem.js";
import { MODE_BYTES } from "./protocol.js";
import type { CallName, Calls, Opening } from "./protocol.js";
import { load, openWorker, resolved } from "./shell.js";
import type { Isolation, Mode, Problem, SnapshotFacts } from "./types.js";

/** Loading ends here for good, in milliseconds; long before, the page has gone on in its own order. */
const MOST_LOADING_MS = 30_000;
/** Compiling the module and checking the largest model on a slow telephone, in milliseconds. */
const MOST_OPENING_MS = 10_000;
/** Bytes: of a model for every item that the format can hold; of rules; of our own module. */
const MOST = { snapshot: 64 << 20, policy: 1 << 20, wasm: 4 << 20 };

/** What the runner asks of its owner, and tells it. */
export interface Owner {
    /** The mode to open in, and the visit to take up. */
    begin(): { mode: Mode; kept: Uint8Array | null };
    /** The engine answers from now on; `taken` tells whether it has taken the visit up. */
    opened(taken: boolean): void;
    /** Why the shop's own order is shown, or was for a moment. */
    trouble(problem: Problem): void;
}

type Files = Pick<Opening, "wasm" | "snapshot" | "policy">;

export class Runner {
    state: "idle" | "loading" | "open" | "renewing" | "off" = "idle";
    facts: SnapshotFacts | null = null;
    isolation: Isolation = "none";
    readonly #settings: Settings;
    readonly #platform: Platform;
    readonly #owner: Owner;
    #files: Promise<Files> | null = null;
    #loaded = false;
    #link: Link | null = null;
    #opening: Promise<void> = Promise.resolve();
    #turn = 0;
    #rebuilt = false;

    constructor(settings: Settings, platform: Platform, owner: Owner) {
        this.#settings = settings;
        this.#platform = platform;
        this.#owner = owner;
    }

    /** Loads and opens. Resolves when the engine is open, or off. */
    start(): Promise<void> {
        if (this.state !== "idle") return this.#opening;
        return this.#begin(this.#loaded ? "renewing" : "loading");
    }

    /** A new engine in place of the one that there is, whose memory goes with it; in the mode that holds now. */
    renew(): Promise<void> {
        if (this.state === "idle" || this.state === "off") return this.start();
        return this.#begin(this.state === "loading" ? "loading" : "renewing");
    }

    /** The same engine's host, in a higher mode: there is nothing to forget. */
    raise(): Promise<void> {
        const link = this.#link;
        if (this.state !== "open" || !link) return this.renew();
        this.#turn += 1;
        this.state = "renewing";
        this.#opening = this.#open(this.#turn, link);
        return this.#opening;
    }

    /** Ends the engine. It can be started again. */
    stop(): void {
        this.#turn += 1;
        this.#link?.close();
        this.#link = null;
        this.isolation = "none";
        if (this.state !== "off") this.state = "idle";
    }

    /** Ends the engine for good. */
    end(): void {
        this.stop();
        this.state = "off";
        this.#files = null;
    }

    /** Asks the engine, once it is open. Rejects with a `Trouble`. */
    async ask<Name extends CallName>(call: Name, given: Calls[Name]["given"]): Promise<Calls[Name]["gives"]> {
        const patience = this.#settings.timeoutMs;
        if (this.state === "renewing") await Promise.race([this.#opening, later(patience)]);
        if (this.state !== "open" || !this.#link) throw new Trouble("engine", "the engine is not open");
        return this.#link.ask(call, given, patience);
    }

    #begin(state: "loading" | "renewing"): Promise<void> {
        this.stop();
        this.state = state;
        this.#opening = this.#open(this.#turn);
        return this.#opening;
    }

    async #open(turn: number, link: Link | null = null): Promise<void> {
        try {
            // The worker starts while the files are on their way.
            const linked = link ?? this.#connect(turn);
            const [files, host] = await Promise.all([(this.#files ??= this.#load()), linked]);
            this.#loaded = true;
            if (turn === this.#turn) await this.#enter(turn, files, host);
        } catch (thrown) {
            if (turn === this.#turn) this.#off(problemOf(thrown, "engine"));
        }
    }

    async #connect(turn: number): Promise<Link> {
        const connect = await this.#way();
        if (turn !== this.#turn) throw new Trouble("engine", "the engine was stopped");
        const link: Link = new Link(connect, (why) => this.#ended(link, why));
        this.#link = link;
        return link;
    }

    async #enter(turn: number, files: Files, link: Link): Promise<void> {
        const { mode, kept } = this.#owner.begin();
        const opening = { ...files, build: BUILD, mode: MODE_BYTES[mode] };
        const { facts, isolation } = await link.ask("open", opening, MOST_OPENING_MS);
        const saved = mode === "session" ? kept : null;
        const taken = saved !== null && (await link.ask("restore", { saved, now_ms: Date.now() }, MOST_OPENING_MS));
        if (turn !== this.#turn) return;
        this.facts = facts;
        this.isolation = isolation;
        this.state = "open";
        this.#owner.opened(taken);
    }

    /** Once in a page's life a stopped engine is built anew. */
    #ended(link: Link, why: Trouble): void {
        if (link !== this.#link || this.state !== "open") return;
        const problem = { code: "engine", message: why.message } as const;
        if (this.#rebuilt) return this.#off(problem);
        this.#rebuilt = true;
        void this.renew();
        this.#owner.trouble(problem);
    }

    #off(problem: Problem): void {
        this.end();
        this.#owner.trouble(problem);
    }

    async #way(): Promise<Connect> {
        const { worker, inline } = this.#platform;
        const isolation = this.#settings.isolation ?? (worker ? "worker" : "inline");
        if (isolation === "inline" && inline) return inline();
        if (!worker || typeof Worker !== "function") throw new Trouble("no_worker", "there are no workers here");
        const url = this.#asset("worker.js") ?? worker();
        return (receiver) => openWorker(url, receiver);
    }

    async #load(): Promise<Files> {
        const { snapshot, policy } = this.#settings;
        const cancel = new AbortController();
        const timer = setTimeout(() => cancel.abort(), MOST_LOADING_MS);
        try {
            const wasm = this.#wasm(cancel.signal);
            const model = fetched(snapshot, MOST.snapshot, cancel.signal);
            const rules = policy && fetched(policy, MOST.policy, cancel.signal);
            const [own, shop, merchandiser] = await Promise.all([wasm, model, rules]);
            return { wasm: own, snapshot: shop, policy: merchandiser };
        } finally {
            clearTimeout(timer);
            // Whatever is still under way when one file has failed is of no use any more.
            cancel.abort();
        }
    }

    async #wasm(cancel: AbortSignal): Promise<Uint8Array | WebAssembly.Module> {
        if (typeof WebAssembly !== "object") throw new Trouble("no_webassembly", "there is no WebAssembly here");
        if (!this.#platform.wasm) throw new Trouble("no_webassembly", "this entry of the package has no engine");
        const own = this.#asset("shelfwise_bg.wasm");
        const wasm = own ? { url: own } : await this.#platform.wasm();
        if (!isPlace(wasm)) return wasm;
        // Without `crypto.subtle` nobody can hash; the engine's build is then compared by name alone.
        const integrity = globalThis.crypto?.subtle ? BUILD : null;
        return load({ url: wasm.url, integrity, most: MOST.wasm }, cancel);
    }

    #asset(name: string): string | null {
        const { assets } = this.#settings;
        return assets === null ? null : resolved(assets + name);
    }
}

/** Rejects where the address is none, as it does where nothing is behind it: no other file is left unwatched. */
async function fetched(origin: Origin, most: number, cancel: AbortSignal): Promise<Uint8Array> {
    if ("bytes" in origin) return origin.bytes;
    return load({ url: resolved(origin.url), integrity: origin.integrity, most }, cancel);
}

function isPlace(wasm: object): wasm is { url: string } {
    return "url" in wasm;
}

/** Resolves after so many milliseconds. */
export function later(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
}
