/**
 * Signed releases: checks for updates periodically, and applies them between two rankings. Loaded only if the shop has
 * set `release`. It fetches the files that a check requests and passes them to the verifying module, in the engine's
 * worker. It trusts only the module's verdict, and requests no path that the record does not name.
 */

import { MAX_SNAPSHOT_BYTES, RECORD_PATH, RELEASE_FILES, RELEASE_MESSAGES, SNAPSHOT_TABLE } from "./contract.js";
import type { Settings } from "./options.js";
import type { ShelfwiseError } from "./problem.js";
import type { Message, Opening, Verdict } from "./protocol.js";
import { expiring, idlyAfter, now } from "./shell/clock.js";
import { canHash, sha256 } from "./shell/network.js";
import type { load, resolved } from "./shell/network.js";
import type { Problem, SnapshotFacts } from "./types.js";

/** Limit for all loads of one check, in milliseconds. */
const MOST_LOADING_MS = 30_000;
/** A check that is later than this is skipped, in milliseconds. Browsers run timers of hidden pages once a minute. */
const MOST_LATE_MS = 90_000;
/** Maximum number of files per check. */
const MOST_REQUESTS = 6;
/** Kinds of messages about a file that could not be loaded, by error code. */
const FAILED: Readonly<Record<string, number>> = RELEASE_MESSAGES;

/** A list without hidden ids. */
const NOTHING_HIDDEN = new TextEncoder().encode('{"version":1}');

export type Ask = (params: Message) => Promise<Verdict>;
type Files = Pick<Opening, "snapshot" | "policy" | "facts">;

/** The part of the runner that releases use. */
export interface Runs {
    /** The connection to the host; null if the engine is not open. */
    readonly way: Ask | null;
    readonly state: string;
    /** Facts about the engine's model. */
    readonly facts: SnapshotFacts | null;
    /** Reopens the engine with the current files. */
    reopen(): Promise<void>;
    /** Sets the hidden ids of the rules that were verified last. */
    guard(list: Uint8Array): void;
    /** Reports why the last good release stays in use. */
    kept(problem: Problem): void;
    /** Reports why no release may be used. The engine is suspended until it is reopened. */
    rest(problem: Problem): void;
}

/** Dependencies that the loading script passes in. */
export interface Tools {
    settings: Settings;
    /** What is loading since before this script: the module, and the record for the first check. */
    module: Promise<Uint8Array>;
    first: Promise<Uint8Array>;
    /** Loads the record anew. */
    record: (cancel: AbortSignal) => Promise<Uint8Array>;
    runs: Runs;
    load: typeof load;
    resolved: typeof resolved;
    ShelfwiseError: typeof ShelfwiseError;
}

export type { Releases };
export type Read = (tools: Tools) => Releases;

export const read: Read = (tools) => new Releases(tools);

/** A file, or why it did not load. */
type Fetched = Uint8Array | { failed: ShelfwiseError | null };

/** The result of an update check. */
interface Seen {
    verdict: Verdict;
    /** What was requested, by path. */
    fetched: Map<string, Promise<Fetched>>;
    /** The received files in order of request: record, list of hidden ids if there is one, facts if there are some, policy, snapshot. */
    came: Uint8Array[];
    /** The received list of hidden ids. */
    hidden: Uint8Array | null;
    /** The received facts of items. */
    facts: Uint8Array | null;
    /** The error of a file that could not be loaded. */
    failed: ShelfwiseError | null;
}

class Releases {
    readonly #tools: Tools;
    readonly #url: string;
    /** The record for the first check; null for later ones, which load it anew. */
    #first: Promise<Uint8Array> | null;
    /** The first check, if it has begun while the engine is loading; null once it was used. */
    #early: Promise<Seen | null> | null = null;
    /** The release that the engine runs with, and the one to open next. */
    #serving: Seen | null = null;
    #next: Seen | null = null;
    /** Whether the release in use is no longer valid. */
    #over = false;
    /** A verified record whose files the engine has refused, and why. */
    #refused: { record: Uint8Array | undefined; problem: Problem } | null = null;
    /** Time of the first check; later ones follow at multiples of the interval. */
    #begun: number | null = null;
    #looking = false;

    constructor(tools: Tools) {
        this.#tools = tools;
        this.#url = tools.resolved(tools.settings.release ?? "");
        this.#first = tools.first;
    }

    /** Begins the first check while the engine is loading. If it fails, `files` begins another one. */
    begin(asking: Promise<Ask>): void {
        this.#early = asking.then((ask) => this.#check(ask)).catch(() => null);
    }

