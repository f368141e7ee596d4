/**
 * What passes between the shell on the page and the engine's host (in a worker, or inline): one question, one answer.
 * Plain data only, so that a structured clone can carry it.
 */

import type { EngineEvent, EngineRequest, Explanation, Failure, Opened, Profile, Slate, Tracked, Verdict } from "./contract.js";

export type { EngineEvent, EngineRequest, Verdict };

/** What an engine is made of. `build` names the package's build: the host refuses a page's script of another one. */
export interface Opening {
    build: string;
    /** Bytes; a compiled module only where the platform compiles none. */
    wasm: Uint8Array | WebAssembly.Module;
    snapshot: Uint8Array;
    policy: Uint8Array | null;
    mode: number;
}

/** What a host is told of a signed release: the release's own module with the first message, then what came. */
export interface Message {
    /** The module's bytes, with which a look begins; null while it goes on. */
    wasm: Uint8Array | null;
    /** What the bytes are, as the module numbers it. */
    kind: number;
    bytes: Uint8Array;
}

/** Every call of the engine: what it is given, and what it gives. */
export interface Calls {
    /** Compiles the module, admits snapshot and rules, and says how well the host is contained. */
    open: { params: Opening; result: Opened };
    /** In order; gives the bytes to keep where the visit survives pages, and how many events were refused with the last reason. */
    track: { params: { events: EngineEvent[]; save: boolean }; result: Tracked };
    rerank: { params: EngineRequest; result: Slate };
    recommend: { params: EngineRequest; result: Slate };
    explain: { params: { slate_id: string; item_id: string }; result: Explanation | null };
    what_if: { params: { slate_id: string; without: number[] }; result: Slate | null };
    profile: { params: null; result: Profile };
    /** Takes up a visit that was kept: true if it was one. */
    restore: { params: { saved: Uint8Array; now_ms: number }; result: boolean };
    /** Ids of the slates that can still be explained. */
    slates: { params: null; result: string[] };
    /** One step of a look at a signed release: no engine need be open. */
    verify: { params: Message; result: Verdict };
}

export type CallName = keyof Calls;

/** From the shell. */
export type Question = { [Name in CallName]: { id: number; call: Name; params: Calls[Name]["params"] } }[CallName];

/** To the shell: the one shape that it lets in. */
export interface Answer {
    id: number;
    /** What the call gives; null where it failed. */
    result: unknown;
    /** Why it failed; null where it did not. `fatal` is true where the engine cannot go on. */
    error: Failure | null;
}
