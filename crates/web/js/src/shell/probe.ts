/**
 * Finds out, once and inside the worker, whether the policy that its script should be served with is in force. It asks
 * for an address without a network: where that is refused, the browser names the policy that refused it, word by word.
 * The refusal stands in the console as one line, so the address says what it is for.
 */

import type { Isolation } from "../types.js";

const NOWHERE = "data:,shelfwise-tries-whether-its-worker-is-contained";
/** All that the policy may say: no request of any kind, no script but WebAssembly. A report would be a way out. */
const POLICY = ["default-src 'none'", "script-src 'wasm-unsafe-eval'"];
/** The browser's word comes with the refusal; on a busy machine so many milliseconds later. */
const PATIENCE_MS = 500;

declare const self: {
    addEventListener(name: "securitypolicyviolation", listener: (event: { originalPolicy: string }) => void): void;
};

export async function isolationOfWorker(): Promise<Isolation> {
    const policies: string[] = [];
    const named = new Promise<void>((heard) => {
        self.addEventListener("securitypolicyviolation", ({ originalPolicy }) => heard(void policies.push(originalPolicy)));
    });
    if (await answers(NOWHERE)) return "worker-uncontained";
    await Promise.race([named, later(PATIENCE_MS)]);
    // A second policy speaks up right after the first one, and one with a report has a way out of its own.
    await later(0);
    return policies.length && policies.every(isWhole) ? "worker" : "worker-uncontained";
}

async function answers(address: string): Promise<boolean> {
    try {
        await fetch(address);
        return true;
    } catch {
        return false;
    }
}

/** Whether the policy is ours, in whatever order it was written. */
function isWhole(policy: string): boolean {
    const directives = policy.split(";").map((directive) => directive.trim().toLowerCase().replace(/\s+/g, " "));
    return directives.filter((directive) => directive !== "").sort().join(";") === POLICY.join(";");
}

function later(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
}
