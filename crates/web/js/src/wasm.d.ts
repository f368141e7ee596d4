/** The module as an import: bytes if the bundler inlines it, compiled if the platform compiles it. */
declare module "*.wasm" {
    const module: Uint8Array | WebAssembly.Module;
    export default module;
}

/** The only function used of Node, declared here because Node's own types add globals that browsers lack. */
declare module "node:fs/promises" {
    export function readFile(file: URL): Promise<Uint8Array>;
}
