/**
 * Checks, once and inside the worker, whether the Content Security Policy for its script is in force. It fetches a `data:`
 * address: if that is blocked, the browser reports the text of the policy that blocked it. The browser also logs the
 * violation to the console, so the address says what it is for.
 */

import type { Isolation } from "../types.js";

const NOWHERE = "data:,shelfwise-tries-whether-its-worker-is-contained";
/** The exact policy: no requests, no script but WebAssembly. A `report-uri` would be an exfiltration channel. */
const POLICY = ["default-src 'none'", "script-src 'wasm-unsafe-eval'"];
/** How long to wait for the violation event, in milliseconds: on a busy machine it comes after the rejection. */
const PATIENCE_MS = 500;

declare const self: {
    addEventListener(name: "securitypolicyviolation", listener: (event: { originalPolicy: string }) => void): void;
};

export async function isolationOfWorker(): Promise<Isolation> {
    const policies: string[] = [];
    const named = new Promise<void>((resolve) => {
        self.addEventListener("securitypolicyviolation", ({ originalPolicy }) => resolve(void policies.push(originalPolicy)));
    });
    if (await answers(NOWHERE)) return "worker-uncontained";
    await Promise.race([named, later(PATIENCE_MS)]);
    // Events of further policies follow at once. Every policy must match, since one may have a `report-uri`.
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

/** Returns whether the policy equals the expected one, in any order of directives. */
function isWhole(policy: string): boolean {
    const directives = policy.split(";").map((directive) => directive.trim().toLowerCase().replace(/\s+/g, " "));
    return directives.filter((directive) => directive !== "").sort().join(";") === POLICY.join(";");
}

function later(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
}
