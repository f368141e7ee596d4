/**
 * Signed releases: what is published is looked at from time to time, and taken over between two rankings. This script
 * comes only where a shop has set `release`. It loads what a look asks for and hands it to the release's own module, in
 * the engine's worker; it believes nothing but what that says, and asks for no path that the record does not name.
 */

import { RELEASE_BUILD } from "./build.js";
import { MAX_SNAPSHOT_BYTES, RECORD_PATH, RELEASE_FILES, RELEASE_MESSAGES } from "./contract.js";
import type { Settings } from "./options.js";
import type { ShelfwiseError } from "./problem.js";
import type { Message, Opening, Verdict } from "./protocol.js";
import { expiring, idlyAfter, now } from "./shell/clock.js";
import { canHash } from "./shell/network.js";
import type { load, resolved } from "./shell/network.js";
import type { Problem, SnapshotFacts } from "./types.js";

/** Loading ends here, of the module and of one look, in milliseconds. */
const MOST_LOADING_MS = 30_000;
/** A look that comes later than this is left out, in milliseconds; browsers let timers of hidden pages run once a minute. */
const MOST_LATE_MS = 90_000;
/** Bytes of the module here. */
const MOST_MODULE = 1 << 20;
/** How many files a look may ask for. */
const MOST_ASKS = 5;
/** Kinds of messages about a file that did not come, by the problem's code. */
const FAILED: Readonly<Record<string, number>> = RELEASE_MESSAGES;

/** The list of rules that hide nothing. */
const NOTHING_HIDDEN = new TextEncoder().encode('{"version":1}');

type Ask = (params: Message) => Promise<Verdict>;
type Files = Pick<Opening, "snapshot" | "policy">;

/** The engine's life, as far as releases are concerned. */
export interface Runs {
    /** The way to the host of an engine that is open. */
    readonly way: Ask | null;
    readonly state: string;
    /** What the engine says of its model. */
    readonly facts: SnapshotFacts | null;
    /** Opens the engine anew, with the files that are held now. */
    reopen(): Promise<void>;
    /** The rules that were verified last hide these ids. */
    guard(list: Uint8Array): void;
    /** The last good release serves on, because of this. */
    kept(problem: Problem): void;
    /** Nothing may serve any more, because of this: the engine rests until it is opened anew. */
    rest(problem: Problem): void;
}

/** What this script is lent by the one that loads it. */
export interface Tools {
    settings: Settings;
    /** The module's address where the shop has put it elsewhere, or the way to its bytes where it has none. */
    module: string | (() => Promise<Uint8Array>) | null;
    runs: Runs;
    load: typeof load;
    resolved: typeof resolved;
    ShelfwiseError: typeof ShelfwiseError;
}

export type { Releases };
export type Read = (tools: Tools) => Releases;

export const read: Read = (tools) => new Releases(tools);

/** A look that is over. */
interface Seen {
    verdict: Verdict;
    /** What came, in the order in which it was asked for: record, list of hidden ids if there is one, policy, snapshot. */
    came: Uint8Array[];
    /** The list of hidden ids, as it came last. */
    hidden: Uint8Array | null;
    /** Why something did not come. */
    failed: ShelfwiseError | null;
}

class Releases {
    readonly #tools: Tools;
    readonly #module: Promise<Uint8Array>;
    readonly #url: string;
    /** What the engine has taken, and what it is to take next. */
    #serving: Seen | null = null;
    #next: Seen | null = null;
    /** What was taken holds no more. */
    #over = false;
    /** A record that was in order, with files that the engine did not take, and why. */
    #refused: { record: Uint8Array | undefined; problem: Problem } | null = null;
    /** When the first look began; the others follow at even intervals from then. */
    #begun: number | null = null;
    #looking = false;

    constructor(tools: Tools) {
        this.#tools = tools;
        this.#url = tools.resolved(tools.settings.release ?? "");
        this.#module = this.#bring();
        // Who waits for it hears of it.
        this.#module.catch(() => undefined);
    }

