/**
 * Finds out, once and inside the worker, whether the policy that its script should be served with is in force:
 * `default-src 'none'; script-src 'wasm-unsafe-eval'`. What is tried touches no network.
 */

import type { Isolation } from "./types.js";

/** A file that is empty and comes from nowhere. */
const NOWHERE = "data:,";

export async function isolationOfWorker(): Promise<Isolation> {
    return runsText() || (await fetches()) ? "worker-uncontained" : "worker";
}

/** Scripts out of texts: refused where `script-src` allows none. */
function runsText(): boolean {
    try {
        Function("")();
        return true;
    } catch {
        return false;
    }
}

/** Requests: refused, even of an address without a network, where `connect-src` or `default-src` allows none. */
async function fetches(): Promise<boolean> {
    try {
        await fetch(NOWHERE);
        return true;
    } catch {
        return false;
    }
}
