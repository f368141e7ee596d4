/** Constants that `cargo xtask package` defines in the bundled files. */

declare const SHELFWISE_WASM: string;
declare const SHELFWISE_RELEASE_WASM: string;

/** The hash of the engine's module, as in Subresource Integrity. It identifies the build. */
export const BUILD: string = SHELFWISE_WASM;
/** The hash of the module that verifies signed releases. */
export const RELEASE_BUILD: string = SHELFWISE_RELEASE_WASM;
