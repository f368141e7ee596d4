/** The module of signed releases, as `crates/web/release` has it: a message is written into its memory, a verdict read out. */

import type { Message, Verdict } from "./protocol.js";
import { textOf } from "./problem.js";

export interface Verifier {
    memory: WebAssembly.Memory;
    /** Where to write so many bytes. */
    room(bytes: number): number;
    /** Where the verdict lies: two lengths, text, memory. */
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
        const at = take(kind);
        const view = new DataView(memory.buffer, at);
        const text = 8 + view.getUint32(0, true);
        const said = new Uint8Array(memory.buffer, at).slice(8, text + view.getUint32(4, true));
        return { ...JSON.parse(new TextDecoder().decode(said.subarray(0, text - 8))), memory: said.slice(text - 8) };
    } catch (thrown) {
        throw new Error(textOf(thrown));
    }
}
