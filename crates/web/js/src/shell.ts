/**
 * The shell: all that Shelfwise does outside of its own memory stands in this file and in no other. It loads the
 * files that the shop names, reads the browser's signals, opens one worker and lets one shape of answer in, and keeps
 * one key of the tab's storage. It sends nothing: every request is a GET of an address that depends on no shopper.
 */

import type { Signal } from "./mode.js";
import { ShelfwiseError, textOf } from "./problem.js";
import type { CallName, Calls, Question } from "./protocol.js";
import type { ErrorCode } from "./types.js";

/** The key in the tab's storage, and the name of the Trusted Types policy. */
export const NAME = "shelfwise";

/** The most that is kept in the tab's storage, in characters. */
export const MOST_KEPT = 64 * 1024;

// ── Loading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A file to load: the hash that its bytes must have, and the most of them. */
export interface File {
    url: string;
    integrity: string | null;
    most: number;
    /** Where a browser's cache must not answer by itself. */
    cache?: "no-cache";
}

/** The file's bytes, all of them as they should be, or a `ShelfwiseError` that says why not. */
export async function load(file: File, cancel: AbortSignal): Promise<Uint8Array> {
    const response = await request(file, cancel);
    if (response.status !== 200) throw new ShelfwiseError("not_found", `${file.url} answered ${response.status}`);
    const type = response.headers.get("content-type") ?? "";
    // A page in place of a file: a server that answers every unknown address with its start page.
    if (/html|json/i.test(type)) throw new ShelfwiseError("wrong_type", `${file.url} is of type ${type}: it is not the file`);
    const bytes = await body(response, file, cancel);
    if (file.integrity !== null) await verify(bytes, file.url, file.integrity);
    return bytes;
}

async function request({ url, cache }: File, cancel: AbortSignal): Promise<Response> {
    try {
        return await fetch(url, { signal: cancel, credentials: "same-origin", cache: cache ?? "default" });
    } catch (thrown) {
        throw lost(url, cancel, thrown);
    }
}

async function body(response: Response, file: File, cancel: AbortSignal): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
        const reader = response.body?.getReader();
        for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
            length += part.value.length;
            if (length > file.most) throw new ShelfwiseError("too_large", `${file.url} has more than ${file.most} bytes`);
            chunks.push(part.value);
        }
    } catch (thrown) {
        throw lost(file.url, cancel, thrown);
    }
    return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.length;
    }
    return bytes;
}

function lost(url: string, cancel: AbortSignal, thrown: unknown): ShelfwiseError {
    if (thrown instanceof ShelfwiseError) return thrown;
    if (cancel.aborted) return new ShelfwiseError("deadline", `${url} did not come in time`);
    return new ShelfwiseError("network", `${url} did not come: ${textOf(thrown)}`);
}

async function verify(bytes: Uint8Array, url: string, integrity: string): Promise<void> {
    const subtle = globalThis.crypto?.subtle;
    if (!subtle) throw new ShelfwiseError("integrity", `${url} cannot be verified: browsers hash on https and localhost only`);
    const digest = new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
    const found = `sha256-${btoa(String.fromCharCode(...digest))}`;
    if (found !== integrity) throw new ShelfwiseError("integrity", `${url} is ${found}, and should be ${integrity}`);
}

/** The address as the page means it. */
export function resolved(url: string): string {
    try {
        return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href;
    } catch {
        throw new ShelfwiseError("bad_options", `${url.slice(0, 200)} is no address`);
    }
}

// ── Signals ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Global Privacy Control and Do Not Track, as they are now. What throws when read counts as a signal. */
export function signals(): Signal[] {
    const found: Signal[] = [];
    let readable = true;
    const read = (signal: Signal, value: () => unknown) => {
        try {
            const said = value();
            if (said === true || said === "1") found.push(signal);
        } catch {
            readable = false;
        }
    };
    const browser = () => globalThis.navigator as unknown as Record<string, unknown> | undefined;
    read("gpc", () => browser()?.globalPrivacyControl);
    read("dnt", () => browser()?.doNotTrack);
    return readable ? found : [...found, "signal_unreadable"];
}

// ── The context cell ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The facts of a cell that a page can know, first first: hour, weekday, device, language. Each with its bits in the mask. */
const TOLD: readonly [mask: number, read: () => unknown][] = [
    [7 << 24, () => new Date().getHours()],
    [3 << 22, () => new Date().getDay()],
    [3 << 20, device],
    [1023 << 10, () => /^[a-z]{2}(?![a-z])/i.exec(navigator.language)?.[0]],
];

/** The cell of this moment, of the facts in the mask; no other one is read. What cannot be read is unknown, as is the country. */
export function cellOf(facts: number): string {
    return TOLD.map(([mask, read]) => {
        try {
            // A server's clock and language are not the shopper's.
            return facts & mask && globalThis.document ? read() : "";
        } catch {
            return "";
        }
    }).join();
}

/** The class of device, coarsely, as the edge worker reads it off headers. */
function device(): string {
    const { userAgent, userAgentData } = navigator as Navigator & { userAgentData?: { mobile?: boolean } };
    if (/iPad|Tablet/.test(userAgent)) return "tablet";
    return userAgentData?.mobile || /Mobi/.test(userAgent) ? "phone" : userAgent && "desktop";
}

// ── The tab's storage ───────────────────────────────────────────────────────────────────────────────────────────────

/** What is kept; null where nothing is, where it is longer than we write, or where the browser denies it. */
export function readKept(): string | null {
    try {
        const text = globalThis.sessionStorage.getItem(NAME);
        return text !== null && text.length <= MOST_KEPT ? text : null;
    } catch {
        return null;
    }
}

