/** The module as a file to import: bytes where it is bundled in, compiled where the platform compiles it. */
declare module "*.wasm" {
    const module: Uint8Array | WebAssembly.Module;
    export default module;
}

/** The one function of Node that is used; its own types would bring globals that browsers do not have. */
declare module "node:fs/promises" {
    export function readFile(file: URL): Promise<Uint8Array>;
}