    /**
     * What the engine shall be opened with: verified by this host, or earlier in the page's life. A problem where nothing
     * may serve for now. Rejects with a `ShelfwiseError` where that cannot change.
     */
    async files(ask: Ask): Promise<Files | Problem> {
        if (this.#begun === null) {
            this.#begun = now();
            this.#plan(this.#begun);
        }
        if (!this.#held) {
            const problem = this.#weigh(await this.#look(ask));
            if (!this.#held) return problem;
        }
        const [policy, snapshot] = this.#held!.came.slice(-2) as [Uint8Array, Uint8Array];
        return { policy, snapshot };
    }

    /** The engine has taken these files. */
    taken(): void {
        this.#serving = this.#held;
        this.#next = null;
        this.#over = false;
        const { facts } = this.#tools.runs;
        if (facts && this.#serving) facts.release = this.#serving.verdict.epoch;
    }

    /** The engine did not take these files, and goes back to those before, or rests. False where they were taken once. */
    back(why: string): boolean {
        if (!this.#next) return false;
        const problem = this.#refusal(`the engine does not take it: ${why}`);
        this.#refused = { record: this.#next.came[0], problem };
        this.#next = null;
        this.#tools.runs[this.#held ? "kept" : "rest"](problem);
        return true;
    }

    get #held(): Seen | null {
        return this.#next ?? (this.#over ? null : this.#serving);
    }

    async #bring(): Promise<Uint8Array> {
        const { module, load } = this.#tools;
        if (typeof module === "function") return module();
        const url = module ?? new URL("./shelfwise_release.wasm", import.meta.url).href;
        const integrity = canHash() ? RELEASE_BUILD : null;
        return load({ url, integrity, most: MOST_MODULE }, expiring(MOST_LOADING_MS));
    }

    /**
     * Plans the next look. Looks come at even intervals by the clock, whether anybody sees the page or not: their times tell the
     * server nothing of the shopper's attention.
     */
    #plan(begun: number): void {
        const { refreshMs } = this.#tools.settings;
        const due = begun + (Math.floor((now() - begun) / refreshMs) + 1) * refreshMs;
        idlyAfter(due - now(), () => {
            if (this.#tools.runs.state === "off") return;
            // A look that a sleeping browser held back would tell when the page was woken.
            if (now() - due <= MOST_LATE_MS) this.#refresh();
            this.#plan(begun);
        });
    }

    #refresh(): void {
        const { runs } = this.#tools;
        if (runs.state === "resting") void runs.reopen();
        else if (runs.way && !this.#looking) void this.#again(runs.way);
    }

    async #again(ask: Ask): Promise<void> {
        this.#looking = true;
        try {
            this.#act(await this.#look(ask));
        } catch {
            // An engine that ends while the page looks takes the look with it: the next one is due soon enough.
        }
        this.#looking = false;
    }

