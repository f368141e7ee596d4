/** What `cargo xtask package` writes into the files that it bundles. */

declare const SHELFWISE_WASM: string;
declare const SHELFWISE_RELEASE_WASM: string;

/** The hash of the module that belongs to these scripts, as in Subresource Integrity: it names the build. */
export const BUILD: string = SHELFWISE_WASM;
/** The hash of the module that reads signed releases. */
export const RELEASE_BUILD: string = SHELFWISE_RELEASE_WASM;
