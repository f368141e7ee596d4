/** The entry for workerd and clouds that run it, which compile modules at deployment and forbid it at run time. */

import module from "./shelfwise_bg.wasm";

import { create } from "./handle.js";
import { openInline } from "./inline.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Creates a handle. Never rejects: any failure falls back to the shop's own order, with the reason in `status.error`. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, {
        worker: null,
        wasm: async () => module as WebAssembly.Module,
        releases: null,
        inline: async () => openInline,
    });
}
