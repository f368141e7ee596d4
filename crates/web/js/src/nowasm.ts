/** For places without WebAssembly: the same handle, which always gives the shop's own order. */

import { create } from "./handle.js";
import type { Needed, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Makes a handle that orders nothing and loads nothing; `status.error` says so. */
export function createShelfwise(options: Needed): Promise<Shelfwise> {
    return create(options, null);
}
