/** What each platform supplies: the location of the engine's files, and workers if it has them. */

import type { Connect } from "./link.js";
import type { Read } from "./release.js";

export interface Platform {
    /** The address of `worker.js`; null if the engine always runs inline. */
    worker: (() => string) | null;
    /** The module: its address, its bytes, or compiled if the platform forbids compiling. */
    wasm: () => string | Promise<Uint8Array | WebAssembly.Module>;
    /** The script for signed releases, and its module: its address, or its bytes. Null if this entry does not support them. */
    releases: { script: () => Promise<{ read: Read }>; module: () => string | Promise<Uint8Array> } | null;
    /** Opens the engine on the page. */
    inline: () => Promise<Connect>;
}
