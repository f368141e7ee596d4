/** Starts the engine's worker, the only worker that Shelfwise starts. */

import { ShelfwiseError, textOf } from "../problem.js";
import type { Question } from "../protocol.js";
import type { ErrorCode } from "../types.js";

/** The worker's name in developer tools, and the name of the Trusted Types policy. */
const NAME = "shelfwise";

/** The sending end of a connection to a host. */
export interface Port {
    ask(question: Question): void;
    close(): void;
}

/** The receiving end: gets unvalidated answers, or the failure of the connection. */
export interface Receiver {
    answer(data: unknown): void;
    failed(code: ErrorCode, message: string): void;
}

/** Starts the worker at this address. Throws a `ShelfwiseError` if the page's policy blocks it. */
export function openWorker(url: string, receiver: Receiver): Port {
    const worker = started(url);
    worker.onmessage = (event) => receiver.answer(event.data);
    worker.onmessageerror = () => receiver.failed("engine", "the worker sent unreadable data");
    worker.onerror = (event) => {
        event.preventDefault?.();
        const why = event.message || silence();
        receiver.failed("no_worker", `${url} does not run: ${textOf(why)}`);
    };
    return { ask: (question) => worker.postMessage(question), close: () => worker.terminate() };
}

/** Returns whether the platform has workers. */
export function hasWorkers(): boolean {
    return typeof Worker === "function";
}

/** Returns the possible causes of an error event without a message. */
function silence(): string {
    const embedder = "serve it with the header Cross-Origin-Embedder-Policy: require-corp";
    if (globalThis.crossOriginIsolated) return `this page is cross-origin isolated: ${embedder}, or it is not there`;
    return `it is not there, is no script, the page's worker-src refuses it, or the page has an embedder policy: ${embedder}`;
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

/** Wraps the address as `require-trusted-types-for 'script'` demands; the policy's name is `shelfwise`. */
function trusted(url: string): unknown {
    const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
    if (!types) return url;
    // The policy is not exported, so it only ever approves this address.
    policy ??= types.createPolicy(NAME, { createScriptURL: (script) => script });
    return policy.createScriptURL(url);
}
