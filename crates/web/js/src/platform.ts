/** What differs from platform to platform: where the engine's files are, and whether there are workers. */

import type { Connect } from "./link.js";
import type { Read } from "./release.js";

export interface Platform {
    /** The address of `worker.js`; null where the engine always runs inline. */
    worker: (() => string) | null;
    /** The module: its address, its bytes, or compiled where the platform compiles none. */
    wasm: () => string | Promise<Uint8Array | WebAssembly.Module>;
    /** What reads signed releases, and its module where it is not loaded by its address; null where this entry takes none. */
    releases: { script: () => Promise<{ read: Read }>; module: (() => Promise<Uint8Array>) | null } | null;
    /** Opens the engine on the page. */
    inline: () => Promise<Connect>;
}