    /**
     * Returns the verified files to open the engine with, from this check or an earlier one; a problem if none may be used
     * at present. Rejects with a `ShelfwiseError` if that cannot change.
     */
    async files(ask: Ask): Promise<Files | Problem> {
        if (this.#begun === null) {
            this.#begun = now();
            this.#plan(this.#begun);
        }
        if (!this.#held) {
            const early = await this.#early;
            this.#early = null;
            const problem = this.#weigh(early ?? (await this.#check(ask)));
            if (!this.#held) return problem;
        }
        const [policy, snapshot] = this.#held!.came.slice(-2) as [Uint8Array, Uint8Array];
        const { facts } = this.#held!;
        return { policy, snapshot, facts: facts && canHash() ? await bound(facts, snapshot) : null };
    }

    /** Records that the engine has accepted the files. `refused` is why it has not taken the facts; null if it has, or there are none. */
    taken(refused: string | null): void {
        this.#serving = this.#held;
        this.#next = null;
        this.#over = false;
        const { facts } = this.#tools.runs;
        if (facts && this.#serving) facts.release = this.#serving.verdict.epoch;
        const unchecked = this.#serving?.facts && !canHash() ? "they cannot be checked: browsers hash on https and localhost only" : null;
        const why = refused ?? unchecked;
        if (why !== null) this.#tools.runs.kept({ code: "bad_release", message: `${this.#url}: its facts are not used, and rules over facts do not act: ${why}` });
    }

    /** Records that the engine refused new files, and rolls back or suspends. False if they had been accepted before. */
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

    /**
     * Schedules the next check. Checks run at fixed intervals, whether the page is visible or not, so that their times do
     * not reveal the shopper's attention to the server.
     */
    #plan(begun: number): void {
        const { refreshMs } = this.#tools.settings;
        const due = begun + (Math.floor((now() - begun) / refreshMs) + 1) * refreshMs;
        idlyAfter(due - now(), () => {
            if (this.#tools.runs.state === "off") return;
            // A check delayed by a suspended browser would reveal when the page was resumed.
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
            this.#act(await this.#check(ask));
        } catch {
            // The engine has stopped during the check; the next check is due after the interval.
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

    /** Applies a check's verdict to the current files. Returns the problem to report if none may be used. */
    #weigh(seen: Seen): Problem {
        const { outcome, hidden } = seen.verdict;
        // A new release without a list of hidden ids replaces the earlier list.
        if (hidden && seen.hidden) this.#tools.runs.guard(seen.hidden);
        else if (outcome === "new") this.#tools.runs.guard(NOTHING_HIDDEN);
        if (outcome !== "new") this.#over = outcome === "store-order";
        else if (this.#refused && String(this.#refused.record) === String(seen.came[0])) return this.#refused.problem;
        else this.#next = seen;
        return this.#problem(seen);
    }

    async #check(ask: Ask): Promise<Seen> {
        const cancel = expiring(MOST_LOADING_MS);
        const verdict = await ask({ wasm: await this.#tools.module, kind: RELEASE_MESSAGES.begin, bytes: this.#beginning() });
        const seen: Seen = { verdict, fetched: new Map(), came: [], hidden: null, facts: null, failed: null };
        while (seen.verdict.path !== null) {
            const { path, following, at_most } = seen.verdict;
            this.#fetch(seen, path, at_most, cancel);
            // The module compares size and hash of each.
            for (const next of following) this.#fetch(seen, next, MAX_SNAPSHOT_BYTES, cancel);
            seen.verdict = await ask(answer(seen, path, await seen.fetched.get(path)!));
        }
        return seen;
    }

    /** Begins to load a file, unless it is loading already. */
    #fetch({ fetched, came: [record] }: Seen, path: string, atMost: number, cancel: AbortSignal): void {
        if (fetched.has(path)) return;
        const { ShelfwiseError, load } = this.#tools;
        const isNamed = record ? names(record, path) : path === RECORD_PATH;
        if (!isNamed || fetched.size >= MOST_REQUESTS) throw new ShelfwiseError("engine", "an update check requests a file that the record does not name");
        const file = { url: new URL(path, this.#url).href, integrity: null, most: Math.min(atMost, MAX_SNAPSHOT_BYTES) };
        // Files named by their hash may come from a cache.
        const loading = record ? load(file, cancel) : (this.#first ?? this.#tools.record(cancel));
        if (!record) this.#first = null;
        fetched.set(path, loading.catch((thrown: unknown) => ({ failed: thrown instanceof ShelfwiseError ? thrown : null })));
    }

    /** Encodes time, whether a release is installed, keys and memory for `crates/web/release/src/begin.rs`. */
    #beginning(): Uint8Array {
        const keys = this.#tools.settings.keys.map((key) => keyOf(key) ?? this.#badKey(key));
        // In the platform's byte order, which is little endian wherever WebAssembly runs.
        const time = new Uint8Array(BigUint64Array.of(BigInt(now())).buffer);
        const serving = this.#serving;
        return Uint8Array.of(...time, serving ? 1 : 0, keys.length, ...keys.flat(), ...(serving?.verdict.memory ?? []));
    }

    #badKey(key: string): never {
        throw new this.#tools.ShelfwiseError("bad_options", `keys: ${key.slice(0, 80)} is no key: give the lines that \`shelfwise keys show\` prints`);
    }

    #problem({ verdict, failed }: Seen): Problem {
        const { outcome, reason } = verdict;
        const { ShelfwiseError } = this.#tools;
        if (outcome === "bad-keys") throw new ShelfwiseError("bad_options", "keys must be one to four release keys and one to four policy keys, with facts and lead keys if there are some, none of them both, or two to four root keys alone");
        if (outcome === "bad-message") throw new ShelfwiseError("engine", "release.js is of another version than shelfwise_release.wasm");
        return this.#refusal(failed ? `${reason} (${failed.message})` : reason, failed);
    }

    /** Makes the problem for a refused release. A file that did not load keeps its own code. */
    #refusal(why: string, failed: ShelfwiseError | null = null): Problem {
        return { code: failed && failed.code !== "too_large" ? failed.code : "bad_release", message: `${this.#url} is refused: ${why}` };
    }
}

/** Notes what came of a request, and returns the message that says so. */
function answer(seen: Seen, path: string, fetched: Fetched): Message {
    if ("failed" in fetched) {
        seen.failed = fetched.failed;
        return { wasm: null, kind: FAILED[seen.failed?.code ?? ""] ?? RELEASE_MESSAGES.unreachable, bytes: new Uint8Array() };
    }
    seen.came.push(fetched);
    if (path.startsWith("hidden-")) seen.hidden = fetched;
    if (path.startsWith("facts-")) seen.facts = fetched;
    return { wasm: null, kind: RELEASE_MESSAGES.received, bytes: fetched };
}

/** Role numbers of the file format. */
const ROLES: Readonly<Record<string, number>> = { release: 0, policy: 1, facts: 2, lead: 3, root: 5 };

/** Parses a key: `release-`, `policy-`, `facts-`, `lead-` or `root-` and 64 hexadecimal digits. Returns its role and bytes, or null. */
function keyOf(text: string): number[] | null {
    const [, role = "", digits = ""] = /^([a-z]+)-([0-9a-f]{64})$/i.exec(text) ?? [];
    const number = ROLES[role.toLowerCase()];
    const bytes = digits.match(/../g) ?? [];
    return number === undefined ? null : [number, ...bytes.map((byte) => parseInt(byte, 16))];
}

/** Returns the facts, and behind them the hash of the snapshot's ids, to which they must be bound. */
async function bound(facts: Uint8Array, snapshot: Uint8Array): Promise<Uint8Array> {
    const hash = await sha256(idsOf(snapshot));
    const both = new Uint8Array(facts.length + hash.length);
    both.set(facts);
    both.set(hash, facts.length);
    return both;
}

/** Returns the snapshot's section of ids: the table behind the head has its place. Empty without one, and of a damaged snapshot. */
function idsOf(snapshot: Uint8Array): Uint8Array {
    const head = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.length);
    const { entry, ids } = SNAPSHOT_TABLE;
    for (let at: number = SNAPSHOT_TABLE.at; at + entry <= snapshot.length; at += entry) {
        if (head.getUint16(at, true) !== ids) continue;
        const from = head.getUint32(at + 4, true);
        return snapshot.subarray(from, from + head.getUint32(at + 8, true));
    }
    return new Uint8Array();
}

const KINDS: Readonly<Record<string, readonly [number, string]>> = RELEASE_FILES;

/**
 * Returns whether the record names the file of this path: by its kind, the flag *required* and its hash, of which the path
 * has half. So a compromised worker cannot exfiltrate data by a made-up path.
 */
function names(record: Uint8Array, path: string): boolean {
    const [kind = "", digits = "", ending] = path.split(/[-.]/);
    const [number, itsEnding] = KINDS[kind] ?? [];
    if (number === undefined || ending !== itsEnding || path !== `${kind}-${digits}.${ending}` || !/^[0-9a-f]{32}$/.test(digits)) return false;
    const hash = digits.match(/../g) ?? [];
    const named = String.fromCharCode(number, 1, ...hash.map((byte) => parseInt(byte, 16)));
    return String.fromCharCode(...record).includes(named);
}