    #act(seen: Seen): void {
        const { runs } = this.#tools;
        if (!runs.way) return;
        const problem = this.#weigh(seen);
        const { outcome } = seen.verdict;
        if (this.#next) void runs.reopen();
        else if (this.#over) runs.rest(problem);
        else if (outcome === "kept") runs.kept(problem);
    }

    /** What a look means for the files that are held, and what is to say where it leaves none. */
    #weigh(seen: Seen): Problem {
        const { outcome, hidden } = seen.verdict;
        // Rules that hide nothing end what earlier ones hid.
        if (hidden && seen.hidden) this.#tools.runs.guard(seen.hidden);
        else if (outcome === "new") this.#tools.runs.guard(NOTHING_HIDDEN);
        if (outcome !== "new") this.#over = outcome === "store-order";
        else if (this.#refused && String(this.#refused.record) === String(seen.came[0])) return this.#refused.problem;
        else this.#next = seen;
        return this.#problem(seen);
    }

    async #look(ask: Ask): Promise<Seen> {
        const cancel = expiring(MOST_LOADING_MS);
        const verdict = await ask({ wasm: await this.#module, kind: RELEASE_MESSAGES.begin, bytes: this.#beginning() });
        const seen: Seen = { verdict, came: [], hidden: null, failed: null };
        for (let asks = 0; seen.verdict.path !== null; asks += 1) {
            const [record] = seen.came;
            const { path } = seen.verdict;
            const isNamed = record ? names(record, path) : path === RECORD_PATH;
            if (!isNamed || asks >= MOST_ASKS) throw new this.#tools.ShelfwiseError("engine", "a look asks for what the record does not name");
            seen.verdict = await ask(await this.#answer(seen, path, cancel));
        }
        return seen;
    }

    async #answer(seen: Seen, path: string, cancel: AbortSignal): Promise<Message> {
        const { ShelfwiseError, load } = this.#tools;
        const file = { url: new URL(path, this.#url).href, integrity: null, most: Math.min(seen.verdict.at_most, MAX_SNAPSHOT_BYTES) };
        try {
            // What is named by its hash may lie in caches; the record is asked for anew.
            const bytes = await load(path === RECORD_PATH ? { ...file, cache: "no-cache" } : file, cancel);
            seen.came.push(bytes);
            if (path.startsWith("hidden-")) seen.hidden = bytes;
            return { wasm: null, kind: RELEASE_MESSAGES.came, bytes };
        } catch (thrown) {
            seen.failed = thrown instanceof ShelfwiseError ? thrown : null;
            return { wasm: null, kind: FAILED[seen.failed?.code ?? ""] ?? RELEASE_MESSAGES.unreachable, bytes: new Uint8Array() };
        }
    }

    /** Time, whether a release is held, keys, memory: as `crates/web/release/src/begin.rs` reads it. */
    #beginning(): Uint8Array {
        const keys = this.#tools.settings.keys.map((key) => keyOf(key) ?? this.#badKey(key));
        // Little endian, as is every machine with WebAssembly.
        const time = new Uint8Array(BigUint64Array.of(BigInt(now())).buffer);
        const serving = this.#serving;
        return Uint8Array.of(...time, serving ? 1 : 0, keys.length, ...keys.flat(), ...(serving?.verdict.memory ?? []));
    }

    #badKey(key: string): never {
        throw new this.#tools.ShelfwiseError("bad_options", `keys: ${key.slice(0, 80)} is none: give the lines that \`shelfwise keys show\` prints`);
    }

    #problem({ verdict, failed }: Seen): Problem {
        const { outcome, reason } = verdict;
        const { ShelfwiseError } = this.#tools;
        if (outcome === "bad-keys") throw new ShelfwiseError("bad_options", "keys must be one to four release keys and one to four policy keys, none of them both, or two to four root keys alone");
        if (outcome === "confused") throw new ShelfwiseError("engine", "release.js is of another version than shelfwise_release.wasm");
        return this.#refusal(failed ? `${reason} (${failed.message})` : reason, failed);
    }

    /** What did not come is a problem of the network or the server. */
    #refusal(why: string, failed: ShelfwiseError | null = null): Problem {
        return { code: failed && failed.code !== "too_large" ? failed.code : "bad_release", message: `${this.#url} is refused: ${why}` };
    }
}

/** Numbers of the roles, as the format has them. */
const ROLES: Readonly<Record<string, number>> = { release: 0, policy: 1, root: 5 };

/** A key's role and bytes, out of its text: `release-`, `policy-` or `root-`, and 64 hexadecimal digits. */
function keyOf(text: string): number[] | null {
    const [, role = "", digits = ""] = /^([a-z]+)-([0-9a-f]{64})$/i.exec(text) ?? [];
    const number = ROLES[role.toLowerCase()];
    const bytes = digits.match(/../g) ?? [];
    return number === undefined ? null : [number, ...bytes.map((byte) => parseInt(byte, 16))];
}

const KINDS: Readonly<Record<string, readonly [number, string]>> = RELEASE_FILES;

/**
 * Whether the record names the file of this path: it has the kind, the flag *required* and the hash, of which the path has
 * half. No worker makes a path up.
 */
function names(record: Uint8Array, path: string): boolean {
    const [kind = "", digits = "", ending] = path.split(/[-.]/);
    const [number, itsEnding] = KINDS[kind] ?? [];
    if (number === undefined || ending !== itsEnding || path !== `${kind}-${digits}.${ending}` || !/^[0-9a-f]{32}$/.test(digits)) return false;
    const hash = digits.match(/../g) ?? [];
    const named = String.fromCharCode(number, 1, ...hash.map((byte) => parseInt(byte, 16)));
    return String.fromCharCode(...record).includes(named);
}
