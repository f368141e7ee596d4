/** Runs the engine and answers its calls. A worker has one host; inline, each handle has its own. */

import { BUILD } from "./build.js";
import { Engine, initSync, reset } from "./engine.js";
import { ShelfwiseError, textOf } from "./problem.js";
import type { Answer, Calls, Message, Opening, Question, Verdict } from "./protocol.js";
import type { Isolation, SnapshotFacts } from "./types.js";
import { instantiated, verify } from "./verifier.js";
import type { Verifier } from "./verifier.js";

/** An empty module: if even this is refused, the page's policy forbids WebAssembly. */
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/** The number of open hosts in this realm, which share one instance of the module. */
let hosts = 0;
/** The state of that instance: not made yet, wiped and unused, in use, or left inconsistent by a trap. */
let instance: "none" | "fresh" | "whole" | "broken" = "none";
/** The instance's linear memory. */
let memory: WebAssembly.Memory | null = null;

export class Host {
    readonly #isolation: () => Promise<Isolation>;
    #engine: Engine | null = null;
    #verifier: Verifier | null = null;
    #before: Promise<unknown> = Promise.resolve();

    /** `isolation` probes how well this host is isolated. */
    constructor(isolation: () => Promise<Isolation>) {
        this.#isolation = isolation;
    }

    /** Answers a question, after all earlier ones. Never rejects. */
    answer(question: Question): Promise<Answer> {
        const answer = this.#before.then(() => this.#answer(question));
        this.#before = answer;
        return answer;
    }

    /** Frees the engine, whose memory is zeroed; after the last one, zeroes the whole instance's memory. */
    close(): void {
        if (!this.#engine) return;
        free(this.#engine);
        this.#engine = null;
        hosts -= 1;
        if (hosts === 0) wipe();
    }

    async #answer(question: Question): Promise<Answer> {
        try {
            return { id: question.id, result: await this.#give(question), error: null };
        } catch (thrown) {
            return { id: question.id, result: null, error: this.#error(thrown) };
        }
    }

    async #give(question: Question): Promise<unknown> {
        if (question.call === "open") return this.#open(question.params);
        return question.call === "verify" ? this.#verify(question.params) : this.#call(question);
    }

    /** Runs one step of an update check. Each check has its own instance, whose memory is dropped with it. */
    async #verify(params: Message): Promise<Verdict> {
        if (params.wasm) this.#verifier = instantiated(await compile(params.wasm));
        const verdict = verify(this.#verifier, params);
        if (verdict.outcome) this.#verifier = null;
        return verdict;
    }

    async #open(params: Opening): Promise<Calls["open"]["result"]> {
        if (params.build !== BUILD) throw new ShelfwiseError("no_worker", "worker.js is of another version than the page's script");
        this.close();
        const isolation = await this.#isolation();
        instantiate(await compile(params.wasm));
        this.#engine = admit(params);
        hosts += 1;
        this.#engine.setMode(params.mode);
        return { facts: this.#engine.info() as SnapshotFacts, isolation, refused: setFacts(this.#engine, params.facts) };
    }

    #call(question: Exclude<Question, { call: "open" | "verify" }>): unknown {
        const engine = this.#engine;
        if (!engine || instance === "broken") throw new ShelfwiseError("engine", "the engine is not open");
        switch (question.call) {
            case "track":
                return track(engine, question.params);
            case "rerank":
                return engine.rerank(question.params as never);
            case "recommend":
                return engine.recommend(question.params as never);
            case "choose":
                return engine.choose(question.params as never);
            case "explain":
                return engine.explain(question.params.slate_id, question.params.item_id);
            case "what_if":
                return engine.whatIf(question.params.slate_id, question.params.without);
            case "profile":
                return engine.profile();
            case "restore":
                return engine.restore(question.params.saved, question.params.now_ms);
            case "remember":
                return remember(engine, question.params);
            case "trials":
                return { ...engine.trials(question.params.forced, question.params.now_ms), saved: engine.save() ?? null };
            case "report":
                return { report: engine.report(question.params.now_ms), saved: engine.save() ?? null };
            case "slates":
                return engine.slates();
        }
    }

    /** Converts a thrown value. The engine refuses a call with a plain `Error`; anything else is fatal. */
    #error(thrown: unknown): Answer["error"] {
        if (thrown instanceof ShelfwiseError) return { code: thrown.code, message: thrown.message, fatal: true };
        const refusal = isPlain(thrown) && !isStale(thrown);
        if (!isPlain(thrown)) instance = "broken";
        return { code: refusal ? "bad_request" : "engine", message: textOf(thrown), fatal: !refusal };
    }
}

