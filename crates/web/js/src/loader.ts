/** Loads the files of an engine and opens the connection to its host. */

import { BUILD, RELEASE_BUILD } from "./build.js";
import { MAX_RECORD_BYTES, RECORD_PATH } from "./contract.js";
import type { Connect } from "./link.js";
import type { Origin, Settings } from "./options.js";
import type { Platform } from "./platform.js";
import { ShelfwiseError, textOf } from "./problem.js";
import type { Opening } from "./protocol.js";
import type { Ask, Releases, Runs } from "./release.js";
import { after, expiring } from "./shell/clock.js";
import { canHash, load, resolved, verify } from "./shell/network.js";
import { openWorker } from "./shell/worker.js";

/** Limit of loading, in milliseconds. The page has fallen back to its own order long before. */
const MOST_LOADING_MS = 30_000;
/** Maximum file sizes in bytes. The one of the model suffices for as many items as the format allows. */
const MOST = { snapshot: 64 << 20, policy: 1 << 20, wasm: 4 << 20, verifier: 1 << 20 };

/** The loaded files. If the shop has set `release`, `signed` supplies model and rules. */
export type Files = Pick<Opening, "wasm" | "snapshot" | "policy"> & { signed: Releases | null };

/**
 * Loads module and model in parallel; `rules` are already being loaded, and `asking` is the way to the host, which verifies a
 * release meanwhile. Rejects with the `ShelfwiseError` of the first
 * failure and cancels the others, except the rules: they must hide items even if everything else fails.
 */
export async function loadFiles(settings: Settings, platform: Platform, runs: Runs, rules: Promise<Uint8Array | null>, asking: Promise<Ask>): Promise<Files> {
    const cancel = new AbortController();
    const stopTimer = after(MOST_LOADING_MS, () => cancel.abort());
    waiting(asking);
    try {
        const reader = settings.release === null ? null : releases(settings, platform, runs, asking);
        const model = reader ? new Uint8Array() : bytesOf(settings.snapshot, MOST.snapshot, cancel.signal);
        const all = [module(settings, platform, cancel.signal), model, rules, reader] as const;
        const [wasm, snapshot, policy, signed] = await Promise.all(all);
        return { wasm, snapshot, policy, signed };
    } catch (thrown) {
        // Not after success: scripts that wrap `fetch` may still read clones of the responses, which would then fail.
        cancel.abort();
        throw thrown;
    } finally {
        stopTimer();
    }
}

/** Loads the policy of the options; null if there is none or `release` is set. Rejects with a `ShelfwiseError`. */
export async function loadRules({ policy, release }: Settings): Promise<Uint8Array | null> {
    return policy && release === null ? bytesOf(policy, MOST.policy, expiring(MOST_LOADING_MS)) : null;
}

/** Returns how to connect to the host: in a worker, or inline if the options or the platform require it. */
export async function wayTo(settings: Settings, platform: Platform): Promise<Connect> {
    const isolation = settings.isolation ?? (platform.worker ? "worker" : "inline");
    if (isolation === "worker") {
        const url = asset(settings, "worker.js") ?? platform.worker?.();
        if (url === undefined) throw new ShelfwiseError("no_worker", "this entry of the package has no worker");
        return (receiver) => openWorker(url, receiver);
    }
    try {
        return await platform.inline();
    } catch (thrown) {
        throw new ShelfwiseError("network", `the engine's inline script did not load: ${textOf(thrown)}`);
    }
}

async function releases(settings: Settings, platform: Platform, runs: Runs, asking: Promise<Ask>): Promise<Releases> {
    const from = platform.releases;
    if (!from) throw new ShelfwiseError("bad_options", "this entry of the package takes no release: give it snapshot and policy");
    const cancel = expiring(MOST_LOADING_MS);
    // Both load while the script does: a model cannot be requested before they are there.
    const module = waiting(verifier(asset(settings, "shelfwise_release.wasm") ?? from.module(), cancel));
    const first = waiting(recordOf(settings, cancel));
    const record = (until: AbortSignal): Promise<Uint8Array> => recordOf(settings, until);
    try {
        const signed = (await from.script()).read({ settings, module, first, record, runs, load, resolved, ShelfwiseError });
        signed.begin(asking);
        return signed;
    } catch (thrown) {
        if (thrown instanceof ShelfwiseError) throw thrown;
        throw new ShelfwiseError("network", `the script for releases did not load: ${textOf(thrown)}`);
    }
}

async function module(settings: Settings, platform: Platform, cancel: AbortSignal): Promise<Opening["wasm"]> {
    const own = asset(settings, "shelfwise_bg.wasm");
    const wasm = own === null ? await platform.wasm() : own;
    if (typeof wasm !== "string") return wasm;
    // Without `crypto.subtle` the hash cannot be checked; scripts of another build are still detected by `BUILD`.
    const integrity = canHash() ? BUILD : null;
    return load({ url: wasm, integrity, most: MOST.wasm }, cancel);
}

async function verifier(module: string | Promise<Uint8Array>, cancel: AbortSignal): Promise<Uint8Array> {
    return typeof module === "string" ? load({ url: module, integrity: canHash() ? RELEASE_BUILD : null, most: MOST.verifier }, cancel) : module;
}

/** Loads the record of the release. It must be revalidated. */
async function recordOf({ release }: Settings, cancel: AbortSignal): Promise<Uint8Array> {
    const url = new URL(RECORD_PATH, resolved(release ?? "")).href;
    return load({ url, integrity: null, most: MAX_RECORD_BYTES, cache: "no-cache" }, cancel);
}

/** The same promise; if it rejects before somebody awaits it, that is no unhandled rejection. */
function waiting<Value>(promise: Promise<Value>): Promise<Value> {
    promise.catch(() => undefined);
    return promise;
}

/** Async, so that an invalid address rejects like a failed load: a throw would leave the other loads unhandled. */
async function bytesOf(origin: Origin, most: number, cancel: AbortSignal): Promise<Uint8Array> {
    if ("bytes" in origin) {
        if (origin.integrity !== null) await verify(origin.bytes, "the file given as bytes", origin.integrity);
        return origin.bytes;
    }
    return load({ url: resolved(origin.url), integrity: origin.integrity, most }, cancel);
}

function asset(settings: Settings, name: string): string | null {
    return settings.assets === null ? null : resolved(settings.assets + name);
}
