/** The module of signed releases, as `crates/web/release` has it: a message is written into its memory, a verdict read out. */

import type { Message, Verdict } from "./protocol.js";
import { textOf } from "./problem.js";

export interface Verifier {
    memory: WebAssembly.Memory;
    /** Where to write so many bytes. */
    room(bytes: number): number;
    /** Where the verdict lies: the most bytes to take, the epoch in two halves, whether the list of hidden ids came, then place and length of path, outcome, what, why, memory. */
    take(kind: number): number;
}

/** An instance; it is given nothing, because it asks for nothing. */
export function instantiated(module: WebAssembly.Module): Verifier {
    return new WebAssembly.Instance(module).exports as unknown as Verifier;
}

/** What the module says to a message. Throws a plain `Error`: a release that cannot be read stops no engine. */
export function told(verifier: Verifier | null, { kind, bytes }: Message): Verdict {
    try {
        const { memory, room, take } = verifier!;
        const to = room(bytes.length);
        new Uint8Array(memory.buffer, to).set(bytes);
        // First, because it may move the memory.
        const at = take(kind);
        const [at_most = 0, lower = 0, upper = 0, hidden = 0, ...places] = new Uint32Array(memory.buffer, at, 14);
        const part = (nth: number) => new Uint8Array(memory.buffer, places[2 * nth], places[2 * nth + 1]).slice();
        const [path, outcome, what, why] = [0, 1, 2, 3].map((nth) => new TextDecoder().decode(part(nth)));
        const epoch = upper * 2 ** 32 + lower;
        return { path: path || null, at_most, epoch, hidden: hidden === 1, outcome: (outcome || null) as Verdict["outcome"], reason: what ? `${what}: ${why}` : "", memory: part(4) };
    } catch (thrown) {
        throw new Error(textOf(thrown));
    }
}
