/** For places that take one script and no file beside it: the module stands in the script, and the engine runs inline. */

import bytes from "../../../../target/shelfwise/web/shelfwise_bg.wasm";

import { create } from "./handle.js";
import { openInline } from "./inline.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Makes a handle. It never rejects: what fails ends in the shop's own order, with the reason in `status.error`. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, {
        worker: null,
        // The declarations beside the module are those of its exports; what the bundler brings are its bytes.
        wasm: async () => bytes as unknown as Uint8Array,
        releases: null,
        inline: async () => openInline,
    });
}
