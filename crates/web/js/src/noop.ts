/** For places without WebAssembly: the same handle, which always gives the shop's own order. */

import { create } from "./handle.js";
import type { Options, Shelfwise } from "./types.js";

export type * from "./types.js";

/** Makes a handle that orders nothing and loads nothing but rules, whose hidden items are left out; `status.error` says so. */
export function createShelfwise(options: Options): Promise<Shelfwise> {
    return create(options, null);
}
