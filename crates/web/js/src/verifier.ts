/** Calls the module of `crates/web/release`: writes a message into its memory and decodes the verdict. */

import type { Message, Verdict } from "./protocol.js";
import { textOf } from "./problem.js";

export interface Verifier {
    memory: WebAssembly.Memory;
    /** Allocates a message of this many bytes and returns its address. */
    room(bytes: number): number;
    /** Processes the message and returns the address of its verdict: 16 numbers, see `crates/web/release/src/abi.rs`. */
    take(kind: number): number;
}

/** Instantiates the module, which has no imports. */
export function instantiated(module: WebAssembly.Module): Verifier {
    return new WebAssembly.Instance(module).exports as unknown as Verifier;
}

/** Returns the module's verdict on a message. Throws a plain `Error`, so that an unreadable release stops no engine. */
export function verify(verifier: Verifier | null, { kind, bytes }: Message): Verdict {
    try {
        const { memory, room, take } = verifier!;
        const to = room(bytes.length);
        new Uint8Array(memory.buffer, to).set(bytes);
        // Before any view of the memory is made: the call may grow it, which detaches the buffer.
        const at = take(kind);
        const [at_most = 0, lower = 0, upper = 0, hidden = 0, ...places] = new Uint32Array(memory.buffer, at, 16);
        const part = (nth: number) => new Uint8Array(memory.buffer, places[2 * nth], places[2 * nth + 1]).slice();
        const [path, outcome, what, why, following = ""] = [0, 1, 2, 3, 4].map((nth) => new TextDecoder().decode(part(nth)));
        const epoch = upper * 2 ** 32 + lower;
        return { path: path || null, following: following.split(" ").filter(Boolean), at_most, epoch, hidden: hidden === 1, outcome: (outcome || null) as Verdict["outcome"], reason: what ? `${what}: ${why}` : "", memory: part(5) };
    } catch (thrown) {
        throw new Error(textOf(thrown));
    }
}
