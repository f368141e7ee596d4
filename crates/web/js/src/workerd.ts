/** For workerd and the clouds that run it: modules are compiled when the worker is deployed, none of them later. */

import module from "./shelfwise_bg.wasm";

import { create } from "./handle.js";
import { openInline } from "./inline.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Makes a handle. It never rejects: what fails ends in the shop's own order, with the reason in `status.error`. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, {
        worker: null,
        wasm: async () => module as WebAssembly.Module,
        releases: null,
        inline: async () => openInline,
    });
}
