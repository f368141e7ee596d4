/** The entry for platforms that accept a single script: the module is embedded in it, and the engine runs inline. */

import bytes from "../../../../target/shelfwise/web/shelfwise_bg.wasm";

import { create } from "./handle.js";
import { openInline } from "./inline.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Creates a handle. Never rejects: any failure falls back to the shop's own order, with the reason in `status.error`. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, {
        worker: null,
        // The module's declarations describe its exports, but the bundler imports its bytes.
        wasm: async () => bytes as unknown as Uint8Array,
        releases: null,
        inline: async () => openInline,
    });
}
