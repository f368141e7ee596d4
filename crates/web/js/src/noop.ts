/** The entry for platforms without WebAssembly: the same handle, which always returns the shop's own order. */

import { create } from "./handle.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Creates a handle that ranks nothing and loads only rules, to leave out hidden items; `status.error` reports it. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, null);
}
