/** The entry for Node and server-side rendering: the engine runs inline, and its module is read from the package. */

import { readFile } from "node:fs/promises";

import { create } from "./handle.js";
import { openInline } from "./inline.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Creates a handle. Never rejects: any failure falls back to the shop's own order, with the reason in `status.error`. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, {
        worker: null,
        wasm: () => readFile(new URL("./shelfwise_bg.wasm", import.meta.url)),
        releases: { script: () => import("./release.js"), module: () => readFile(new URL("./shelfwise_release.wasm", import.meta.url)) },
        inline: async () => openInline,
    });
}