/** Records all events, and counts those that the engine refuses. */
function track(engine: Engine, { events, save }: Calls["track"]["params"]): Calls["track"]["result"] {
    const result: Calls["track"]["result"] = { saved: null, refused: 0, why: "" };
    for (const { event, item_ids, at_ms } of events) {
        try {
            engine.track(event, item_ids, at_ms);
        } catch (thrown) {
            if (!isPlain(thrown) || isStale(thrown)) throw thrown;
            result.refused += 1;
            result.why = textOf(thrown);
        }
    }
    if (save) result.saved = engine.save() ?? null;
    return result;
}

function remember(engine: Engine, { stored, change, text, at_ms, days, now_ms }: Calls["remember"]["params"]): Uint8Array {
    return engine.remember(stored ?? undefined, change, text, at_ms, days, now_ms);
}

async function compile(wasm: Uint8Array | WebAssembly.Module): Promise<WebAssembly.Module> {
    if (typeof WebAssembly !== "object") throw new ShelfwiseError("no_webassembly", "WebAssembly is not available");
    if (wasm instanceof WebAssembly.Module) return wasm;
    try {
        return await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
    } catch (thrown) {
        throw refusesAll() ?? new ShelfwiseError("engine", `the engine's module is damaged: ${textOf(thrown)}`);
    }
}

function refusesAll(): ShelfwiseError | null {
    try {
        new WebAssembly.Module(EMPTY);
        return null;
    } catch {
        return new ShelfwiseError("no_webassembly", "WebAssembly is refused here: allow 'wasm-unsafe-eval' in script-src");
    }
}

/** Makes a new instance, unless another host is using the present one. */
function instantiate(module: WebAssembly.Module): void {
    if (instance === "broken" || (instance === "whole" && hosts === 0)) reset();
    // Creates the first instance, and returns the present one on later calls.
    ({ memory } = initSync({ module }));
    instance = "whole";
}

/** Zeroes the instance's memory and discards it. Zeroed first, because garbage collection may come at any time. */
function wipe(): void {
    if (memory) new Uint8Array(memory.buffer).fill(0);
    memory = null;
    reset();
    instance = "fresh";
}

/** Opens model and rules. If both are invalid, the error is about the model. */
function admit({ snapshot, policy }: Opening): Engine {
    try {
        return new Engine(snapshot, policy ?? undefined);
    } catch (thrown) {
        if (!isPlain(thrown)) throw thrown;
        throw new ShelfwiseError(policy && opens(snapshot) ? "bad_policy" : "bad_snapshot", textOf(thrown));
    }
}

/** Sets the facts, and returns why they are refused, if they are: rules over facts then match nothing, and what is listed stays hidden. */
function setFacts(engine: Engine, facts: Opening["facts"]): string | null {
    try {
        if (facts) engine.setFacts(facts);
        return null;
    } catch (thrown) {
        if (!isPlain(thrown)) throw thrown;
        return textOf(thrown);
    }
}

function opens(snapshot: Uint8Array): boolean {
    try {
        new Engine(snapshot).free();
        return true;
    } catch {
        return false;
    }
}

/** Frees an engine. Impossible, and unnecessary, if its instance has trapped or was replaced since. */
function free(engine: Engine): void {
    try {
        if (instance !== "broken") engine.free();
    } catch {
        // The instance is gone, with its memory.
    }
}

function isPlain(thrown: unknown): thrown is Error {
    return thrown instanceof Error && thrown.constructor === Error;
}

/** Recognizes the wasm-bindgen error for an engine whose instance was replaced after another host's trap. */
function isStale(thrown: Error): boolean {
    return thrown.message.includes("stale object");
}
