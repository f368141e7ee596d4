/** Opens the engine's worker, which is the only script that Shelfwise ever starts. */

import { ShelfwiseError, textOf } from "../problem.js";
import type { Question } from "../protocol.js";
import type { ErrorCode } from "../types.js";

/** The worker's name in developer tools, and the name of the Trusted Types policy. */
const NAME = "shelfwise";

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

/** Opens the worker of that address. Throws a `ShelfwiseError` where the page refuses it. */
export function openWorker(url: string, receiver: Receiver): Port {
    const worker = started(url);
    worker.onmessage = (event) => receiver.answer(event.data);
    worker.onmessageerror = () => receiver.failed("engine", "the worker sent what cannot be read");
    worker.onerror = (event) => {
        event.preventDefault?.();
        const why = event.message || silence();
        receiver.failed("no_worker", `${url} does not run: ${textOf(why)}`);
    };
    return { ask: (question) => worker.postMessage(question), close: () => worker.terminate() };
}

/** Whether there are workers here at all. */
export function hasWorkers(): boolean {
    return typeof Worker === "function";
}

/** What may be wrong where the browser does not say. */
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

/** The address in the form that `require-trusted-types-for 'script'` asks for; the policy's name is `shelfwise`. */
function trusted(url: string): unknown {
    const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
    if (!types) return url;
    // Nobody else gets hold of the policy: no address but this one ever goes through it.
    policy ??= types.createPolicy(NAME, { createScriptURL: (script) => script });
    return policy.createScriptURL(url);
}
