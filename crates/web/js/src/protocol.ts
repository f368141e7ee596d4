/**
 * The protocol between the shell on the page and the engine's host (in a worker, or inline): one answer to each question.
 * Plain data only, so that it can be structured-cloned.
 */

import type { Choice, EngineEvent, EngineRequest, Explanation, Failure, Opened, Profile, Reported, Slate, Tracked, Trials, Verdict } from "./contract.js";

export type { EngineEvent, EngineRequest, Verdict };

/** The inputs of an engine. `build` identifies the package's build: the host refuses scripts of another one. */
export interface Opening {
    build: string;
    /** Bytes; a compiled module only if the platform forbids compiling. */
    wasm: Uint8Array | WebAssembly.Module;
    snapshot: Uint8Array;
    policy: Uint8Array | null;
    /** Facts of items, and behind them the SHA-256 of the snapshot's ids; missing where there are none. */
    facts?: Uint8Array | null;
    mode: number;
}

/** A message of an update check: first the module that verifies releases, then the responses. */
export interface Message {
    /** The module's bytes in the first message of a check; null in the later ones. */
    wasm: Uint8Array | null;
    /** The kind of message, in the module's numbering. */
    kind: number;
    bytes: Uint8Array;
}

/** All calls of the engine, with their parameters and results. */
export interface Calls {
    /** Compiles the module, opens snapshot and rules, and returns how well the host is isolated. */
    open: { params: Opening; result: Opened };
    /** Records events in order. Returns the visit's bytes if `save` is set, and the number and last reason of refusals. */
    track: { params: { events: EngineEvent[]; save: boolean }; result: Tracked };
    rerank: { params: EngineRequest; result: Slate };
    recommend: { params: EngineRequest; result: Slate };
    /** Chooses content; without a limit, one option. */
    choose: { params: EngineRequest; result: Choice };
    explain: { params: { slate_id: string; item_id: string }; result: Explanation | null };
    what_if: { params: { slate_id: string; without: number[] }; result: Slate | null };
    profile: { params: null; result: Profile };
    /** Restores a saved visit; false if the bytes are not usable. */
    restore: { params: { saved: Uint8Array; now_ms: number }; result: boolean };
    /**
     * Takes up the memory as storage has it, makes the change, and returns the bytes to store. The change is numbered: 0 none,
     * 1 a grant of this time by the receipt `text`, 2 to 4 a mute of the item, brand or category `text`, 5 to 7 the end of one.
     */
    remember: { params: { stored: Uint8Array | null; change: number; text: string; at_ms: number; days: number; now_ms: number }; result: Uint8Array };
    /** Draws what is missing, and returns what is tried; `forced` are arms that a tester asks for. */
    trials: { params: { forced: string[]; now_ms: number }; result: Trials };
    /** Makes the visit's one randomized report. */
    report: { params: { now_ms: number }; result: Reported };
    /** Returns the ids of the slates that can still be explained. */
    slates: { params: null; result: string[] };
    /** Runs one step of an update check; an engine need not be open. */
    verify: { params: Message; result: Verdict };
}

export type CallName = keyof Calls;

/** A message from the shell. */
export type Question = { [Name in CallName]: { id: number; call: Name; params: Calls[Name]["params"] } }[CallName];

/** A message to the shell, which accepts no other shape. */
export interface Answer {
    id: number;
    /** The result of the call; null if it failed. */
    result: unknown;
    /** Why it failed; null if it did not. `fatal` is true if the engine cannot continue. */
    error: Failure | null;
}