/** Keeps a text in place of the one before. Where there is no room for it, nothing is kept. */
export function writeKept(text: string): void {
    try {
        globalThis.sessionStorage.setItem(NAME, text);
    } catch {
        removeKept();
    }
}

export function removeKept(): void {
    try {
        globalThis.sessionStorage.removeItem(NAME);
    } catch {
        // A browser that denies storage has kept nothing.
    }
}

// ── The worker ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where questions go. */
export interface Port {
    ask(question: Question): void;
    close(): void;
}

/** Who is told what comes back: an answer as it came, or that none will. */
export interface Receiver {
    answer(data: unknown): void;
    failed(code: ErrorCode, message: string): void;
}

/** Opens the worker of that address, which is the only script that Shelfwise ever starts. */
export function openWorker(url: string, receiver: Receiver): Port {
    const worker = started(url);
    worker.onmessage = (event) => receiver.answer(event.data);
    worker.onmessageerror = () => receiver.failed("engine", "the worker sent what cannot be read");
    worker.onerror = (event) => {
        event.preventDefault?.();
        const why = event.message || "it is not there, is no script, or the page's worker-src refuses it";
        receiver.failed("no_worker", `${url} does not run: ${textOf(why)}`);
    };
    return { ask: (question) => worker.postMessage(question), close: () => worker.terminate() };
}

function started(url: string): Worker {
    try {
        return new Worker(trusted(url) as string, { name: NAME, credentials: "same-origin" });
    } catch (thrown) {
        throw new ShelfwiseError("no_worker", `${url} may not run: ${textOf(thrown)}`);
    }
}

interface TrustedTypes {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

/** The address in the form that `require-trusted-types-for 'script'` asks for; the policy's name is `shelfwise`. */
function trusted(url: string): unknown {
    const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
    if (!types) return url;
    // Nobody else gets hold of the policy: no address but this one ever goes through it.
    policy ??= types.createPolicy(NAME, { createScriptURL: (script) => script });
    return policy.createScriptURL(url);
}

// ── What is let in ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Checks a value and copies of it what is known; throws on anything else. */
type Check = (value: unknown) => unknown;

const refuse = (): never => {
    throw new ShelfwiseError("engine", "the engine's answer is not of the agreed shape");
};
const when = (fits: (value: unknown) => boolean): Check => (value) => (fits(value) ? value : refuse());
const text = when((value) => typeof value === "string" && value.length <= 2048);
const number = when((value) => typeof value === "number");
const flag = when((value) => typeof value === "boolean");
const bytes = when((value) => value instanceof Uint8Array && value.length <= MOST_KEPT);
const orNull = (check: Check): Check => (value) => (value === null || value === undefined ? null : check(value));
const oneOf = (...words: string[]): Check => when((value) => words.includes(value as string));
const list = (check: Check): Check => (value) => (Array.isArray(value) && value.length <= 1000 ? value.map(check) : refuse());
const record = (fields: Record<string, Check>): Check => (value) => {
    if (typeof value !== "object" || value === null) return refuse();
    const read = ([name, check]: [string, Check]) => [name, check((value as Record<string, unknown>)[name])];
    return Object.fromEntries(Object.entries(fields).map(read));
};

const reason = record({ code: text, evidence: list(text) });
const place = { item_id: text, score: number, reasons: list(reason), rules: list(text) };
const item = record({ ...place, position: number, from_position: orNull(number), source: text });
const slate = record({ slate_id: text, snapshot: text, fallback_used: flag, basis: text, items: list(item) });
const contribution = record({ source: text, evidence: orNull(text), amount: number });
const ruledOut = record({ by: text, rule: orNull(text) });
const explained = { position: orNull(number), source: orNull(text), contributions: list(contribution), ruled_out: orNull(ruledOut) };
const event = record({ id: number, event: text, item_id: text, at_ms: number });
const size = { version: number, snapshot_bytes: number, items: number, min_support: number, trained_until_ms: number, cells: number };
const facts = record({ ...size, snapshot: text, support: text });
/** What a host may complain of; the rest is the page's own to say. */
const code = oneOf("no_webassembly", "no_worker", "bad_snapshot", "bad_policy", "bad_request", "engine");
const isolation = oneOf("worker", "worker-uncontained", "inline");

const GIVES: Record<CallName, Check> = {
    open: record({ facts, isolation }),
    track: record({ saved: orNull(bytes), refused: number, why: text }),
    rerank: slate,
    recommend: slate,
    explain: orNull(record({ ...place, ...explained })),
    what_if: orNull(slate),
    profile: record({ mode: text, gift: flag, events: list(event), hidden: list(text), cart: list(text) }),
    restore: flag,
    slates: list(text),
    verify: record({ path: orNull(text), at_most: number, epoch: number, outcome: orNull(text), reason: text, memory: bytes }),
};

const answer = record({ id: number, result: (value) => value, error: orNull(record({ code, message: text, fatal: flag })) });

/** An answer as it came, as far as it says which question it is to. */
export interface Heard {
    id: number;
    result: unknown;
    error: { code: ErrorCode; message: string; fatal: boolean } | null;
}

/** The answer's outer shape. */
export function parseAnswer(data: unknown): Heard {
    return answer(data) as Heard;
}

/** What the answer gives, in the shape of its call. A list comes back with items that were asked about, and no others. */
export function admitted(question: Question, result: unknown): unknown {
    const checked = GIVES[question.call](result);
    if (question.call === "rerank") onlyAsked(question.params as Calls["rerank"]["params"], checked as Calls["rerank"]["result"]);
    return checked;
}

function onlyAsked({ items = [] }: Calls["rerank"]["params"], params: Calls["rerank"]["result"]): void {
    const asked = new Set(items.map((listed) => listed.item_id));
    if (params.items.length > items.length || params.items.some((shown) => !asked.has(shown.item_id))) refuse();
}
