/** For browsers, with a bundler or without: the engine's files are looked for beside this one. */

import { create } from "./handle.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Makes a handle. It never rejects: what fails ends in the shop's own order, with the reason in `status.error`. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, {
        worker: () => new URL("./worker.js", import.meta.url).href,
        wasm: () => new URL("./shelfwise_bg.wasm", import.meta.url).href,
        releases: { script: () => import("./release.js"), module: null },
        inline: async () => (await import("./inline.js")).openInline,
    });
}
