/** The entry for browsers, with or without a bundler: the engine's files are loaded from the folder of this one. */

import { create } from "./handle.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Creates a handle. Never rejects: any failure falls back to the shop's own order, with the reason in `status.error`. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, {
        worker: () => new URL("./worker.js", import.meta.url).href,
        wasm: () => new URL("./shelfwise_bg.wasm", import.meta.url).href,
        releases: { script: () => import("./release.js"), module: () => new URL("./shelfwise_release.wasm", import.meta.url).href },
        inline: async () => (await import("./inline.js")).openInline,
    });
}
