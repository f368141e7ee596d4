/** What `createShelfwise` was given, read and completed. */

import { MODES } from "./mode.js";
import { absent, field, optional, whole, word } from "./pick.js";
import { Trouble } from "./problem.js";
import type { Consent, Mode } from "./types.js";

/** How long loading, and then each answer, may take where nothing is said, in milliseconds. */
const PATIENCE_MS = 800;
/** The longest that a page may be made to wait, in milliseconds. */
const MOST_PATIENCE_MS = 60_000;

const CONSENTS: readonly Consent[] = ["not_required", "pending", "granted", "denied"];

/** Where a file is and what its hash is, or its bytes. */
export type Origin = { url: string; integrity: string | null } | { bytes: Uint8Array };

export interface Settings {
    snapshot: Origin;
    policy: Origin | null;
    mode: Mode;
    consent: Consent;
    /** Null where nothing was said: a worker where the platform has one. */
    isolation: "worker" | "inline" | null;
    visit: "memory" | "tab";
    timeoutMs: number;
    /** A folder's address, with a slash at its end. */
    assets: string | null;
}

/** Reads every option once. Throws a `Trouble` of `bad_options`. */
export function readOptions(options: unknown): Settings {
    try {
        return read(options);
    } catch (thrown) {
        throw new Trouble("bad_options", thrown instanceof Trouble ? thrown.message : "the options cannot be read");
    }
}

/** What holds where the options are of no use: nothing is read, nothing is loaded. */
export function noSettings(): Settings {
    const snapshot = { bytes: new Uint8Array() };
    return { snapshot, policy: null, mode: "off", consent: "not_required", isolation: null, visit: "memory", timeoutMs: PATIENCE_MS, assets: null };
}

function read(options: unknown): Settings {
    const snapshot = field(options, "snapshot");
    if (absent(snapshot)) throw new Trouble("bad_options", "snapshot is missing: say where the model is");
    return {
        snapshot: origin(snapshot, "snapshot", field(options, "integrity")),
        policy: optional(field(options, "policy"), "policy", (value, name) => origin(value, name, undefined)) ?? null,
        mode: optional(field(options, "mode"), "mode", (value, name) => word(value, name, MODES)) ?? "contextual",
        consent: optional(field(options, "consent"), "consent", (value, name) => word(value, name, CONSENTS)) ?? "not_required",
        isolation: optional(field(options, "isolation"), "isolation", (value, name) => word(value, name, ["worker", "inline"] as const)) ?? null,
        visit: optional(field(options, "visit"), "visit", (value, name) => word(value, name, ["memory", "tab"] as const)) ?? "memory",
        timeoutMs: optional(field(options, "timeoutMs"), "timeoutMs", (value, name) => whole(value, name, 1, MOST_PATIENCE_MS)) ?? PATIENCE_MS,
        assets: optional(field(options, "assets"), "assets", (value, name) => address(value, name).replace(/\/?$/, "/")) ?? null,
    };
}

function origin(value: unknown, name: string, integrity: unknown): Origin {
    const bytes = bytesOf(value);
    if (bytes) return { bytes };
    const inside = typeof value === "object" && !(value instanceof URL);
    const [url, hash] = inside ? [field(value, "url"), field(value, "integrity")] : [value, integrity];
    return { url: address(url, name), integrity: optional(hash ?? integrity, `integrity of ${name}`, sha256) ?? null };
}

/** A copy: the page may go on using its own. */
function bytesOf(value: unknown): Uint8Array | null {
    if (value instanceof Uint8Array) return value.slice();
    return value instanceof ArrayBuffer ? new Uint8Array(value.slice(0)) : null;
}

function address(value: unknown, name: string): string {
    if (value instanceof URL) return value.href;
    if (typeof value !== "string" || value === "") throw new Trouble("bad_options", `${name} must be an address`);
    return value;
}

function sha256(value: unknown, name: string): string {
    const known = typeof value === "string" && /^sha256-[A-Za-z0-9+/]{43}=$/.test(value);
    if (!known) throw new Trouble("bad_options", `${name} must be "sha256-" and 44 characters of base64`);
    return value;
}

/** What the shop's consent management says. */
export function readConsent(value: unknown): Consent {
    return word(value, "consent", CONSENTS);
}
