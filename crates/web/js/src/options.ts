/** Validates the options of `createShelfwise` and fills in defaults. */

import { MAX_MEMORY_DAYS } from "./contract.js";
import { MODES } from "./mode.js";
import { attempt, flag, id, list, optional, ownField, text, whole, word } from "./validate.js";
import { ShelfwiseError } from "./problem.js";
import type { Consent, Mode } from "./types.js";

/** Default limit for loading, and for each answer, in milliseconds. */
const PATIENCE_MS = 800;
/** Upper bound of that limit, in milliseconds. */
const MOST_PATIENCE_MS = 60_000;

/** Default, lower and upper bound of the interval between update checks, in milliseconds. */
const REFRESH_MS = 900_000;
const LEAST_REFRESH_MS = 1_000;
const MOST_REFRESH_MS = 86_400_000;

/** Default lifetime of a memory, in days. */
const MEMORY_DAYS = 30;

/** A file's address or its bytes, with the expected hash. */
export type Origin = { url: string; integrity: string | null } | { bytes: Uint8Array; integrity: string | null };

export interface Settings {
    snapshot: Origin;
    policy: Origin | null;
    /** The address of a signed release, which then supplies model and rules. */
    release: string | null;
    keys: string[];
    refreshMs: number;
    mode: Mode;
    consent: Consent;
    /** Null if not set: a worker if the platform has one. */
    isolation: "worker" | "inline" | null;
    visit: "memory" | "tab";
    /** The longest lifetime of a memory, in days. */
    memoryDays: number;
    timeoutMs: number;
    /** Whether orders may say what was tried. */
    orderTag: boolean;
    /** Where the visit's randomized report is sent; null where none is. */
    reports: string | null;
    /** Arms that a tester asks for. */
    arms: string[];
    /** The address of a folder, with a trailing slash. */
    assets: string | null;
}

/** Reads every option once. Throws a `ShelfwiseError` with code `bad_options`. */
export function readOptions(options: unknown): Settings {
    try {
        return read(options);
    } catch (thrown) {
        throw new ShelfwiseError("bad_options", thrown instanceof ShelfwiseError ? thrown.message : "the options cannot be read");
    }
}

/** Reads the state of the shop's consent management. */
export const readConsent = oneOf<Consent>(["not_required", "pending", "granted", "denied"]);

/** Returns settings for invalid options: mode off, and nothing is loaded. A denied consent still counts. */
export function noSettings(options: unknown): Settings {
    const consent = attempt(() => readConsent(ownField(options, "consent"), "consent"), () => undefined) ?? "not_required";
    const snapshot = { bytes: new Uint8Array(), integrity: null };
    const nothing = { policy: null, release: null, keys: [], refreshMs: REFRESH_MS, isolation: null, assets: null, memoryDays: MEMORY_DAYS, orderTag: false, reports: null, arms: [] };
    return { ...nothing, snapshot, mode: "off", consent, visit: "memory", timeoutMs: PATIENCE_MS };
}

function read(options: unknown): Settings {
    const said = <T>(name: string, read: (value: unknown, name: string) => T) => optional(ownField(options, name), name, read);
    const integrity = said("integrity", sha256);
    const release = said("release", address) ?? null;
    const snapshot = release === null ? said("snapshot", (value, name) => origin(value, name, integrity)) : { url: release, integrity: null };
    if (!snapshot) throw new ShelfwiseError("bad_options", "snapshot is missing: set it to the model");
    return {
        snapshot,
        policy: said("policy", origin) ?? null,
        release,
        keys: said("keys", (value, name) => list(value, name, text)) ?? [],
        refreshMs: said("refreshMs", (value, name) => whole(value, name, LEAST_REFRESH_MS, MOST_REFRESH_MS)) ?? REFRESH_MS,
        mode: said("mode", oneOf(MODES)) ?? "contextual",
        consent: said("consent", readConsent) ?? "not_required",
        isolation: said("isolation", oneOf(["worker", "inline"])) ?? null,
        visit: said("visit", oneOf(["memory", "tab"])) ?? "memory",
        memoryDays: said("memoryDays", (value, name) => whole(value, name, 1, MAX_MEMORY_DAYS)) ?? MEMORY_DAYS,
        timeoutMs: said("timeoutMs", (value, name) => whole(value, name, 1, MOST_PATIENCE_MS)) ?? PATIENCE_MS,
        orderTag: said("orderTag", flag) ?? false,
        reports: said("reports", address) ?? null,
        arms: said("arms", (value, name) => list(value, name, id)) ?? [],
        assets: said("assets", address)?.replace(/\/?$/, "/") ?? null,
    };
}

function oneOf<const Word extends string>(words: readonly Word[]): (value: unknown, name: string) => Word {
    return (value, name) => word(value, name, words);
}

function origin(value: unknown, name: string, integrity?: string): Origin {
    const bytes = bytesOf(value);
    if (bytes) return { bytes, integrity: integrity ?? null };
    const url = typeof value === "object" && !(value instanceof URL) ? ownField(value, "url") : value;
    const hash = url === value ? undefined : optional(ownField(value, "integrity"), `${name}.integrity`, sha256);
    return { url: address(url, name), integrity: hash ?? integrity ?? null };
}

/** Copies bytes, because the page may go on using its own; null if the value is no bytes. */
function bytesOf(value: unknown): Uint8Array | null {
    if (value instanceof Uint8Array) return value.slice();
    return value instanceof ArrayBuffer ? new Uint8Array(value.slice(0)) : null;
}

function address(value: unknown, name: string): string {
    if (value instanceof URL) return value.href;
    if (typeof value !== "string" || value === "") throw new ShelfwiseError("bad_options", `${name} must be an address`);
    return value;
}

function sha256(value: unknown, name: string): string {
    const known = typeof value === "string" && /^sha256-[A-Za-z0-9+/]{43}=$/.test(value);
    if (!known) throw new ShelfwiseError("bad_options", `${name} must be "sha256-" and 44 characters of base64`);
    return value;
}
